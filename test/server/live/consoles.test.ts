import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const TEXT = `exec.start = "/bin/sh /etc/rc";
path = "/jails/$name";
host.hostname = "$name.example.org";
web { ip4.addr = 192.0.2.10; mount.devfs; persist; }
`;

async function running(): Promise<World> {
  const world = World.of(TEXT);
  await world.run("boot", "web");
  return world;
}

describe("a console", () => {
  it("goes on from line to line, with a prompt and the status", async () => {
    const world = await running();
    expect(world.exec("a", { kind: "open" }, "web")).toMatchObject({ output: "", prompt: "root@web:/ # " });
    expect(world.type("a", "cd /etc")).toMatchObject({ prompt: "root@web:/etc # ", status: 0 });
    expect(world.type("a", "cat /nothing")).toMatchObject({
      status: 1,
      output: expect.stringContaining("No such file"),
    });
  });
  it("says why something is denied, with the line where there is one", async () => {
    const world = await running();
    world.exec("a", { kind: "open" }, "web");
    const { decisions } = world.type("a", "mount -t tmpfs tmpfs /mnt");
    expect(decisions[0]).toMatchObject({ verdict: "deny", errno: "EPERM" });
    expect(decisions[0]?.origins.map(({ what }) => what).join()).toContain("allow.mount");
  });
  it("is one of many", async () => {
    const world = await running();
    world.exec("a", { kind: "open" }, "web");
    world.exec("b", { kind: "open" });
    world.type("a", "cd /etc");
    expect(world.type("b", "pwd").output).not.toBe("/etc\n");
    expect(world.type("b", "jls name").output).toBe("web\n");
  });
  it("is found again by whoever opens it anew", async () => {
    const world = await running();
    world.exec("a", { kind: "open" }, "web");
    world.type("a", "cd /etc");
    expect(world.exec("a", { kind: "open" }, "web").prompt).toBe("root@web:/etc # ");
  });
  it("ends by exit, by close, and with its jail", async () => {
    const world = await running();
    for (const session of ["a", "b", "c"]) world.exec(session, { kind: "open" }, "web");
    expect(world.type("a", "exit 3")).toMatchObject({ prompt: null, status: 3 });
    expect(world.exec("b", { kind: "close" }).prompt).toBeNull();
    await world.run("halt", "web");
    expect(world.type("c", "pwd")).toMatchObject({ prompt: null });
  });
  it("is refused where nobody can log in", async () => {
    const world = World.of(TEXT);
    expect(world.exec("a", { kind: "open" }, "web")).toMatchObject({
      prompt: null,
      status: 1,
      output: expect.stringContaining("stopped"),
    });
    expect(world.exec("a", { kind: "open" }, "gone")).toMatchObject({ prompt: null, status: 1 });
    expect(world.exec("a", { kind: "open", user: "nobody-here" })).toMatchObject({ prompt: null, status: 1 });
  });
});

describe("Tab", () => {
  const cases: readonly (readonly [text: string, from: number, words: readonly string[]])[] = [
    ["jl", 0, ["jls "]],
    ["cat /etc/pass", 4, ["/etc/passwd "]],
    ["cd /usr/loc", 3, ["/usr/local/"]],
    ["echo a; unam", 8, ["uname "]],
    ["echo $HOM", 5, ["$HOME"]],
    ["jexec w", 6, ["web "]],
    ["jls -j ", 7, ["web "]],
    ["nothinglikethis", 0, []],
  ];
  it.each(cases)("completes %j", async (text, from, words) => {
    const world = await running();
    world.exec("a", { kind: "open" });
    expect(world.exec("a", { kind: "complete", text }).completion).toEqual({ from, words });
  });
  it("knows the files of the jail, not those of the host", async () => {
    const world = await running();
    world.exec("a", { kind: "open" }, "web");
    world.exec("h", { kind: "open" });
    expect(world.exec("a", { kind: "complete", text: "ls /jai" }).completion?.words).toEqual([]);
    expect(world.exec("h", { kind: "complete", text: "ls /jai" }).completion?.words).toEqual(["/jails/"]);
  });
});
