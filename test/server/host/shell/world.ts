import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { type JailParameters, jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { ifAddAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import type { Host } from "@zonewarden/server/host/host";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { bind, listen, socket } from "@zonewarden/server/host/network/sockets";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { runShell, type ShellResult } from "@zonewarden/server/host/shell/run";
import { hostRoot, testHost } from "../harness.ts";

/** A host with two jails and one in the second: `web` with one address of IPv4, `lab` with a stack, `lab.inner`. */
export interface World {
  readonly host: Host;
  readonly root: Process;
  readonly web: Process;
  readonly lab: Process;
  readonly inner: Process;
}

type Values = Readonly<Record<string, JailParameters[string]["value"]>>;

export function world(changes: Partial<HostDescription> = {}): World {
  const host = testHost(changes);
  const root = hostRoot(host);
  for (const path of ["/jails/web", "/jails/lab", "/jails/lab/jails/inner"]) makeRoot(host, path);
  must(ifAddAddress(host, root, "em0", { address: "192.0.2.10" }));
  const web = jail(host, root, {
    name: "web",
    path: "/jails/web",
    "host.hostname": "web.example.org",
    "ip4.addr": ["192.0.2.10"],
  });
  const lab = jail(host, root, {
    name: "lab",
    path: "/jails/lab",
    "host.hostname": "lab.example.org",
    vnet: "new",
    "children.max": 5,
  });
  const inner = jail(host, lab, { name: "inner", path: "/jails/inner", "host.hostname": "inner" });
  must(mountFs(host, root, { type: "devfs", from: "devfs", on: "/jails/web/dev", options: ["ruleset=4"] }));
  const nginx = spawn(host, {
    command: "nginx",
    args: ["nginx"],
    credential: { container: web.credential.container },
  });
  const opened = must(socket(host, nginx, { family: "inet", type: "stream" }));
  must(bind(host, nginx, opened.id, { address: "*", port: 80 }));
  must(listen(host, nginx, opened.id));
  return { host, root, web, lab, inner };
}

/** A jail that persists, and a shell of root in it. */
function jail(host: Host, caller: Process, values: Values): Process {
  const parameters = Object.fromEntries(
    Object.entries({ persist: true, ...values }).map(([name, value]) => [name, { value }]),
  );
  const jid = must(jailSet(host, caller, parameters, { create: true }));
  return spawn(host, { command: "sh", args: ["sh"], credential: { container: jid } });
}

function must<T>(outcome: { ok: true; value: T } | { ok: false; decision: { reason: string } }): T {
  if (!outcome.ok) throw new Error(outcome.decision.reason);
  return outcome.value;
}

/** Runs a line as somebody who types it. */
export function run({ host }: World, process: Process, line: string): ShellResult {
  return runShell(host, process, line, { unknown: "refuse" });
}

/** Whose shell it is. */
export type Who = Exclude<keyof World, "host">;

/** The lines of a text, blanks at their ends left out. */
export function text(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** What a line prints in a world of its own, errors last. */
export function shows(who: Who, line: string): string {
  const w = world();
  const { stdout, stderr } = run(w, w[who], line);
  return stdout + stderr;
}
