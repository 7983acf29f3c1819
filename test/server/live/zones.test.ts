import type { ContainerCommand } from "@zonewarden/server/protocol";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const PATH = "/w/web.zonecfg";
const TEXT = `create -b
set brand=ipkg
set zonepath=/zones/web
set ip-type=shared
set limitpriv=default,dtrace_proc
set max-lwps=500
add net
set physical=e1000g0
set address=192.0.2.10/24
end
add fs
set dir=/data
set special=/export/data
set type=lofs
end
`;

function world(text = TEXT): World {
  const made = new World({ [PATH]: text });
  made.open(PATH);
  return made;
}

async function running(): Promise<World> {
  const made = world();
  await made.run("install", "web");
  await made.run("boot", "web");
  return made;
}

describe("the commands of a zone by its state", () => {
  const steps: readonly (readonly [string, readonly ContainerCommand[], readonly string[]])[] = [
    ["configured", [], ["install"]],
    ["installed", ["install"], ["boot", "clone", "uninstall"]],
    ["running", ["install", "boot"], ["shutdown", "halt", "reboot"]],
    ["installed", ["install", "boot", "halt"], ["boot", "clone", "uninstall"]],
    ["installed", ["install", "boot", "shutdown"], ["boot", "clone", "uninstall"]],
    ["running", ["install", "boot", "reboot"], ["shutdown", "halt", "reboot"]],
    ["configured", ["install", "uninstall"], ["install", "remove"]],
    ["configured", ["install", "uninstall", "remove"], ["install"]],
  ];
  it.each(steps)("%s after %j: %j", async (state, before, possible) => {
    const made = world();
    for (const command of before) expect(await made.run(command, "web")).toMatchObject({ ok: true });
    expect(made.container("web")).toMatchObject({ type: "zone", state, commands: possible });
  });

  it("boot everything installs first what is not installed", async () => {
    const made = world();
    expect((await made.run("bootAll")).ok).toBe(true);
    expect(made.container("web").state).toBe("running");
    expect((await made.run("haltAll")).ok).toBe(true);
    expect(made.container("web").state).toBe("installed");
  });

  it("a clone is a zone of the host that no file configures", async () => {
    const made = world();
    await made.run("install", "web");
    const outcome = await made.server.command(
      { host: made.host().id, command: "clone", container: "web", argument: "web2" },
      { report: () => {}, goOn: () => Promise.resolve(true) },
    );
    expect(outcome).toMatchObject({ ok: true });
    expect(made.container("web2")).toMatchObject({
      state: "installed",
      description: "ipkg · 192.0.2.10/24 · /zones/web2",
    });
    expect(made.container("web2").location).toBeUndefined();
  });
});

describe("what fails", () => {
  it("names the line", async () => {
    const made = new World({
      [PATH]: TEXT,
      "/w/zonewarden.host.json": '{ "system": "omnios", "name": "box" }',
    });
    made.open(PATH);
    const { ok, failure } = await made.run("install", "web");
    expect(ok).toBe(false);
    expect(failure?.origins.map(({ location }) => made.slice(location))).toContain("/export/data");
    expect(made.container("web")).toMatchObject({ health: "failed", state: "configured" });
  });
  it("a command file that zonecfg(8) does not read is refused", async () => {
    const made = world(`${TEXT}set nonsense\n`);
    const { ok, failure } = await made.run("install", "web");
    expect(ok).toBe(false);
    expect(failure?.origins[0]?.location?.range.start.line).toBe(TEXT.split("\n").length - 1);
  });
  it("what nobody described is assumed, visibly", async () => {
    const made = world();
    const { events } = await made.run("install", "web");
    expect(events.find(({ kind }) => kind === "assume.directory")).toMatchObject({ outcome: "assumed" });
  });
});

describe("a running zone", () => {
  it("is looked into", async () => {
    const made = await running();
    const seen = made.inspect("web");
    expect(seen.processes.map(({ command }) => command)).toContain("init");
    expect(seen.mounts.find(({ on }) => on === "/data")).toMatchObject({ type: "lofs" });
    expect(made.slice(seen.mounts.find(({ on }) => on === "/data")?.origin?.location)).toBe("/data");
    expect(seen.network.stack).toBe("shared");
    const [address] = seen.network.links.flatMap(({ addresses }) => addresses.filter(({ origin }) => origin));
    expect(address?.address).toBe("192.0.2.10/24");
    expect(made.slice(address?.origin?.location)).toBe("192.0.2.10/24");
    expect(seen.network.reach.find(({ to }) => to.startsWith("host"))?.decision.verdict).not.toBe("deny");
    expect(seen.privileges.find(({ name }) => name === "dtrace_proc")).toMatchObject({
      held: true,
      status: "added",
    });
    expect(seen.privileges.find(({ name }) => name === "sys_config")).toMatchObject({
      held: false,
      status: "never",
    });
    const lwps = seen.limits.find(({ name }) => name === "zone.max-lwps");
    expect(lwps).toMatchObject({ limit: 500 });
    expect(made.slice(lwps?.origin?.location)).toContain("500");
    expect(seen.machine).toMatchObject({ present: "running" });
  });

  it("keeps what it was readied with: a change takes a restart", async () => {
    const made = await running();
    expect(made.container("web").plan).toBeUndefined();
    made.edit(PATH, "limitpriv=default,dtrace_proc", "limitpriv=default");
    expect(made.container("web").plan).toMatchObject({
      kind: "restart",
      parameters: [
        { name: "limitpriv", before: "default,dtrace_proc", after: "default", needsRestart: true },
      ],
    });
    expect((await made.run("reboot", "web")).ok).toBe(true);
    expect(made.container("web").plan).toBeUndefined();
  });

  it("is entered, and the console ends with it", async () => {
    const made = await running();
    expect(made.exec("z", { kind: "open" }, "web").prompt).toContain("web");
    expect(made.type("z", "zonename").output).toBe("web\n");
    await made.run("halt", "web");
    expect(made.type("z", "zonename").prompt).toBeNull();
  });

  it("is kept and brought back", async () => {
    const made = await running();
    const snapshot = made.server.snapshot({ host: made.host().id }) ?? "";
    const other = world();
    expect(other.server.restore({ host: other.host().id, snapshot })).toEqual({ kind: "restored" });
    expect(other.host()).toEqual(made.host());
    other.edit(PATH, "500", "600");
    expect(other.container("web").plan?.kind).toBe("restart");
  });

  it("shows its past", async () => {
    const made = await running();
    const booted = made.inspect("web").recent.find(({ kind, to }) => kind === "zone.state" && to === "ready");
    const then = made.inspect("web", (booted?.seq ?? 0) + 1);
    expect(then.container?.state).toBe("ready");
    expect(made.inspect("web", 0).container?.state).toBe("configured");
  });
});

it("texts are what the tools print", async () => {
  const made = await running();
  const text = (what: "configuration" | "list" | "timeline") =>
    made.server.text({ host: made.host().id, container: "web", what });
  expect(text("configuration")).toContain("set zonepath=/zones/web");
  expect(text("list")).toMatch(/web +running +\/zones\/web/);
  expect(text("timeline")).toContain("web");
});

it("expectations hold for zones, too", () => {
  const made = world(`#? web boots\n#? web connects host:22\n#? web cannot boot\n${TEXT}`);
  expect(made.server.expect({ uri: `file://${PATH}` }).map(({ result }) => result)).toEqual([
    "passed",
    "passed",
    "failed",
  ]);
});

it("what a zone may do is tried", async () => {
  const made = await running();
  const { decisions } = made.server.probe({ host: made.host().id, container: "web" });
  const of = (id: string) => decisions.find(({ probe }) => probe === id)?.decision.verdict;
  expect([of("mount-ufs"), of("mount-tmpfs")]).toEqual(["deny", "allow"]);
  const one = made.server.explain({ host: made.host().id, container: "web", probe: "mount-ufs" });
  expect(one?.verdict).toBe("deny");
  const checked = world(`#? web denies mount-ufs\n#? web allows mount-ufs\n${TEXT}`);
  expect(checked.server.expect({ uri: `file://${PATH}` }).map(({ result }) => result)).toEqual([
    "passed",
    "failed",
  ]);
});

it("jails and zones of one workspace live on different machines", () => {
  const made = new World({ [PATH]: TEXT, "/w/jail.conf": "db { path = /; persist; }\n" });
  made.open(PATH);
  made.open("/w/jail.conf");
  expect(
    made.server.get().hosts.map(({ id, containers }) => [id, containers.map(({ type }) => type)]),
  ).toEqual([
    ["default:freebsd:/w", ["jail"]],
    ["default:illumos:/w", ["zone"]],
  ]);
});

it("configurations in different directories are for different machines, with the same names of jails", () => {
  const text = "www { path = /; persist; }\n";
  const files = { "/w/a/jail.conf": text, "/w/b/jail.conf": text, "/w/b/jail.conf.d/db.conf": text };
  const made = new World(files);
  for (const path of Object.keys(files)) made.open(path);
  expect(made.server.get().hosts.map(({ id, name }) => [id, name])).toEqual([
    ["default:freebsd:/w/a", "a"],
    ["default:freebsd:/w/b", "b"],
  ]);
});
