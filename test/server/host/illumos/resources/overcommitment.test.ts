import { overcommitment } from "@zonewarden/server/host/illumos/resources/overcommitment";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { expect, test } from "vitest";
import { type Definition, define, zoneHost } from "../harness.ts";

/** Rules and zones of what is found on a machine with 4 CPUs, 8 GB of memory and 2 GB of swap. */
function findings(definitions: readonly Definition[], changes: Parameters<typeof zoneHost>[0] = {}) {
  const host = zoneHost(changes);
  const all = definitions.map((definition, i) => define(`z${i + 1}`, definition));
  return overcommitment(host, all).map(({ rule, zones }) => [rule, zones.join()]);
}

const resource = (type: string, values: Record<string, string>): Definition => ({
  resources: [{ type, ...values }],
});
const memory = (values: Record<string, string>) => resource("capped-memory", values);
const dedicated = (ncpus: string) => resource("dedicated-cpu", { ncpus });
const shares = (properties: Record<string, string> = {}): Definition => ({
  ...resource("rctl", { name: "zone.cpu-shares", value: "(priv=privileged,limit=5,action=none)" }),
  properties,
});

test.each<[string, Definition[], [string, string][]]>([
  ["nothing asked for", [{}, {}], []],
  ["CPUs that are there", [dedicated("1"), dedicated("2")], []],
  ["the last CPU is the default set's", [dedicated("4")], [["cpus/too-many", "z1"]]],
  ["CPUs promised twice", [dedicated("2"), dedicated("2")], [["cpus/dedicated", "z1,z2"]]],
  ["of ranges the least counts", [dedicated("1-4"), dedicated("2-3")], []],
  ["a cap above the machine", [resource("capped-cpu", { ncpus: "5" })], [["cpus/cap", "z1"]]],
  [
    "caps that sum up to more",
    [resource("capped-cpu", { ncpus: "3" }), resource("capped-cpu", { ncpus: "3" })],
    [],
  ],
  ["memory within the machine", [memory({ physical: "4g" }), memory({ physical: "4g" })], []],
  [
    "memory promised twice",
    [memory({ physical: "5g" }), memory({ physical: "5g" })],
    [["memory/physical", "z1,z2"]],
  ],
  ["one cap above all memory", [memory({ physical: "16g" })], [["memory/physical-single", "z1"]]],
  ["locked memory", [memory({ locked: "5g" }), memory({ locked: "4g" })], [["memory/locked", "z1,z2"]]],
  ["swap", [memory({ swap: "6g" }), memory({ swap: "6g" })], [["memory/swap", "z1,z2"]]],
  ["shares without FSS", [shares()], [["shares/class", "z1"]]],
  ["shares and another class", [shares({ "scheduling-class": "TS" })], [["shares/ignored", "z1"]]],
  ["a pool that is not there", [{ properties: { pool: "web" } }], [["pool/missing", "z1"]]],
])("%s", (_, definitions, expected) => {
  expect(findings(definitions)).toEqual(expected);
});

test("shares with FSS are as they should be", () => {
  const host = zoneHost();
  illumosOf(host).schedulingClass = "FSS";
  expect(overcommitment(host, [define("web", shares())])).toEqual([]);
});

test("sets of the administrator keep their CPUs", () => {
  const changes = { processorSets: [{ name: "db", cpus: [2, 3] }] };
  expect(findings([dedicated("1")], changes)).toEqual([]);
  expect(findings([dedicated("2")], changes)).toEqual([["cpus/too-many", "z1"]]);
});

test("each finding names the lines", () => {
  const [first] = overcommitment(zoneHost(), [define("a", dedicated("2")), define("b", dedicated("2"))]);
  expect(first?.severity).toBe("warning");
  expect(first?.causes.map(({ what }) => what)).toEqual(["dedicated-cpu ncpus=2", "dedicated-cpu ncpus=2"]);
});

test("without definitions it is about the index", () => {
  expect(overcommitment(zoneHost())).toEqual([]);
});
