import { describe, expect, it } from "vitest";
import { boot, describedHost, shell, states, stop } from "../jail8/boot.ts";

/** The example scripts jib and jng, as administrators call them around vnet jails. */

const JIB = "/usr/share/examples/jails/jib";
const host = () => describedHost(["/jails/web", "/jails/db"]);
const vnet = (name: string, made: string, gone: string, link: string) =>
  `${name} { path = /jails/${name}; persist; vnet; vnet.interface = ${link}; exec.prestart = "${made}"; exec.poststop = "${gone}"; }`;

describe("jib", () => {
  it("makes a bridge and a pair, whose second end goes into the jail", () => {
    const booted = boot(vnet("web", "jib addm web em0", "jib destroy web", "e0b_web"), host());
    expect(states(booted.report)).toEqual(["web: running"]);
    expect(shell(booted.host, "ifconfig em0bridge")).toMatch(/member: em0[\s\S]*member: e0a_web/);
    expect(shell(booted.host, "jexec web ifconfig -l")).toBe("lo0 e0b_web\n");
    expect(shell(booted.host, `${JIB} show; ${JIB} show web`)).toBe("web\ne0a_web\n");
    expect(stop(booted).stderr).toBe("");
    expect(shell(booted.host, "ifconfig -l")).toBe("em0 lo0 em0bridge\n");
  });

  it("derives link addresses from the name and the interface", () => {
    const machine = host();
    // `printf web | sum` says 16562, which is 0x40b2; em0 is 02:00:00:00:00:01.
    shell(machine, `${JIB} addm web em0`);
    expect(shell(machine, "ifconfig e0a_web")).toContain("ether 42:0b:20:00:00:01");
    expect(shell(machine, "ifconfig e0b_web")).toContain("ether 46:0b:20:00:00:01");
  });

  it.each([
    [`${JIB}`, /^1: Usage: jib action/],
    [`${JIB} addm web`, "1: Usage: jib addm [-b BRIDGE_NAME] NAME interface0 [interface1 ...]\n"],
    [`${JIB} addm my-jail em0`, /^1: Usage: jib addm/],
    [`${JIB} addm web em9`, "1: ifconfig: interface em9 does not exist\n"],
    [`${JIB} addm a_name_that_is_long em0`, /File name too long/],
    [`${JIB} addm -b jails web em0 && ifconfig em0jails`, /member: e0a_web/],
    [`sh ${JIB} addm web em0 && ${JIB} show web`, "e0a_web\n"],
    [`${JIB} addm web em0 && ${JIB} addm web em0 && ifconfig -l`, "em0 lo0 em0bridge e0a_web e0b_web\n"],
  ])("%s", (line, says) => {
    const said = shell(host(), line);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("is known by its name in the directories where people put it", () => {
    const text = vnet("web", "/usr/local/bin/jib addm web em0", "/usr/local/bin/jib destroy web", "e0b_web");
    const booted = boot(text, host());
    expect(states(booted.report)).toEqual(["web: running"]);
    expect(booted.host.events.filter(({ outcome }) => outcome === "assumed")).toEqual([]);
  });
});

describe("jng", () => {
  it("makes an interface of netgraph, which goes with it", () => {
    const booted = boot(vnet("db", "jng bridge db em0", "jng shutdown db", "ng0_db"), host());
    expect(states(booted.report)).toEqual(["db: running"]);
    expect(shell(booted.host, "jexec db ifconfig -l")).toBe("lo0 ng0_db\n");
    expect(stop(booted).stderr).toBe("");
    expect(shell(booted.host, "ifconfig -l")).toBe("em0 lo0\n");
  });

  it("cuts names to what an interface may be called", () => {
    expect(shell(host(), "/usr/share/examples/jails/jng bridge a_name_that_is_long em0 && ifconfig -l")).toBe(
      "em0 lo0 ng0_a_name_that\n",
    );
  });
});

it("they are in no directory that is searched, unless somebody has put them there", () => {
  expect(shell(host(), "jib show")).toBe("127: sh: jib: not found\n");
});

it("ngctl is there, but not modelled", () => {
  expect(shell(host(), "ngctl list")).toBe("126: ngctl: not modelled\n");
});
