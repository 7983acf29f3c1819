import { parsePrivileges } from "@zonewarden/server/catalog/illumos/privilegeSets";
import { memoryText } from "@zonewarden/server/catalog/zonecfg/shown";
import * as read from "@zonewarden/server/configuration/zonecfg/values";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("memory sizes", () => {
  it.each([
    ["512", 512n],
    ["1k", 1024n],
    ["1.5g", 1610612736n],
    ["2e3k", 2048000n],
    ["1 g", 1073741824n],
    [".5M", 524288n],
    ["1GB", undefined],
    ["1MiB", undefined],
    ["1P", undefined],
    ["-1", undefined],
    ["", undefined],
  ])("%s", (text, bytes) => expect(read.memory(text)).toBe(bytes));

  it("what is shown of whole units is read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1023 }), fc.constantFrom(0n, 10n, 20n, 30n, 40n), (n, shift) => {
        const bytes = BigInt(n) << shift;
        expect(read.memory(memoryText(bytes))).toBe(bytes);
      }),
    );
  });
});

describe("addresses", () => {
  it.each([
    ["192.0.2.1", false, undefined],
    ["192.0.2.1/24", false, undefined],
    ["192.0.2.1/33", false, "prefix-range"],
    ["192.0.2.256", false, undefined], // a host name, to the real program
    ["2001:db8::1", false, "prefix-missing"],
    ["2001:db8::1", true, undefined],
    ["2001:db8::1/129", false, "prefix-range"],
    ["::ffff:192.0.2.1/96", false, undefined],
    ["host.example/24", false, undefined],
    ["-host", false, "bogus"],
    ["a_b", false, "bogus"],
  ] as const)("%s (router: %s)", (text, router, problem) =>
    expect(read.addressProblem(text, router)).toBe(problem),
  );

  it("count as one where only one has a prefix", () => {
    expect(read.sameAddress("192.0.2.1", "192.0.2.1/24")).toBe(true);
    expect(read.sameAddress("192.0.2.1/25", "192.0.2.1/24")).toBe(false);
  });
});

it.each([
  ["4", { low: 4n, high: 4n }],
  ["1-4", { low: 1n, high: 4n }],
  ["4-", undefined],
  ["0", undefined],
  ["4-1", undefined],
  ["2.5", undefined],
])("CPUs %s", (text, range) => expect(read.cpuRange(text)).toEqual(range));

it.each([
  ["0.29", 29],
  ["1.5", 150],
  ["0.001", undefined],
  ["x", undefined],
])("cap %s", (text, percent) => expect(read.cpuCap(text)).toBe(percent));

it.each([
  ["net0", true, true],
  ["net00", true, false],
  ["lan", false, false],
  ["0net1", true, false],
  ["e1000g0:1", false, false],
  ["my-0", true, false],
])("link %s", (text, shared, exclusive) => {
  expect(read.linkProblem(text, "shared") === undefined).toBe(shared);
  expect(read.linkProblem(text, "exclusive") === undefined).toBe(exclusive);
});

it.each([
  ["80f0c086", true],
  ["0x80f0c086", true],
  ["ffffffff", false],
  ["fffffffe", true],
  ["123456789", false],
  ["", false],
  ["0x", true],
])("hostid %s", (text, fine) => expect(read.hostidProblem(text) === undefined).toBe(fine));

it.each([
  ["10", 10n],
  ["0x10", 16n],
  ["010", 8n],
  ["0", 0n],
  ["09", undefined],
  ["-1", undefined],
])("limit %s", (text, value) => expect(read.anyBase(text)).toBe(value));

describe("privileges", () => {
  it.each([
    ["default", true, []],
    ["", true, []],
    ["default,sys_time", true, ["sys_time"]],
    ["def,!net_rawaccess", true, ["net_rawaccess"]],
    [",sys_time", true, ["sys_time"]],
    ["sys_time,proc_fork", false, ["sys_time", "proc_fork"]],
    ["defaults", false, ["defaults"]],
  ])("%s", (text, fromDefault, names) => {
    const found = parsePrivileges(text);
    expect(found.fromDefault).toBe(fromDefault);
    expect(found.words.map((word) => word.name)).toEqual(names);
    for (const { offset, length, name } of found.words)
      expect(text.slice(offset, offset + length)).toMatch(name);
  });
});
