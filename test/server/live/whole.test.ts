import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../properties.ts";
import { World } from "./world.ts";

/** Whatever is done to live hosts in whatever order. */

const FILES = {
  "/w/jail.conf": `exec.start = "/bin/sh /etc/rc";
path = "/jails/$name";
db { ip4.addr = "em0|192.0.2.11"; persist; }
web { ip4.addr = "em0|192.0.2.10"; depend = db; }
`,
  "/w/app.zonecfg": "create -b\nset brand=ipkg\nset zonepath=/zones/app\n",
};
const EDITS = [
  ["/w/jail.conf", "persist;", "persist; allow.mount;"],
  ["/w/jail.conf", "web {", "www {"],
  ["/w/app.zonecfg", "/zones/app", "/zones/other"],
] as const;
const LINES = ["ps", "cd /etc; ls", "kill -9 -1", "exit", "mount -t tmpfs tmpfs /mnt", "X=1"];
const COMMANDS = ["boot", "halt", "reboot", "remove", "apply", "install", "uninstall", "shutdown"] as const;

type Step =
  | { kind: "command"; command: (typeof COMMANDS)[number]; container: string; host: number }
  | { kind: "edit"; edit: number }
  | { kind: "open" | "close"; session: string; container: string; host: number }
  | { kind: "line"; session: string; text: string; host: number };

const host = fc.integer({ min: 0, max: 1 });
const container = fc.constantFrom("db", "web", "app");
const session = fc.constantFrom("a", "b");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("command" as const),
    command: fc.constantFrom(...COMMANDS),
    container,
    host,
  }),
  fc.record({ kind: fc.constant("edit" as const), edit: fc.nat(EDITS.length - 1) }),
  fc.record({ kind: fc.constantFrom("open" as const, "close" as const), session, container, host }),
  fc.record({ kind: fc.constant("line" as const), session, text: fc.constantFrom(...LINES), host }),
);

async function play(steps: readonly Step[]): Promise<World> {
  const world = new World({ ...FILES });
  for (const path of Object.keys(FILES)) world.open(path);
  const ids = world.server.get().hosts.map(({ id }) => id);
  for (const one of steps) {
    if (one.kind === "edit") {
      const [path, from, to] = EDITS[one.edit] ?? EDITS[0];
      if (world.workspace.documents.getOpen(path)?.text.includes(from)) world.edit(path, from, to);
      continue;
    }
    const id = ids[one.host] ?? "";
    if (one.kind === "command")
      await world.server.command(
        { host: id, command: one.command, container: one.container },
        { report: () => {}, goOn: () => Promise.resolve(true) },
      );
    else {
      const action = one.kind === "line" ? { kind: one.kind, text: one.text } : { kind: one.kind };
      const where = one.kind === "line" ? {} : { container: one.container };
      world.server.exec({ host: id, session: one.session, action, ...where }, () => {});
    }
  }
  return world;
}

describe("live hosts, whatever is done to them", () => {
  it("offer what is possible, and the same steps give the same hosts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await play(steps);
        const again = await play(steps);
        const { hosts } = world.server.get();
        expect(again.server.get().hosts).toEqual(hosts);
        for (const { id, containers, events } of hosts) {
          expect(again.server.snapshot({ host: id })).toBe(world.server.snapshot({ host: id }));
          for (const { id: name, health, number } of containers) {
            expect(health === "running" && number === null).toBe(false);
            expect(world.server.inspect({ host: id, container: name })).not.toBeNull();
          }
          const seen = world.server.inspect({ host: id });
          expect(seen).toMatchObject({ events, at: events });
        }
      }),
      { numRuns: runs(15) },
    );
  }, 60_000);

  it("are what they were at each moment of the past, and after a restart", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(), async (steps, moment) => {
        const world = await play(steps);
        const { hosts } = world.server.get();
        const restarted = new World({ ...FILES });
        for (const path of Object.keys(FILES)) restarted.open(path);
        restarted.server.get();
        for (const { id, events } of hosts) {
          const at = moment % (events + 1);
          const then = world.server.inspect({ host: id, at });
          expect(then?.at).toBe(at);
          expect(world.server.inspect({ host: id, at })).toEqual(then);
          const snapshot = world.server.snapshot({ host: id }) ?? "";
          expect(restarted.server.restore({ host: id, snapshot })).toEqual({ kind: "restored" });
          expect(restarted.server.snapshot({ host: id })).toBe(snapshot);
        }
      }),
      { numRuns: runs(15) },
    );
  }, 60_000);
});
