import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, it } from "vitest";
import { boot, describedHost, shell } from "../jail8/boot.ts";

/** su(1): who may become whom, and with which environment. */

const USER = { name: "joe", uid: 1001, gid: 1001, home: "/home/joe", shell: "/bin/sh" };
const host = () =>
  describedHost(["/jails/web"], {
    users: [
      { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" },
      { name: "www", uid: 80, gid: 80 },
      USER,
    ],
    directories: [{ path: "/home/joe", owner: "joe" }],
  });

describe("su as root", () => {
  it.each([
    ["su joe -c 'id -un; echo $HOME; pwd'", "joe\n/home/joe\n/\n"],
    ["su - joe -c 'pwd; echo $USER $PATH'", /^\/home\/joe\njoe \/sbin:\/bin/],
    ["su -l joe -c whoami", "joe\n"],
    ["su www -c id", "1: "],
    ["su -m www -c 'id -un'", "www\n"],
    ["su nobodyhere", "1: su: unknown login: nobodyhere\n"],
    ["su -x", /^1: su: illegal option -- x\nusage: su/],
    ["su joe -c 'su -c id'", "1: su: Sorry\n"],
    ["su joe -c 'su joe -c whoami'", "joe\n"],
  ])("%s", (line, says) => {
    const said = shell(host(), line);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("in a jail takes the accounts of the jail", () => {
    const booted = boot("web { path = /jails/web; persist; }", host());
    expect(shell(booted.host, "jexec web su joe -c id")).toBe("1: su: unknown login: joe\n");
    expect(shell(booted.host, "jexec web su -m www -c 'id -u'")).toBe("80\n");
  });

  it("at a terminal goes on as the other user until he leaves", () => {
    const session = new ShellSession(host());
    session.run("su joe");
    expect(session.run("whoami").result.stdout).toBe("joe\n");
    session.run("exit");
    expect(session.run("whoami").result.stdout).toBe("root\n");
  });
});

it("logger says nothing, and makes nothing up", () => {
  expect(shell(host(), "logger starting web")).toBe("");
});

it.each([
  ["which su ifconfig", "/usr/bin/su\n/sbin/ifconfig\n"],
  ["which jib", "1: "],
  ["which -s su", ""],
  ["which /sbin/zfs", "/sbin/zfs\n"],
])("%s", (line, says) => {
  expect(shell(host(), line)).toBe(says);
});
