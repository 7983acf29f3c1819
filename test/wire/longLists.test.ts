import { type CommandOutcome, type HostsView, type Inspection, METHODS } from "@zonewarden/server/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Client } from "./client.ts";
import { Folder } from "./folder.ts";

/** What is shown of a host must not end where nobody sees that it does. */

const JAILS = 130;
const PROCESSES = 2_100;
const NODES = 1_100;
const TEXT = `path = "/jails/$name"; persist;\n${Array.from(
  { length: JAILS },
  (_, i) => `j${i} { ip4.addr = "em0|10.0.0.${i + 1}"; }\n`,
).join("")}`;

let client: Client;
let home: Folder;
let host: string;

beforeAll(async () => {
  home = new Folder({ "jail.conf": TEXT });
  client = await Client.start({ settings: {}, folders: [home.uri()] });
  await client.open(home.uri("jail.conf"), TEXT);
  host = (await client.request<HostsView>(METHODS.get, undefined)).hosts[0]?.id ?? "";
  const outcome = await client.request<CommandOutcome>(METHODS.command, { host, command: "bootAll" });
  expect(outcome.ok).toBe(true);
  const exec = (action: object) => client.request(METHODS.exec, { host, session: "1", action });
  const many = (length: number, of: (i: number) => string) =>
    Array.from({ length }, (_, i) => of(i)).join("");
  await exec({ kind: "open" });
  await exec({ kind: "line", text: many(PROCESSES, () => "sleep 9999 & ") });
  await exec({ kind: "line", text: many(NODES, (i) => `ln -s null /dev/more${i}; `) });
}, 60_000);
afterAll(async () => {
  const { stderr } = client;
  await client.dispose();
  home.remove();
  expect(stderr).toBe("");
});

const inspect = (more: object = {}) => client.request<Inspection>(METHODS.inspect, { host, ...more });

it("all processes and device nodes are shown", async () => {
  const { processes, devices } = await inspect();
  expect(processes.filter(({ command }) => command === "sleep")).toHaveLength(PROCESSES);
  expect(devices.filter(({ path }) => path.startsWith("/dev/more"))).toHaveLength(NODES);
});

it("of the events, those are counted that are earlier", async () => {
  const { recent, earlier, at } = await inspect();
  expect(recent).toHaveLength(100);
  expect(earlier).toBe(at - 100);
  const own = await inspect({ container: "j7" });
  expect([own.earlier, own.recent.length > 0]).toEqual([0, true]);
  expect((await inspect({ at: 20 })).earlier).toBe(0);
});

it("of the others, those are counted that were not tried, and each can be asked for", async () => {
  const { network } = await inspect({ container: "j0" });
  // The host and 99 of the other jails; what is outside is always tried.
  expect(network.reach).toHaveLength(101);
  expect(network).toMatchObject({ untried: JAILS - 100, targets: "" });
  const named = (await inspect({ container: "j0", targets: "J12" })).network;
  expect(named.reach.map(({ to }) => to.split(" ")[0])).toEqual([
    ...["j12", "j120", "j121", "j122", "j123", "j124", "j125", "j126", "j127", "j128", "j129"],
    "outside",
  ]);
  expect(named).toMatchObject({ untried: 0, targets: "J12" });
  // The way out is the same, whoever is looked for.
  expect(named.path).toEqual(network.path);
});
