import type { Host } from "@zonewarden/server/host/host";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const zones = { web: { properties: { "ip-type": "shared" } }, db: {} };

function sitting(): { readonly host: Host; readonly session: ShellSession; type(line: string): string } {
  const { host } = machine("omnios", zones);
  const session = new ShellSession(host);
  const type = (line: string): string => {
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  return { host, session, type };
}

describe("zlogin at a terminal", () => {
  test("goes on in the zone until exit", () => {
    const { session, type } = sitting();
    expect(type("zlogin web")).toBe("[Connected to zone 'web' pts/2]\n");
    expect(session.prompt).toBe("root@web:~# ");
    expect(type("zonename; cd /etc; pwd")).toBe("web\n/etc\n");
    expect(type("exit 3")).toBe("\n[Connection to zone 'web' pts/2 closed]\n");
    expect(session.prompt).toBe("root@host:~# ");
    expect(type("echo $?; zonename")).toBe("3\nglobal\n");
  });

  test("ends with the zone", () => {
    const { type } = sitting();
    type("zlogin web");
    expect(type("halt")).toContain("closed]");
    expect(type("zonename")).toBe("global\n");
  });

  test("ends also when somebody else halts the zone", () => {
    const { host, type } = sitting();
    type("zlogin web");
    new ShellSession(host).run("zoneadm -z web halt");
    expect(type("zonename")).toBe("\n[Connection to zone 'web' pts/2 closed]\nglobal\n");
  });

  test("can be saved and taken up again", () => {
    const { host, session, type } = sitting();
    type("zlogin db");
    type("X=1");
    const again = new ShellSession(host, JSON.parse(JSON.stringify(session.saved)));
    expect(again.run("echo $X; zonename").result.stdout).toBe("1\ndb\n");
    expect(again.run("exit; zonename").result.stdout).toContain("closed]");
  });

  test("leads to other shells in the zone", () => {
    const { type } = sitting();
    type("zlogin web");
    type("su daemon");
    expect(type("id -un; zonename; exit")).toBe("daemon\nweb\n");
    expect(type("id -un; zonename")).toBe("root\nweb\n");
  });

  test("in a pipe reads what comes", () => {
    const { session, type } = sitting();
    expect(type("echo zonename | zlogin -Q web")).toBe("web\n");
    expect(session.prompt).toBe("root@host:~# ");
  });
});

describe("zlogin with a command", () => {
  test.each([
    ["zlogin web zonename", "web\n"],
    ["zlogin web 'zonename; exit 4'; echo $?", "web\n4\n"],
    ["zlogin -S web pwd", "/\n"],
    ["zlogin -l daemon web id -un", "daemon\n"],
    [
      "zlogin -i web zonename",
      "[Connected to zone 'web' pts/2]\nweb\n\n[Connection to zone 'web' pts/2 closed]\n",
    ],
    ["zlogin nosuch ls", "zlogin: there is no zone nosuch\n"],
    ["zlogin global ls", "zlogin: zlogin is not for the global zone\n"],
    [
      "zlogin -S -l daemon web ls; echo $?",
      "2\nusage: zlogin [-nQCES] [-e cmdchar] [-l user] zonename [command [args ...] ]\n",
    ],
  ])("%s", (line, text) => {
    expect(sitting().type(line)).toBe(text);
  });

  test("is refused in a zone", () => {
    const { inside } = machine("omnios", zones);
    expect(inside("web", "zlogin db ls")).toContain("only the global zone");
  });
});

test("the console shows what comes while somebody watches, and nothing of before", () => {
  const { type } = sitting();
  expect(type("zlogin -C web")).toBe(
    "[Connected to zone 'web' console]\n\n[Connection to zone 'web' console closed]\n",
  );
});
