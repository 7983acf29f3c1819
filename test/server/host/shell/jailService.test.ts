import { describe, expect, it } from "vitest";
import { define, describedHost, living, shell } from "../jail8/boot.ts";

/** `service jail`, as an administrator types it on the host. */

const TEXT = "web { path = /jails/web; persist; } db { path = /jails/db; persist; depend = web; }";

function host(text = TEXT) {
  const machine = describedHost(["/jails/web", "/jails/db"]);
  machine.configured = define(text);
  return machine;
}

describe("service jail", () => {
  it("is off as long as rc.conf does not say otherwise", () => {
    expect(shell(host(), "service jail start")).toBe(
      "1: Cannot 'start' jail. Set jail_enable to YES in /etc/rc.conf or use 'onestart' instead of 'start'.\n",
    );
  });

  it("starts and stops all jails of the configuration", () => {
    const machine = host();
    expect(shell(machine, "sysrc -q jail_enable=YES; service jail start")).toContain(
      "Starting jails: web db.\n",
    );
    expect(shell(machine, "service jail status")).toMatch(/web +\/?.*\n.*db/);
    expect(shell(machine, "service jail stop")).toBe("Stopping jails: web db.\n");
    expect(living(machine)).toEqual([]);
  });

  it("starts, restarts and stops named ones, with what they need", () => {
    const machine = host();
    expect(shell(machine, "service jail onestart db")).toBe("Starting jails: db.\n");
    expect(living(machine)).toEqual(["web", "db"]);
    expect(shell(machine, "service jail onerestart db")).toBe("Stopping jails: db.\nStarting jails: db.\n");
    expect(shell(machine, "service jail onestop db")).toBe("Stopping jails: db.\n");
    expect(living(machine)).toEqual(["web"]);
    expect(shell(machine, "service jail onestop db")).toBe("Stopping jails:.\n");
  });

  it("follows jail_list and jail_reverse_stop", () => {
    const machine = host("web { path = /jails/web; persist; } db { path = /jails/db; persist; }");
    expect(shell(machine, "sysrc -q jail_list=db; service jail onestart")).toContain("Starting jails: db.\n");
    expect(living(machine)).toEqual(["db"]);
    shell(machine, "service jail onestart web; sysrc -x jail_list; sysrc jail_reverse_stop=YES");
    expect(shell(machine, "service jail onestop")).toBe("Stopping jails: web db.\n");
  });

  it("prints why a jail does not start, and succeeds all the same", () => {
    const machine = host("web { path = /jails/none; persist; }");
    expect(shell(machine, "service jail onestart web")).toBe(
      'Starting jails: cannot start jail  "web": \njail: web: path /jails/none: No such file or directory\n.\n',
    );
  });

  it.each([
    ["service jail rcvar", '# jail\n#\njail_enable="NO"\n#   (default: "NO")\n'],
    ["service jail oneconfig web", "web: parameters are in /etc/jail.conf.\n"],
    ["service jail onestart web; service jail oneconsole web hostname", /web|host/],
    ["service jail jump", /^1: Cannot 'jump' jail/],
    ["service jail onejump", /^1: \/etc\/rc\.d\/jail: unknown directive 'onejump'/],
  ])("%s", (line, says) => {
    const said = shell(host(), line);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });
});

describe("packet filters", () => {
  const filtered = () => describedHost([], { modules: ["pf", "ipfw"] });
  it.each([
    ["pfctl -f /etc/pf.conf && pfctl -s rules", "# rules of /etc/pf.conf, which are not modelled\n"],
    ["pfctl -nf /etc/pf.conf && pfctl -sr", ""],
    ["pfctl -s info", "Status: Disabled\n"],
    ["pfctl -e; pfctl -si", "Status: Enabled\n"],
    ["pfctl -ef /etc/pf.conf; pfctl -e", "1: pf enabled\npfctl: pf already enabled\n"],
    ["pfctl -d", "1: pfctl: pf not enabled\n"],
    ["ipfw add allow ip from any to any; ipfw list", "65535 deny ip from any to any\n"],
  ])("%s", (line, says) => {
    expect(shell(filtered(), line)).toBe(says);
  });
});
