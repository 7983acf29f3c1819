import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { Host } from "@zonewarden/server/host/host";
import { illumosKernel } from "@zonewarden/server/host/illumos/kernel";
import type { Kernel } from "@zonewarden/server/host/kernel";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { machine } from "../illumos/commands/world.ts";
import { world } from "./world.ts";

/** Words that name something in every JavaScript object, typed where a program looks something up. */
const WORDS = ["__proto__", "constructor", "toString"];

/** What a program would print of such a thing, or of a number that is none. */
const LEAK = /native code|\[object |\bNaN\b/;

function typer(from: Host, kernel: Kernel) {
  const snapshot = from.snapshot();
  return (line: string) => {
    const host = Host.restore(snapshot, kernel);
    const { stdout, stderr, decisions } = new ShellSession(host, 0).run(line).result;
    return { host, text: stdout + stderr, why: JSON.stringify(decisions) };
  };
}

const freebsd = typer(world().host, freebsdKernel);
const illumos = typer(machine("smartos", { web: { properties: { brand: "ipkg" } } }).host, illumosKernel);

describe("FreeBSD", () => {
  test.each([
    ["sysrc -n __proto__", "sysrc: unknown variable '__proto__'\n"],
    ["sysrc constructor=YES; sysrc -n constructor", "constructor:  -> YES\nYES\n"],
    ["date -r __proto__ +%F", "date: __proto__: No such file or directory\n"],
    ["ifconfig vlan5 create vlan constructor vlandev em0", "ifconfig: invalid value for vlan\n"],
    ["zfs get -H -o value __proto__ zroot", "bad property list: invalid property '__proto__'\n"],
    ["zfs destroy __proto__", "cannot open '__proto__': dataset does not exist\n"],
    ["zfs snapshot zroot@1 __proto__@1", "cannot open '__proto__': dataset does not exist\n"],
  ])("%s", (line, text) => {
    expect(freebsd(line).text).toBe(text);
  });
});

describe("illumos", () => {
  test.each([
    ["newtask -p constructor id", 'newtask: project "constructor" does not exist\n'],
    ["getconf constructor", "getconf: not modelled: constructor\n"],
    ["poolbind -q __proto__", "poolbind: getting resource binding for pid __proto__: No such process\n"],
    ["psrset -u __proto__", "psrset: invalid process ID: __proto__\n"],
    ["pbind -b 1 constructor", "pbind: invalid process ID: constructor\n"],
    ["pbind -q 1/2", "pbind: not modelled: threads of a process\n"],
  ])("%s", (line, text) => {
    expect(illumos(line).text).toBe(text);
  });

  test("zonestat -r __proto__", () => {
    expect(illumos("zonestat -r __proto__ 1").text).toMatch(/^zonestat: .*: __proto__\n/);
  });
});

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

describe.each([
  ["FreeBSD", freebsd],
  ["illumos", illumos],
])("every program of %s", (_, type) => {
  const { host } = type("true");
  const names = host.kernel.shell.programs().flatMap(([, commands]) => commands.map(({ name }) => name));
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

  test.each(names)("%s takes them for words", (name) => {
    for (const word of WORDS) {
      const forms = ["X", "X=1", "a=X", "X X", "list X", "show X", ...[...LETTERS].map((one) => `-${one} X`)];
      for (const form of forms) {
        const { host, text, why } = type(`${name} ${form.replaceAll("X", word)}`);
        expect(text + why).not.toMatch(LEAK);
        expect(JSON.stringify(host.state)).not.toMatch(LEAK);
      }
    }
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before);
  });
});
