import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { act, type Deed, type Stage } from "@zonewarden/server/live/deeds";
import { jailGuests } from "@zonewarden/server/live/jails/jailGuests";
import { Journal } from "@zonewarden/server/live/journal";
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
  it("says from which moment on the past is known", async () => {
    const world = await worldWithSession();
    const snapshot = world.server.snapshot({ host: world.host().id }) ?? "";
    const other = World.of(TEXT);
    other.server.restore({ host: other.host().id, snapshot });
    const { events, earliest } = other.inspect();
    expect(earliest).toBe(events);
    expect(other.server.inspect({ host: other.host().id, at: 0 })).toBeNull();
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
