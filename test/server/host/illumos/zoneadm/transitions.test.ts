import type { ZoneState } from "@zonewarden/server/catalog/illumos/zoneStates";
import type { Outcome } from "@zonewarden/server/host/decision";
import { writeFile } from "@zonewarden/server/host/filesystem/open";
import type { Host } from "@zonewarden/server/host/host";
import { rebootHost } from "@zonewarden/server/host/illumos/smf/hostReboot";

import { zlogin } from "@zonewarden/server/host/illumos/zlogin";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { attachConsole } from "@zonewarden/server/host/illumos/zoneadmd/console";
import { requestFromInside } from "@zonewarden/server/host/illumos/zoneadmd/fromInside";
import { configureZone, deleteZone, renameZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { read, there } from "../../../catalog/illumos/reference.ts";
import { define, globalRoot, installed, ok } from "../harness.ts";
import { type Scene, scene } from "./states.ts";

/** What each command does in each state, with the state put up for real. */

interface Row {
  readonly command: string;
  readonly from: ZoneState;
  readonly result: "ok" | "noop" | "error";
  readonly to: ZoneState | "(absent)";
  readonly via?: readonly ZoneState[];
  readonly exit: number;
  readonly error?: string;
}

const { transitions } = read<{ transitions: Row[] }>("zone-transitions.json", { transitions: [] });

interface Done {
  readonly status: number;
  /** Rules of what was refused. */
  readonly rules: readonly string[];
}

const ofOutcome = ({ ok, decision }: Outcome<unknown>): Done =>
  ok ? { status: 0, rules: [] } : { status: 1, rules: [decision.rule] };

/** What stands behind the name of the command, where the table names only the form. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  uninstall: ["-F"],
  clone: ["source"],
  move: ["/zones/moved"],
  "attach -n": ["/tmp/manifest"],
};

type Call = (host: Host) => Done;

const other: Readonly<Record<string, Call>> = {
  zlogin: (host) => ofOutcome(zlogin(host, globalRoot(host), { zone: "web" })),
  "zlogin -S": (host) => ofOutcome(zlogin(host, globalRoot(host), { zone: "web", failsafe: true })),
  "zlogin -C": (host) => ofOutcome(attachConsole(host, globalRoot(host), "web")),
  "zonecfg commit": (host) =>
    ofOutcome(configureZone(host, define("web", { properties: { autoboot: "true" } }))),
  "zonecfg delete": (host) => ofOutcome(deleteZone(host, "web")),
  "zonecfg rename": (host) => ofOutcome(renameZone(host, "web", "www")),
  "zonecfg set zonepath": (host) =>
    ofOutcome(configureZone(host, define("web", { properties: { zonepath: "/zones/www" } }))),
  "host reboot": (host) => ({ status: rebootHost(host).failed.length, rules: [] }),
  "zone:halt": (host) => fromInside(host, "halt"),
  "zone:reboot": (host) => fromInside(host, "reboot"),
};

function fromInside(host: Host, command: "halt" | "reboot"): Done {
  const zone = zoneNamed(host, "web");
  const inside = zone && processesOfContainer(host, zone.id).some(({ pid }) => pid !== zone.zsched);
  if (!zone || !inside) return { status: 1, rules: ["E_NO_PROCESS"] };
  requestFromInside(host, zone, command);
  return { status: 0, rules: [] };
}

function call(host: Host, form: string): Done {
  const own = other[form];
  if (own) return own(host);
  const [command = "", ...options] = form.split(" ");
  const { status, decisions } = zoneadm(host, globalRoot(host), {
    zone: "web",
    command,
    options: [...options, ...(WORDS[form] ?? [])],
  });
  return { status, rules: decisions.map(({ rule }) => rule) };
}

/** What a command needs beside the zone: a source, a manifest, files of a zone that was detached. */
function put(command: string, from: ZoneState): Scene {
  const attaches = command.startsWith("attach") && command !== "attach -n" && from === "configured";
  const there = scene(attaches ? "installed" : from);
  const { host } = there;
  const root = globalRoot(host);
  if (attaches) zoneadm(host, root, { zone: "web", command: "detach" });
  if (command === "clone") installed(host, define("source"));
  if (command === "attach -n") {
    const { stdout } = zoneadm(host, root, { zone: "web", command: "detach", options: ["-n"] });
    ok(writeFile(host, root, "/tmp/manifest", stdout));
  }
  there.release();
  return there;
}

describe.skipIf(!there)("commands and states", () => {
  it.each(transitions.map((row) => [`${row.command} when ${row.from}`, row] as const))("%s", (_, row) => {
    const { host } = put(row.command, row.from);
    const before = host.events.length;
    const { status, rules } = call(host, row.command);
    expect(status).toBe(row.exit);
    if (row.error !== undefined) expect(rules).toContain(row.error);
    const name = row.command === "zonecfg rename" && row.result === "ok" ? "www" : "web";
    expect(stateOf(host, name) ?? "(absent)").toBe(row.to);
    const shown = host.events.slice(before).flatMap(({ kind, to }) => (kind === "zone.state" ? [to] : []));
    const last = row.to === row.from ? [] : [row.to];
    const via = row.via?.filter((state) => state !== row.from);
    if (via) expect(shown).toEqual(expect.arrayContaining([...via, ...last]));
    if (row.result !== "ok") expect(shown).toEqual([]);
  });
});
