import { listenerText, parseListener } from "@zonewarden/server/host/machine/listeners";
import { parseRules, ruleText } from "@zonewarden/server/host/machine/rulesets";
import { bytes, sizeText } from "@zonewarden/server/host/machine/sizes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("sizes", () => {
  it.each([
    [0, 0],
    ["512", 512],
    ["8G", 8 * 1024 ** 3],
    ["1.5k", 1536],
    ["2T", 2 * 1024 ** 4],
  ])("%j are %i bytes", (size, expected) => {
    expect(bytes(size)).toBe(expected);
  });

  it.each([
    [0, 0],
    [1000, 1000],
    [1024, "1K"],
    [3 * 1024 ** 3, "3G"],
  ])("of %i bytes is written %j", (size, text) => {
    expect(sizeText(size)).toBe(text);
  });

  it("are the same after they were written and read", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (size) => bytes(sizeText(size)) === size));
  });
});

describe("listening sockets", () => {
  it.each([
    ["tcp4 *:22", { family: "inet", protocol: "tcp", address: "*", port: 22 }],
    ["udp4 127.0.0.1:123", { family: "inet", protocol: "udp", address: "127.0.0.1", port: 123 }],
    ["udp6 [::1]:123", { family: "inet6", protocol: "udp", address: "::1", port: 123 }],
    ["unix /var/run/log", { family: "local", protocol: "stream", address: "/var/run/log", port: 0 }],
  ] as const)("%s", (text, listener) => {
    expect(parseListener(text)).toEqual(listener);
    expect(listenerText(listener)).toBe(text);
  });
});

describe("rules of devfs", () => {
  it.each([
    ["hide", { number: 100, action: "hide" }],
    ["include 4", { number: 100, action: "include", argument: "4" }],
    ["path pts/* unhide", { number: 100, path: "pts/*", action: "unhide" }],
    ["type disk mode 0640", { number: 100, type: "disk", action: "mode", argument: "0640" }],
    [
      "path ada* type disk group operator",
      { number: 100, path: "ada*", type: "disk", action: "group", argument: "operator" },
    ],
  ] as const)("%s", (line, rule) => {
    expect(parseRules([line])).toEqual([rule]);
    expect(ruleText(rule)).toBe(line);
  });

  it("are numbered in steps of 100", () => {
    expect(parseRules(["hide", "hide", "hide"]).map(({ number }) => number)).toEqual([100, 200, 300]);
  });
});
