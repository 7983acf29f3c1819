import { makeRoot, putFile } from "@zonewarden/server/host/filesystem/build";
import { readFile } from "@zonewarden/server/host/filesystem/files";
import { freebsdKernel } from "@zonewarden/server/host/freebsd/kernel";
import { Host } from "@zonewarden/server/host/host";
import { runShell } from "@zonewarden/server/host/shell/run";
import { newShellState } from "@zonewarden/server/host/shell/state";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../properties.ts";
import { hostRoot, testHost } from "../harness.ts";
import { run, world } from "./world.ts";

/** What a line prints for root on a fresh host, and its status. */
function typed(line: string, unknown: "assume" | "refuse" = "refuse") {
  const host = testHost();
  const { stdout, stderr, status } = runShell(host, hostRoot(host), line, { unknown });
  return { stdout, stderr, status };
}

describe("the language", () => {
  test.each([
    ["echo a b", "a b\n"],
    ["echo -n a; echo b", "ab\n"],
    ["printf '%s-%d|%5s|%x\\n' a 7 b 255", "a-7|    b|ff\n"],
    ["printf '%s\\n' a b c", "a\nb\nc\n"],
    ["X=1; echo $X${X}2", "112\n"],
    ["X='a  b'; echo $X; echo \"$X\"", "a b\na  b\n"],
    ['echo ${NO:-a b} "${NO-x}" ${NO:-$HOME}', "a b x\n"],
    ["X=; echo ${X:-a} ${X-b}", "a\n"],
    ["false; echo $?; echo $?", "1\n0\n"],
    ["true && echo a || echo b", "a\n"],
    ["false && echo a || echo b", "b\n"],
    ["! true; echo $?", "1\n"],
    ["if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"],
    ["for i in a 'b c'; do echo \"<$i>\"; done", "<a>\n<b c>\n"],
    ['set -- x y; for i; do echo $i; done; echo $# $1 "$@"', "x\ny\n2 x x y\n"],
    ["echo $(echo a; echo b) \"$(echo 'c  d')\"", "a b c  d\n"],
    ["X=$(false); echo $?", "1\n"],
    ["(cd /etc; pwd); pwd", "/etc\n/\n"],
    ["cd /etc; cd ..; cd -; pwd", "/etc\n/etc\n"],
    ["{ echo a; echo b; } | wc -l", "       2\n"],
    ["echo /etc/rc.con*", "/etc/rc.conf /etc/rc.conf.d\n"],
    ["echo /no*where '/etc/*' \"/et?\"", "/no*where /etc/* /et?\n"],
    ["cd /etc; echo rc.[cf]*[!d]", "rc.conf rc.firewall\n"],
    ["[ 1 -lt 2 -a a = a ] && [ ! -e /x ] && test -d /etc && echo yes", "yes\n"],
    ["X=5 env | grep X; echo [$X]", "X=5\n[]\n"],
    ["export X=5; env | grep X; unset X; echo [$X]", "X=5\n[]\n"],
    ["echo a > /tmp/x; echo b >> /tmp/x; cat < /tmp/x", "a\nb\n"],
    ["ls /none 2> /dev/null; echo $?", "1\n"],
    ["ls /none 2>&1 | wc -l", "       1\n"],
    ["echo a | { read X; echo got $X; }", "got a\n"],
    ["umask; umask 77; touch /tmp/x; ls -l /tmp/x | cut -c 1-10", "0022\n-rw-------\n"],
    ["sh -c 'echo $0 $1' name a", "name a\n"],
    ["sh -c 'echo $0 $#'", "sh 0\n"],
    ["exec echo a; echo b", "a\n"],
    ["echo a; exit 3; echo b", "a\n"],
    ["echo ~ ~/x '~'", "~ ~/x ~\n"],
    ["test $$ -gt 1 && echo yes", "yes\n"],
    ["eval_is_no_word=1; echo ok", "ok\n"],
  ])("%s", (line, expected) => {
    expect(typed(line).stdout).toBe(expected);
  });

  test.each([
    ["exit 3", 3],
    ["false", 1],
    ["set -e; false; true", 1],
    ["set -e; false || true; ! true; if false; then :; fi; (exit 4); true", 4],
    ["(exit 7)", 7],
    ["true | false", 1],
    ["false | true", 0],
    ["nosuch", 127],
    ["vi", 126],
    ["/etc/rc.conf", 126],
    ["/nosuch", 127],
    ["if", 2],
    ["echo > /", 2],
  ])("%s ends with status %d", (line, status) => {
    expect(typed(line).status).toBe(status);
  });

  test.each([
    ["nosuch", "sh: nosuch: not found\n"],
    ["vi", "vi: not modelled\n"],
    ["echo a > /none/x", "cannot create /none/x: No such file or directory\n"],
    ["cat < /none", "cannot open /none: No such file or directory\n"],
    ["cd /none", "cd: /none: No such file or directory\n"],
    ["if", "sh: 1: Syntax error: end of file unexpected\n"],
    ["echo $((1))", "sh: 1: not modelled: arithmetic (line 1, column 6)\n"],
    ["[ 1 -eq x ]", "test: x: bad number\n"],
  ])("%s complains", (line, stderr) => {
    expect(typed(line).stderr).toBe(stderr);
  });
});

describe("programs that are not modelled", () => {
  test("are taken as a success by jail(8), and that is told", () => {
    const host = testHost();
    const result = runShell(host, hostRoot(host), "/usr/local/bin/deploy a && echo ok", {
      unknown: "assume",
    });
    expect(result).toMatchObject({ status: 0, stdout: "ok\n", assumed: true });
    expect(result.decisions.map(({ verdict }) => verdict)).toEqual(["assumed"]);
    expect(host.events.at(-1)).toMatchObject({ outcome: "assumed", kind: "command.assumed" });
  });

  test("of a line that sh knows but the model cannot read, all is assumed", () => {
    expect(typed("while true; do sleep 1; done", "assume")).toMatchObject({ status: 0, stderr: "" });
    expect(typed("if", "assume").status).toBe(2);
  });

  test("an unknown option is assumed too, but refused to whoever types it", () => {
    expect(typed("sort -R /etc/rc.conf", "assume").status).toBe(0);
    expect(typed("sort -R /etc/rc.conf")).toMatchObject({ status: 126, stderr: "sort: not modelled: -R\n" });
  });

  test("a program that the root does not have is not found", () => {
    const { host, ...w } = world();
    expect(run({ host, ...w }, w.web, "rm -f /bin/ps; ps").stderr).toBe("sh: ps: not found\n");
  });

  test("a file of text is a script, with its own parameters", () => {
    const host = testHost();
    putFile(host, "/root/hello", "#!/bin/sh\necho hello $1; exit 4\n", 0o755);
    expect(runShell(host, hostRoot(host), "/root/hello you", { unknown: "refuse" })).toMatchObject({
      stdout: "hello you\n",
      status: 4,
    });
  });

  test("a file without the x bit cannot be run", () => {
    const host = testHost();
    putFile(host, "/root/hello", "echo hello\n");
    expect(
      runShell(host, hostRoot(host), "/root/hello; sh /root/hello", { unknown: "refuse" }),
    ).toMatchObject({
      stderr: "sh: /root/hello: Permission denied\n",
      stdout: "hello\n",
    });
  });
});

describe("processes", () => {
  test("each program is a child with a number of its own, and is gone afterwards", () => {
    const w = world();
    const before = Object.keys(w.host.state.processes.byPid);
    expect(run(w, w.root, "ps -o ppid,command -p 610; true").stdout).toContain(
      `${w.root.pid} ps -o ppid,command -p 610`,
    );
    expect(Object.keys(w.host.state.processes.byPid)).toEqual(before);
  });

  test("time passes with what they do", () => {
    const w = world();
    expect(run(w, w.root, "sleep 2; sleep 0.5").milliseconds).toBe(2500);
    expect(w.host.now).toBe(2500);
  });

  test("nobody waits for one in the background, until `wait`", () => {
    const w = world();
    const state = newShellState();
    const line = (text: string) => runShell(w.host, w.root, text, { unknown: "refuse", state });
    expect(line("sleep 100 & echo now").milliseconds).toBeLessThan(100);
    expect(line("pgrep sleep").status).toBe(0);
    line("wait");
    expect(w.host.now).toBeGreaterThanOrEqual(100_000);
    expect(line("pgrep sleep").status).toBe(1);
  });

  test("what waits for ever is interrupted in front, and stays in the background", () => {
    const w = world();
    expect(run(w, w.root, "nc -l 9000")).toMatchObject({ status: 130 });
    expect(run(w, w.root, "nc -l 9000 & nc -z 127.0.0.1 9000").status).toBe(0);
  });

  test("a shell that kills itself is gone", () => {
    const w = world();
    const result = run(w, w.web, "echo a; kill -9 $$; echo b");
    expect(result).toMatchObject({ stdout: "a\n", exited: true, status: 137 });
    expect(w.host.state.processes.byPid[w.web.pid]).toBeUndefined();
  });

  test("a limit on processes stops the shell from forking", () => {
    const w = world({ sysctls: { "kern.racct.enable": 1 } });
    run(w, w.root, "rctl -a jail:web:maxproc:deny=2");
    expect(run(w, w.web, "ls").stderr).toBe("sh: Cannot fork: Resource temporarily unavailable\n");
  });
});

describe("files", () => {
  test("what was written is in the jail's tree, and only there", () => {
    const w = world();
    run(w, w.web, "echo secret > /tmp/note");
    expect(readFile(w.host, w.root, "/jails/web/tmp/note")).toMatchObject({ ok: true, value: "secret\n" });
    expect(readFile(w.host, w.root, "/tmp/note").ok).toBe(false);
  });

  test.each([
    ["mkdir -p /a/b && touch /a/b/c && cp -R /a /d && ls /d/b", "c\n"],
    ["echo x > /a; mv /a /b; cat /b; ls /a", "x\n"],
    ["echo x > /a; ln -s a /b; cat /b; ls -l /b | sed 's/.*b ->/b ->/'", "x\nb -> a\n"],
    [
      "mkdir /a; chmod 700 /a; ls -ld /a | cut -c 1-10; chmod g+rx,o=r /a; ls -ld /a | cut -c 1-10",
      "drwx------\ndrwxr-xr--\n",
    ],
    ["touch /a; chown www:www /a; ls -l /a | awk '{print $3, $4}'", "www www\n"],
    ["touch /a; chflags schg /a; rm /a; ls -lo /a | awk '{print $5}'", "schg\n"],
    ["mkdir /a; touch /a/b; rm -r /a; ls -d /a", ""],
  ])("%s", (line, expected) => {
    expect(typed(line).stdout).toBe(expected);
  });
});

describe("bounds", () => {
  const loop = "for a in 1 2 3 4 5 6 7 8 9 0; do ";

  test.each([
    [`${loop.repeat(6)}:${"; done".repeat(6)}`, "more than 20000 commands"],
    [
      `X=aaaaaaaaaaaaaaaa; ${loop.repeat(2)}X=$X$X$X${"; done".repeat(2)}`,
      "more than 8388608 characters of text",
    ],
    ["echo 'sh /tmp/x' > /tmp/x; sh /tmp/x", "more than 24 shells within each other"],
  ])("%s ends", (line, message) => {
    expect(typed(line)).toMatchObject({ status: 2, stderr: `sh: not modelled: ${message}\n` });
  });

  test("a pattern of many stars takes no time", () => {
    const { status } = typed(
      `touch /tmp/${"a".repeat(200)}; echo /tmp/${"*a".repeat(60)}*b; echo ${"a".repeat(3000)} | grep '${"a*".repeat(30)}b'`,
    );
    expect(status).toBe(1);
  });
});

describe("whatever is typed", () => {
  const { host, ...people } = world();
  makeRoot(host, "/jails/other");
  const start = host.snapshot();
  const words = fc.constantFrom(
    ..."ls cat rm mkdir touch cp mv ln chmod chflags mknod kill pkill ps jls jexec sysctl kldload zfs df devfs ping nc netstat sockstat ifconfig id env sh exec chroot grep sed awk tr sort cut head tail read cd exit set export printf test [ echo for in do done if then fi while { } ( ) ; && || | & > >> < 2>&1 ! -c -r -a -l -n -s -x -v /etc /dev /tmp/x .. . * $? $$ $(ls) web lab 1 606 80 127.0.0.1 em0 zroot -9 kern.hostname=a 's/a/b/' '{print $1}' rule show # ''".split(
      " ",
    ),
  );

  test("the shell ends, keeps the table of processes clean and the state plain", () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 14 }),
        fc.constantFrom(people.root.pid, people.web.pid, people.lab.pid, people.inner.pid),
        fc.constantFrom("assume" as const, "refuse" as const),
        (line, pid, unknown) => {
          const copy = Host.restore(start, freebsdKernel);
          const shell = copy.state.processes.byPid[pid];
          if (!shell) throw new Error("the shell is missing");
          const result = runShell(copy, shell, line.join(" "), { unknown });
          expect(result.status).toBeGreaterThanOrEqual(0);
          expect(result.status).toBeLessThanOrEqual(255);
          expect(JSON.parse(JSON.stringify(copy.state))).toEqual(copy.state);
          const zombies = Object.values(copy.state.processes.byPid).filter(({ state }) => state === "zombie");
          expect(zombies).toEqual([]);
        },
      ),
      { numRuns: runs(300) },
    );
  }, 60_000);
});
