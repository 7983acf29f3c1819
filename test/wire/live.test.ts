import {
  type CommandOutcome,
  type ConsoleOutput,
  type DescribeOutcome,
  type ExecOutcome,
  type ExpectationView,
  type HostEvents,
  type HostsChanged,
  type HostsView,
  type Inspection,
  METHODS,
  type ProbeView,
  type RestoreOutcome,
} from "@zonewarden/server/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CancellationTokenSource, type CodeLens } from "vscode-languageserver-protocol";
import { Client, within } from "./client.ts";
import { Folder } from "./folder.ts";

const TEXT = `exec.start = "/bin/sh /etc/rc";
path = "/jails/$name";
db { ip4.addr = "em0|192.0.2.11"; persist; }
#? web boots after db
web { ip4.addr = "em0|192.0.2.10"; depend = db; persist; }
`;
const HOST = JSON.stringify({
  system: "freebsd",
  name: "box",
  cpus: 2,
  directories: ["/jails/db", "/jails/web", "/jails/other"].map((path) => ({ path, base: true })),
});

let client: Client;
let home: Folder;
let uri: string;
let host: string;
const events: HostEvents[] = [];
const changes: HostsChanged[] = [];

beforeAll(async () => {
  home = new Folder({
    "jail.conf": TEXT,
    "zonewarden.host.json": HOST,
    "more/other.jail.conf": "other { path = /jails/other; persist; }\n",
  });
  uri = home.uri("jail.conf");
  host = home.uri("zonewarden.host.json");
  client = await Client.start({ settings: {}, folders: [home.uri()] });
  client.connection.onNotification(METHODS.events, (found: HostEvents) => void events.push(found));
  client.connection.onNotification(METHODS.changed, (found: HostsChanged) => void changes.push(found));
  await client.open(uri, TEXT);
});
afterAll(async () => {
  const { stderr } = client;
  await client.dispose();
  home.remove();
  expect(stderr).toBe("");
});

const get = () => client.request<HostsView>(METHODS.get, undefined);
const command = (name: string, container?: string) =>
  client.request<CommandOutcome>(METHODS.command, { host, command: name, container });
/** Waits for a change that is told after this call. */
function nextChange(): Promise<HostsChanged> {
  const before = changes.length;
  const look = (resolve: (change: HostsChanged) => void) => {
    const found = changes[before];
    if (found) resolve(found);
    else setTimeout(look, 10, resolve);
  };
  return within(new Promise(look), "a change of hosts");
}

describe("hosts over the wire", () => {
  it("are those of host files, with the containers of open files", async () => {
    const { hosts } = await get();
    expect(hosts.map(({ id, name, uri: file, described }) => [id, name, file, described])).toEqual([
      [host, "box", host, true],
    ]);
    expect(
      hosts[0]?.containers.map(({ name, location }) => [name, location?.uri, location?.range.start.line]),
    ).toEqual([
      ["db", uri, 2],
      ["web", uri, 4],
    ]);
  });

  it("have the files that the editor has found, without opening them", async () => {
    const told = nextChange();
    await client.notify(METHODS.files, {
      files: [
        { uri, language: "jail-conf" },
        { uri: home.uri("more/other.jail.conf"), language: "jail-conf" },
      ],
    });
    expect((await told).hosts).toEqual([host]);
    const { hosts } = await get();
    expect(hosts[0]?.containers.map(({ name }) => name)).toEqual(["db", "web", "other"]);
  });

  it("read these again when they change on disk", async () => {
    const path = "more/other.jail.conf";
    const change = async (text: string) => {
      const told = nextChange();
      home.write(path, text);
      await client.changedOnDisk({ uri: home.uri(path), type: 2 });
      await told;
      return (await get()).hosts[0]?.containers.map(({ name }) => name);
    };
    expect(await change("another { path = /jails/other; }\n")).toEqual(["db", "web", "another"]);
    expect(await change("other { path = /jails/other; persist; }\n")).toEqual(["db", "web", "other"]);
  });

  it("boot: events are streamed, and the change is told", async () => {
    const told = nextChange();
    const outcome = await command("boot", "web");
    expect(outcome).toMatchObject({ ok: true });
    expect(events.flatMap((one) => one.events)).toEqual(outcome.events);
    const { revision } = await told;
    const view = await get();
    expect(view.revision).toBe(revision);
    expect(view.hosts[0]?.containers.map(({ state }) => state)).toEqual(["running", "running", "stopped"]);
  });

  it("are looked into, now and as they were", async () => {
    const now = await client.request<Inspection>(METHODS.inspect, { host, container: "web" });
    expect(now).toMatchObject({ hostName: "box", system: "freebsd", container: { state: "running" } });
    const then = await client.request<Inspection>(METHODS.inspect, {
      host,
      container: "web",
      at: now.earliest,
    });
    expect(then).toMatchObject({ at: now.earliest, events: now.events, container: { state: "stopped" } });
    expect(await client.request(METHODS.inspect, { host, container: "nobody" })).toBeNull();
    expect(await client.request(METHODS.inspect, { host: "nowhere" })).toBeNull();
  });

  it("are entered", async () => {
    const exec = (action: object) =>
      client.request<ExecOutcome>(METHODS.exec, { host, container: "web", session: "1", action });
    expect((await exec({ kind: "open" })).prompt).toContain("# ");
    expect((await exec({ kind: "line", text: "echo hi" })).output).toBe("hi\n");
    expect((await exec({ kind: "complete", text: "ls /etc/pas" })).completion?.words).toEqual([
      "/etc/passwd ",
    ]);
    expect((await exec({ kind: "line", text: "exit" })).prompt).toBeNull();
  });

  it("show texts, probes and decisions", async () => {
    const text = (what: string) => client.request<string>(METHODS.text, { host, container: "web", what });
    expect(await text("configuration")).toContain("path = /jails/web;  # jail.conf:2");
    expect(await text("list")).toContain("web");
    expect(await text("timeline")).toMatch(/running: The jail runs/);
    const { decisions } = await client.request<ProbeView>(METHODS.probe, { host, container: "web" });
    const raw = decisions.find(({ probe }) => probe === "net.raw-ping");
    expect(raw?.decision.verdict).toBe("deny");
    expect(await client.request(METHODS.explain, { host, container: "web", probe: "net.raw-ping" })).toEqual(
      raw?.decision,
    );
    expect(await client.request(METHODS.explain, { host, container: "web", probe: "nothing" })).toBeNull();
  });

  it("are kept and brought back", async () => {
    const snapshot = await client.request<string>(METHODS.snapshot, { host });
    const before = (await get()).hosts;
    await command("reset");
    expect((await get()).hosts[0]?.events).toBe(0);
    const restore = (text: string) =>
      client.request<RestoreOutcome>(METHODS.restore, { host, snapshot: text });
    expect((await restore(snapshot.slice(1))).kind).toBe("damaged");
    expect(await restore(snapshot)).toEqual({ kind: "restored" });
    expect((await get()).hosts).toEqual(before);
  });

  it("have lenses above their containers", async () => {
    const lenses = await client.request<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    expect(
      lenses
        .filter(({ range }) => range.start.line === 4)
        .map(({ command: one }) => [one?.command, one?.arguments]),
    ).toEqual(
      ["halt", "openConsole", "inspect"].map((name) => [`zonewarden.${name}`, [{ host, container: "web" }]]),
    );
    await command("halt", "web");
    const after = await client.request<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    expect(after.filter(({ range }) => range.start.line === 4).map(({ command: one }) => one?.title)).toEqual(
      ["Boot"],
    );
  });

  it("tell of running containers whose file was changed", async () => {
    const told = nextChange();
    await client.replace(uri, "db {", "db { allow.mount;");
    await told;
    expect((await get()).hosts[0]?.containers[0]?.plan).toMatchObject({ kind: "modify" });
  });

  it("are checked against expectations", async () => {
    expect(await client.request<ExpectationView[]>(METHODS.expect, { uri })).toMatchObject([
      { text: "web boots after db", result: "passed" },
    ]);
  });

  it("are described by what somebody pasted", async () => {
    const outcome = await client.request<DescribeOutcome>(METHODS.describe, {
      text: "hw.ncpu: 8\n",
      hostFile: HOST,
    });
    expect(outcome).toMatchObject({ found: ["sysctl: 1 value"], ignored: [] });
    expect(outcome.text).toContain('"cpus":8');
    await expect(client.request(METHODS.describe, { text: "hw.ncpu: 8", hostFile: "{" })).rejects.toThrow(
      /mistake/,
    );
  });

  it("start afresh where the machine becomes another one", async () => {
    const told = nextChange();
    home.write("zonewarden.host.json", HOST.replace('"cpus":2', '"cpus":4'));
    await client.changedOnDisk({ uri: host, type: 2 });
    await told;
    expect((await get()).hosts[0]).toMatchObject({ id: host, events: 0 });
  });
});

it("whoever boots everything can stop between two containers", async () => {
  const many = home.uri("many/jail.conf");
  const jails = Array.from({ length: 300 }, (_, i) => `j${i} { path = "/jails/$name"; persist; }\n`);
  home.write(
    "many/zonewarden.host.json",
    '{ "system": "freebsd", "name": "many", "configurations": ["jail.conf"] }',
  );
  await client.open(many, jails.join(""));
  const id = home.uri("many/zonewarden.host.json");
  await get();
  const before = events.length;
  const source = new CancellationTokenSource();
  const asked = client.connection.sendRequest<CommandOutcome>(
    METHODS.command,
    { host: id, command: "bootAll" },
    source.token,
  );
  const look = () => {
    if (events.length > before) source.cancel();
    else setTimeout(look, 5);
  };
  look();
  const outcome = await within(asked, "the end of a cancelled command");
  expect(outcome.message).toContain("cancelled");
  const states = (await get()).hosts.find((one) => one.id === id)?.containers.map(({ state }) => state) ?? [];
  // Without directories on a described machine none of them runs.
  expect(states.filter((state) => state !== "stopped").length).toBeGreaterThan(0);
  expect(states.filter((state) => state === "stopped").length).toBeGreaterThan(100);
  await client.close(many);
});

describe("zones over the wire", () => {
  it("are installed, booted and watched from their console", async () => {
    const zone = home.uri("app.zonecfg");
    await client.open(zone, "create -b\nset brand=ipkg\nset zonepath=/zones/app\n", "zonecfg");
    const { hosts } = await get();
    const found = hosts.find(({ system }) => system === "illumos");
    expect(found?.containers).toMatchObject([
      { name: "app", type: "zone", state: "configured", commands: ["install"] },
    ]);
    const run = (name: string) =>
      client.request<CommandOutcome>(METHODS.command, { host: found?.id, command: name, container: "app" });
    const exec = (action: object) =>
      client.request<ExecOutcome>(METHODS.exec, { host: found?.id, container: "app", session: "z", action });
    expect((await run("install")).ok).toBe(true);
    expect((await exec({ kind: "open", as: "console" })).output).toContain("Connected");
    // What appears while somebody else boots the zone is told, and not told again.
    const appears = new Promise<ConsoleOutput>((resolve) => {
      client.connection.onNotification(METHODS.output, resolve);
    });
    expect((await run("boot")).ok).toBe(true);
    expect(await within(appears, "output of a console")).toMatchObject({
      session: "z",
      prompt: "app console login: ",
      output: expect.stringContaining("NOTICE"),
    });
    expect(await exec({ kind: "line", text: "" })).toMatchObject({
      prompt: "app console login: ",
      output: "",
    });
    await client.close(zone);
  });
});

it.each(
  Object.values(METHODS).filter(
    (method) =>
      ![METHODS.changed, METHODS.events, METHODS.files, METHODS.output].some((one) => one === method),
  ),
)("%s survives what makes no sense", async (method) => {
  for (const params of [
    undefined,
    null,
    {},
    [],
    { host: 7, container: {}, action: null, text: 3, uri: null },
  ])
    await client.request(method, params).catch(() => undefined);
  expect((await get()).hosts.map(({ id }) => id)).toContain(host);
});
