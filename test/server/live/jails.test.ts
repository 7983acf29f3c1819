import type { ContainerCommand } from "@zonewarden/server/protocol";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const PATH = "/w/jail.conf";
const TEXT = `exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown";
mount.devfs;
path = "/jails/$name";
db { ip4.addr = "em0|192.0.2.11"; }
web {
	ip4.addr = "em0|192.0.2.10";
	depend = db;
	allow.raw_sockets;
}
bad { ip4.addr = "nope0|192.0.2.12"; persist; exec.start = "exit 3"; }
`;

describe("the commands of a jail by its state", () => {
  const steps: readonly (readonly [
    state: string,
    before: readonly ContainerCommand[],
    id: string,
    possible: readonly string[],
  ])[] = [
    ["stopped", [], "web", ["boot"]],
    ["running", ["boot"], "web", ["halt", "reboot", "remove"]],
    ["stopped", ["boot", "halt"], "web", ["boot"]],
    ["stopped", ["boot", "remove"], "web", ["boot"]],
    ["running", ["boot", "reboot"], "web", ["halt", "reboot", "remove"]],
    ["failed", ["boot"], "bad", ["boot"]],
  ];
  it.each(steps)("%s after %j: %s can %j", async (state, before, id, possible) => {
    const world = World.of(TEXT);
    for (const command of before) await world.run(command, id);
    expect(world.container(id)).toMatchObject({ state, commands: possible });
  });

  it("what is not possible is refused with a sentence and does nothing", async () => {
    const world = World.of(TEXT);
    expect(await world.run("halt", "web")).toMatchObject({
      ok: false,
      message: expect.stringContaining("stopped"),
      events: [],
    });
    expect(await world.run("boot", "nobody")).toMatchObject({ ok: false, events: [] });
    expect(await world.run("install", "web")).toMatchObject({ ok: false, events: [] });
  });
});

describe("booting", () => {
  it("starts what is needed, too, and tells each event once", async () => {
    const world = World.of(TEXT);
    const outcome = await world.run("boot", "web");
    expect(outcome.ok).toBe(true);
    expect(world.reported).toEqual(outcome.events);
    expect(world.host().containers.map(({ name, state }) => [name, state])).toEqual([
      ["db", "running"],
      ["web", "running"],
      ["bad", "stopped"],
    ]);
  });
  it("that fails names the step and the line", async () => {
    const world = World.of(TEXT);
    const { ok, failure, message } = await world.run("boot", "bad");
    expect(ok).toBe(false);
    expect(message).not.toBe("");
    expect(failure).toMatchObject({ container: "bad", outcome: "failed" });
    expect(failure?.origins.map(({ location }) => world.slice(location))).toContain('"exit 3"');
    expect(world.container("bad").stateText).toMatch(/^failed: /);
  });
  it("a file that jail(8) does not accept starts nothing", async () => {
    const world = World.of(`${TEXT}broken {`);
    const { ok, failure } = await world.run("boot", "web");
    expect(ok).toBe(false);
    expect(failure?.origins[0]?.location?.uri).toBe("file:///w/jail.conf");
    expect(world.container("web").health).not.toBe("running");
  });
});

describe("all at once", () => {
  it("boots each jail of the files, halts them again, and begins anew", async () => {
    const world = World.of(TEXT);
    expect((await world.run("bootAll")).ok).toBe(false);
    expect(world.host().containers.map(({ state }) => state)).toEqual(["running", "running", "failed"]);
    expect((await world.run("haltAll")).ok).toBe(true);
    expect(world.host().containers.map(({ state }) => state)).toEqual(["stopped", "stopped", "failed"]);
    await world.run("reset");
    expect(world.host()).toMatchObject({ events: 0, clock: 0 });
    expect(world.container("bad").state).toBe("stopped");
  });
  it("stops between two jails when somebody cancels", async () => {
    const world = World.of(TEXT);
    const outcome = await world.run("bootAll", undefined, () => Promise.resolve(false));
    expect(outcome.message).toContain("cancelled");
    expect(world.host().containers.map(({ state }) => state)).toEqual(["running", "stopped", "stopped"]);
  });
});

describe("after the file was changed, a running jail", () => {
  const cases: readonly (readonly [string, string, string, object | undefined])[] = [
    ["is as configured where only comments changed", "mount.devfs;", "mount.devfs; # yes", undefined],
    [
      "can be changed in place",
      "allow.raw_sockets;",
      "allow.raw_sockets; allow.mount;",
      {
        kind: "modify",
        parameters: [{ name: "allow.mount", before: "", after: "true", needsRestart: false }],
      },
    ],
    [
      "keeps what is no longer set until it is restarted",
      "allow.raw_sockets;",
      "",
      {
        kind: "restart",
        parameters: [{ name: "allow.raw_sockets", before: "true", after: "", needsRestart: true }],
      },
    ],
    [
      "has to be restarted for another root",
      'path = "/jails/$name";',
      'path = "/other/$name";',
      {
        kind: "restart",
        parameters: [{ name: "path", before: "/jails/web", after: "/other/web", needsRestart: true }],
      },
    ],
    [
      "is to be removed when nobody configures it any more",
      "web {",
      "www {",
      { kind: "removed", parameters: [] },
    ],
    ["does not care for what is read when it stops", '"/bin/sh /etc/rc.shutdown"', '"/bin/true"', undefined],
  ];
  it.each(cases)("%s", async (_, from, to, plan) => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    world.edit(PATH, from, to);
    const found = world.container("web").plan;
    if (plan) expect(found).toMatchObject(plan);
    else expect(found).toBeUndefined();
  });

  it("is brought to its configuration by apply", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    world.edit(PATH, "allow.raw_sockets;", "allow.raw_sockets; allow.mount;");
    expect(world.container("web").commands).toContain("apply");
    expect((await world.run("apply", "web")).ok).toBe(true);
    expect(world.container("web").plan).toBeUndefined();
    const bit = world.inspect("web").privileges.find(({ name }) => name === "allow.mount");
    expect(bit).toMatchObject({ held: true, status: "added" });
    expect(world.slice(bit?.origin?.location)).toBe("allow.mount;");
  });

  it("names lines where they are now", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    world.edit(PATH, "exec.start", "# one\n# two\nexec.start");
    const address = world.inspect("web").network.links[0]?.addresses[0];
    expect(world.slice(address?.origin?.location)).toBe('"em0|192.0.2.10"');
  });
});

describe("inside of a jail", () => {
  it("processes, mounts, devices, addresses, permissions and limits are seen", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    const seen = world.inspect("web");
    expect(seen.processes.map(({ command, user, container }) => [command, user, container])).toContainEqual([
      "cron",
      "root",
      "web",
    ]);
    expect(seen.mounts.find(({ type }) => type === "devfs")).toMatchObject({ on: "/dev" });
    expect(world.slice(seen.mounts.find(({ type }) => type === "devfs")?.origin?.location)).toBe(
      "mount.devfs;",
    );
    expect(seen.devices.map(({ path }) => path)).toContain("/dev/null");
    expect(seen.devices.map(({ path }) => path)).not.toContain("/dev/mem");
    expect(seen.network).toMatchObject({ stack: "shared" });
    expect(seen.privileges.find(({ name }) => name === "allow.raw_sockets")).toMatchObject({
      held: true,
      status: "added",
    });
    expect(seen.privileges.find(({ name }) => name === "allow.mount")).toMatchObject({
      held: false,
      status: "default",
    });
    expect(seen.limits.find(({ name }) => name === "maxproc")).toMatchObject({ used: 2, limit: null });
    expect(seen.machine.present).toBe("running");
  });
  it("who can be reached is really tried, and tried in a copy", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    const before = world.server.snapshot({ host: world.host().id });
    const { reach } = world.inspect("web").network;
    expect(reach.map(({ to }) => to.split(" ")[0])).toEqual(["host", "db", "outside"]);
    expect(reach[0]?.decision.verdict).not.toBe("deny");
    expect(world.server.snapshot({ host: world.host().id })).toBe(before);
  });
  it("of one that does not run nothing is seen", () => {
    expect(World.of(TEXT).inspect("web")).toMatchObject({ processes: [], mounts: [], privileges: [] });
  });
});

describe("time travel", () => {
  it("shows each moment with what the last event has changed", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    const { events, earliest } = world.inspect("web");
    expect(earliest).toBe(0);
    expect(world.inspect("web", 0).container?.state).toBe("stopped");
    expect(world.inspect("web", events).container?.state).toBe("running");
    const created = world
      .inspect()
      .recent.find(({ kind, container }) => kind === "jail.create" && container === "web");
    const then = world.inspect("web", (created?.seq ?? 0) + 1);
    expect(then).toMatchObject({ at: (created?.seq ?? 0) + 1, events });
    expect(then.changes).toContain("Jail web (jid 2, alive) comes into being.");
    expect(then.container?.commands).toEqual([]);
  });
  it("is the same however often and in whatever order one looks", async () => {
    const world = World.of(TEXT);
    await world.run("boot", "web");
    await world.run("halt", "web");
    const { events } = world.inspect();
    const forwards = Array.from({ length: events }, (_, at) => JSON.stringify(world.inspect(undefined, at)));
    const backwards = Array.from({ length: events }, (_, i) =>
      JSON.stringify(world.inspect(undefined, events - 1 - i)),
    );
    expect(backwards.reverse()).toEqual(forwards);
  });
});
