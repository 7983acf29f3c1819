import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { act, type Deed, type Stage } from "@zonewarden/server/live/deeds";
import { jailGuests } from "@zonewarden/server/live/jails/jailGuests";
import { Journal } from "@zonewarden/server/live/journal";
import { LiveHost } from "@zonewarden/server/live/liveHost";
import { restore, snapshotOf } from "@zonewarden/server/live/snapshots";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const TEXT = `exec.start = "/bin/sh /etc/rc";
path = "/jails/$name";
web { ip4.addr = 192.0.2.10; persist; }
`;

async function worldWithSession(): Promise<World> {
  const world = World.of(TEXT);
  await world.run("boot", "web");
  world.exec("s1", { kind: "open" }, "web");
  world.type("s1", "cd /etc; X=hello");
  return world;
}

describe("a snapshot", () => {
  it("brings back the host with what was booted from what, and its consoles", async () => {
    const world = await worldWithSession();
    const { id } = world.host();
    const snapshot = world.server.snapshot({ host: id }) ?? "";
    const other = World.of(TEXT);
    expect(other.server.restore({ host: id, snapshot })).toEqual({ kind: "restored" });
    expect(other.host()).toEqual(world.host());
    expect(other.exec("s1", { kind: "open" }, "web").prompt).toContain("/etc");
    expect(other.type("s1", "echo $X").output).toBe("hello\n");
    other.edit("/w/jail.conf", "persist", "allow.mount; persist");
    expect(other.container("web").plan?.kind).toBe("modify");
    expect(other.server.snapshot({ host: id })).not.toBe(snapshot);
  });
  it("keeps the past, as far as there is room for it", async () => {
    const world = await worldWithSession();
    await world.run("halt", "web");
    await world.run("boot", "web");
    const snapshot = world.server.snapshot({ host: world.host().id }) ?? "";
    const other = World.of(TEXT);
    other.server.restore({ host: other.host().id, snapshot });
    const { events } = other.inspect();
    expect(other.inspect().earliest).toBe(0);
    for (const at of [0, 1, Math.floor(events / 2), events - 1])
      expect(other.inspect(undefined, at)).toEqual(world.inspect(undefined, at));
    // What is done now belongs to the same past.
    for (const one of [world, other]) {
      await one.run("halt", "web");
      one.type("s1", "echo");
    }
    const { events: more } = other.inspect();
    expect(more).toBeGreaterThan(events);
    expect(other.inspect("web", more - 3)).toEqual(world.inspect("web", more - 3));
  });
  it("says from which moment on the past is known, where there is no room", async () => {
    const live = new LiveHost(
      { id: "x", label: "x", description: defaultHost, uri: undefined },
      jailGuests,
      () => undefined,
    );
    const nothing = { jails: [], zones: [] };
    live.do({ kind: "open", session: "s", container: 0, user: "root", all: nothing });
    for (const text of ["echo 1", "mkdir /a", "sleep 1"])
      live.do({ kind: "line", session: "s", text, all: nothing });
    const snapshots = [snapshotOf(live), snapshotOf(live, 1000)];
    const earliest = snapshots.map((snapshot) => {
      expect(restore(live, snapshot)).toEqual({ kind: "restored" });
      return live.earliest;
    });
    expect(earliest).toEqual([0, live.host.events.length]);
  });

  it.each<[string, (text: string) => string, string]>([
    ["nothing", () => "", "damaged"],
    ["no snapshot", () => '{"version":1}', "damaged"],
    ["half of one", (text) => text.slice(0, text.length / 2), "damaged"],
    ["a changed letter", (text) => text.replace("web", "wep"), "damaged"],
    [
      "one of another version",
      (text) => text.replace(/^zonewarden host \S+/, "zonewarden host 0.0.0"),
      "outdated",
    ],
  ])("%s is refused and changes nothing", async (_, damage, kind) => {
    const world = await worldWithSession();
    const { id } = world.host();
    const snapshot = world.server.snapshot({ host: id }) ?? "";
    const before = world.host();
    expect(world.server.restore({ host: id, snapshot: damage(snapshot) }).kind).toBe(kind);
    expect(world.host()).toEqual(before);
  });
  it("of another machine is outdated", async () => {
    const world = await worldWithSession();
    const snapshot = world.server.snapshot({ host: world.host().id }) ?? "";
    const other = new World({
      "/w/jail.conf": TEXT,
      "/w/zonewarden.host.json": '{ "system": "freebsd", "cpus": 64 }',
    });
    other.open("/w/jail.conf");
    expect(other.server.restore({ host: other.host().id, snapshot })).toEqual({ kind: "outdated" });
  });
});

describe("the past", () => {
  it("is what was seen then, between commands and lines of consoles", async () => {
    const world = World.of(TEXT);
    const seen: { events: number; view: unknown }[] = [];
    const look = (at?: number) => {
      const { processes, mounts, network, clock, changes } = world.inspect(undefined, at);
      return { processes, mounts, network, clock, changes };
    };
    const note = () => seen.push({ events: world.host().events, view: look() });
    note();
    await world.run("boot", "web");
    note();
    world.exec("a", { kind: "open" }, "web");
    world.exec("b", { kind: "open" });
    note();
    for (const line of ["cd /tmp; X=1", "sleep 100 & ", "echo $X; exit 2"]) {
      world.type("a", line);
      note();
    }
    world.type("b", "jail -r web; mount -t tmpfs tmpfs /mnt");
    note();
    await world.run("boot", "web");
    note();
    // What happens without an event, such as a login, belongs to the moment before it.
    const last = new Map(seen.map(({ events, view }) => [events, view]));
    const { events } = world.inspect();
    for (const [at, view] of last) if (at < events && at > 0) expect(look(at)).toEqual(view);
  });
});

describe("the memory for the past", () => {
  it("is bounded: the oldest moments are forgotten, and the first one that is known is said", () => {
    const stage: Stage = { host: buildHost(defaultHost), sessions: new Map(), consoles: new Map() };
    const perform = (on: Stage, deed: Extract<Deed, { kind: "command" }>) => jailGuests.perform(on, deed);
    const size = JSON.stringify(stage.host.state).length;
    const journal = new Journal(perform, size * 4);
    stage.sessions.set("s", new ShellSession(stage.host));
    for (let i = 0; i < 3000; i++) {
      const deed: Deed = { kind: "line", session: "s", text: `echo ${i}`, all: { jails: [], zones: [] } };
      journal.before(stage, deed);
      act(stage, deed, perform);
    }
    const { earliest = 0 } = journal;
    expect(earliest).toBeGreaterThan(1000);
    expect(journal.at(stage.host, earliest - 1)).toBeUndefined();
    expect(journal.at(stage.host, earliest)?.events.length).toBe(earliest);
    expect(journal.at(stage.host, earliest + 1)?.events.length).toBe(earliest + 1);
  });
});
