import { describe, expect, it } from "vitest";
import { boot, define, describedHost, shell } from "./boot.ts";

/** A jail with an address and a mount that ends by itself, with its last process. */
const text = `web {
  path = /jails/web;
  ip4.addr = "lo0|10.0.0.2";
  mount.devfs;
  exec.start = "/bin/sh /etc/rc";
  exec.stop = "echo stopping";
  exec.poststop = "echo after > /var/log/after";
}
`;

function ended() {
  const booted = boot(text, describedHost(["/jails/web"]));
  booted.host.configured = booted.definitions;
  shell(booted.host, "jexec web kill -9 -1");
  expect(shell(booted.host, "jls name")).toBe("");
  return booted.host;
}

describe("jail -C", () => {
  it("cleans up after a jail that has ended by itself, with -r", () => {
    const host = ended();
    expect(shell(host, "jail -r web")).toMatch(/"web" not found/);
    expect(shell(host, "ifconfig lo0")).toContain("10.0.0.2");
    expect(shell(host, "jail -Cr web")).toBe("");
    expect(shell(host, "ifconfig lo0")).not.toContain("10.0.0.2");
    expect(shell(host, "mount -p")).not.toContain("/jails/web/dev");
    expect(shell(host, "cat /var/log/after")).toBe("after\n");
  });

  it("stops one that runs as usual", () => {
    const booted = boot(text, describedHost(["/jails/web"]));
    booted.host.configured = booted.definitions;
    expect(shell(booted.host, "jail -Cr web")).toContain("web: removed");
    expect(shell(booted.host, "ifconfig lo0")).not.toContain("10.0.0.2");
  });

  it("is unknown before FreeBSD 15", () => {
    const host = describedHost(["/jails/web"], { release: "14.3" });
    host.configured = define(text);
    expect(shell(host, "jail -Cr web")).toContain("illegal option -- C");
  });
});

describe("jail -e", () => {
  const show = (configuration: string, line = "jail -e '|'") => {
    const host = describedHost([]);
    host.configured = define(configuration);
    return shell(host, line);
  };

  it("prints each jail on a line, without its jid", () => {
    expect(show("a { path = /a; persist; ip4.addr = 10.0.0.1, 10.0.0.2; } b { jid = 7; path = /b; }")).toBe(
      "name=a|path=/a|persist|ip4.addr=10.0.0.1,10.0.0.2\nname=b|path=/b\n",
    );
  });

  it.each([
    [`"/bin/sh /etc/rc"`, `"/bin/sh /etc/rc"`],
    [`""`, `""`],
    [`"it's"`, `"it's"`],
    [`"say \\"no\\""`, `'say "no"'`],
    [`"a\\\\b c"`, `"a\\\\b c"`],
  ])("quotes %s", (value, quoted) => {
    expect(show(`a { exec.start = ${value}; }`)).toBe(`name=a|exec.start=${quoted}\n`);
  });

  it.each(["jail -e '|' a", "jail -c -e '|'"])("goes with nothing else: %s", (line) => {
    expect(show("a { persist; }", line)).toContain("usage: jail");
  });
});
