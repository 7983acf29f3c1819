import type { Host } from "@zonewarden/server/host/host";
import {
  seteuid,
  setgid,
  setgroups,
  setloginclass,
  setresuid,
  setreuid,
  setuid,
} from "@zonewarden/server/host/process/credentials";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { hostOf, jailOf, result, userIn } from "./world.ts";

const calls: [string, (host: Host, process: Process) => { ok: boolean }][] = [
  ["setuid", (host, process) => setuid(host, process, 80)],
  ["seteuid", (host, process) => seteuid(host, process, 80)],
  ["setreuid", (host, process) => setreuid(host, process, 80, 80)],
  ["setresuid", (host, process) => setresuid(host, process, 80, 80, 80)],
  ["setgid", (host, process) => setgid(host, process, 80)],
  ["setgroups", (host, process) => setgroups(host, process, [80])],
  ["setloginclass", (host, process) => setloginclass(host, process, "www")],
];

describe.each(calls)("%s", (_, call) => {
  test.each([
    ["root in a jail", 0, {}, "ok"],
    ["a user in a jail", 1001, {}, "EPERM"],
    ["root in a jail with allow.nosuser", 0, { "allow.suser": false }, "EPERM"],
  ])("%s", (_who, uid, values, expected) => {
    const host = hostOf();
    expect(result(call(host, userIn(host, jailOf(host, "a", values), uid)))).toBe(expected);
  });
});

test("setuid sets all three users, and a debugger is shut out from then on", () => {
  const host = hostOf();
  const process = userIn(host, 0);
  setuid(host, process, 80);
  expect(process.credential).toMatchObject({ uid: 80, ruid: 80, svuid: 80 });
  expect(process.changedCredential).toBe(true);
});

test("seteuid can be taken back with the saved user", () => {
  const host = hostOf();
  const process = userIn(host, 0);
  seteuid(host, process, 80);
  expect(result(seteuid(host, process, 0))).toBe("ok");
  expect(process.credential.uid).toBe(0);
});

test("to become what one is already needs no privilege", () => {
  const host = hostOf();
  const process = userIn(host, 0, 1001);
  expect(result(setuid(host, process, 1001))).toBe("ok");
  expect(process.changedCredential).toBe(false);
});
