import { allProcesses } from "@zonewarden/server/host/process/processes";
import { runShell } from "@zonewarden/server/host/shell/run";
import { newShellState } from "@zonewarden/server/host/shell/state";
import { describe, expect, test } from "vitest";
import { hostRoot, testHost } from "../harness.ts";
import { machine } from "../illumos/commands/world.ts";
import { run, world } from "./world.ts";

/** What a line prints for root, in sh(1), or in bash(1) at a terminal. */
function typed(line: string, name = "sh") {
  const host = testHost();
  const state = { ...newShellState(), name };
  const interactive = name.startsWith("-");
  const options = { unknown: "refuse", state, interactive } as const;
  const { stdout, stderr, status } = runShell(host, hostRoot(host), line, options);
  return { stdout, stderr, status };
}

describe("functions", () => {
  test.each([
    ['hi() { echo "hi $1, $#"; }; hi you "a b"', "hi you, 2\n"],
    ["set -- a b; f() { echo $1; shift; echo $1 $#; }; f x y; echo $1 $#", "x\ny 1\na 2\n"],
    ["f() { return 3; echo never; }; f; echo $?", "3\n"],
    ["f() { false; return; }; f || echo failed", "failed\n"],
    ["f() { for i in a b c; do if [ $i = b ]; then return; fi; echo $i; done; }; f", "a\n"],
    ["f() { (return 4; echo never); echo $?; }; f", "4\n"],
    ["f() ( cd /etc; pwd ); f; pwd", "/etc\n/\n"],
    ["f() if true; then echo yes; fi\nf", "yes\n"],
    ["f()\n{\n  echo lines\n}\nf", "lines\n"],
    ["f() { echo a; } > /tmp/x; f; cat /tmp/x; f | wc -l", "a\n       0\n"],
    ["X=1; f() { local X=2 Y=3; echo $X$Y; }; f; echo $X${Y-none}", "23\n1none\n"],
    ["X=1; f() { env | grep ^X; X=3; }; X=2 f; echo $X; env | grep -c ^X", "X=2\n1\n0\n"],
    ['f() { if [ $# = 0 ]; then return; fi; echo $#; shift; f "$@"; }; f a b c', "3\n2\n1\n"],
    ["f() { echo one; }; f() { echo two; }; f; unset -f f; f 2>&1", "two\nsh: f: not found\n"],
    ["ls() { echo mine; }; ls; command -v ls; command ls -d /etc", "mine\nls\n/etc\n"],
    ["f() { echo in $1; }; f a & wait; echo $(f b)", "in a\nin b\n"],
    ["f() { exit 3; }; (f); echo $?", "3\n"],
  ])("%s", (line, expected) => {
    expect(typed(line)).toMatchObject({ stdout: expected, stderr: "" });
  });

  test("are remembered from line to line", () => {
    const host = testHost();
    const state = newShellState();
    const line = (text: string) => runShell(host, hostRoot(host), text, { unknown: "refuse", state }).stdout;
    expect(line("f() { echo f; }")).toBe("");
    expect(line("f")).toBe("f\n");
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test.each([
    ["sh", "local X; echo on", "local: Not in a function\n"],
    ["sh", "shift", "shift: can't shift that many\n"],
    ["sh", ":() { a; }", "sh: 1: Syntax error: Cannot override a special builtin with a function\n"],
    ["sh", "a/b() { a; }", "sh: 1: Syntax error: Bad function name\n"],
    ["sh", "f() { }", 'sh: 1: Syntax error: "}" unexpected\n'],
    ["sh", "f()", "sh: 1: Syntax error: end of file unexpected\n"],
    ["sh", "f() echo", "sh: 1: not modelled: a function whose body is not in braces (line 1, column 5)\n"],
    ["-bash", "return 3", "-bash: return: can only `return' from a function or sourced script\n"],
    ["-bash", "local X", "-bash: local: can only be used in a function\n"],
  ])("%s complains about %s", (shell, line, stderr) => {
    expect(typed(line, shell).stderr).toBe(stderr);
  });

  test("return outside of one ends sh(1)", () => {
    expect(typed("return 3; echo on")).toMatchObject({ stdout: "", status: 3 });
  });

  test.each([
    ["f() { f; }; f", "not modelled: more than 100 commands within each other"],
    ["f() { f | f; }; f", "not modelled: more than 100 commands within each other"],
    [`f() { ${"( ".repeat(30)}f${" )".repeat(30)}; }; f`, "more than 100 commands within each other"],
    ["f() { X=$(f); }; f", "not modelled: more than 100 commands within each other"],
    [
      "f() { for i in 1 2 3 4 5 6 7 8 9; do for j in 1 2 3 4 5 6 7 8 9; do $1 $2 $3 $4 $5; done; done; }; f f f f f :",
      "not modelled: more than 20000 commands",
    ],
    ["f() { f & }; f", "not modelled: more than 4000 children of a function that starts itself"],
  ])("%s is stopped", (line, note) => {
    expect(typed(line).stderr).toContain(note);
  });
});

describe("a fork bomb", () => {
  const NOTE = "(and so on: what runs away stays, and is followed no further)\n";
  const REFUSED = "not modelled: what a function that starts itself does when it cannot fork\n";

  test("fills the processes of a jail up to maxproc, and no more", () => {
    const w = world({ sysctls: { "kern.racct.enable": 1 } });
    run(w, w.root, "rctl -a jail:web:maxproc:deny=40");
    expect(run(w, w.web, "bomb() { bomb | bomb & }; bomb")).toMatchObject({
      stderr: `sh: Cannot fork: Resource temporarily unavailable\n${NOTE}`,
      status: 0,
    });
    expect(run(w, w.root, "rctl -u jail:web | grep maxproc").stdout).toBe("maxproc=40\n");
    expect(run(w, w.web, "ls").stderr).toBe("sh: Cannot fork: Resource temporarily unavailable\n");
    expect(run(w, w.lab, "ls -d /").stdout).toBe("/\n");
    run(w, w.root, "pkill -9 -j web sh");
    expect(run(w, w.root, "rctl -u jail:web | grep maxproc").stdout).toBe("maxproc=1\n");
  });

  test.each(["zone.max-processes", "zone.max-lwps"])("fills a zone up to %s, in the classic form", (name) => {
    const control = { type: "rctl", name, value: "(priv=privileged,limit=60,action=deny)" };
    const { inside, type } = machine("omnios", { web: { resources: [control] }, other: {} });
    const text = inside("web", ":(){ :|:& };:");
    expect(text).toContain("fork: retry: Resource temporarily unavailable\n");
    expect(text).toContain("fork: Resource temporarily unavailable\n");
    expect(text.endsWith(NOTE)).toBe(true);
    expect(type(`prctl -n ${name} -i zone web`)).toMatch(/usage +60/);
    expect(inside("web", "ls")).toContain("fork: Resource temporarily unavailable");
    expect(inside("other", "ls -d /")).toBe("/\n");
    type("pkill -9 -z web bash");
    expect(inside("web", "ls -d /")).toBe("/\n");
  });

  test("in front ends with the line", () => {
    const w = world({ sysctls: { "kern.racct.enable": 1 } });
    run(w, w.root, "rctl -a jail:web:maxproc:deny=40");
    expect(run(w, w.web, "bomb() { bomb | bomb; }; bomb").stderr).toContain(REFUSED);
    expect(run(w, w.root, "rctl -u jail:web | grep maxproc").stdout).toMatch(/^maxproc=\d\n$/);
  });

  test("without a limit is stopped by the model, which says so", () => {
    const w = world();
    expect(run(w, w.web, "bomb() { bomb | bomb & }; bomb").stderr).toMatch(
      /^sh: not modelled: more than 4000 children of a function that starts itself; \d{4} processes stay as they are\n$/,
    );
    expect(allProcesses(w.host).length).toBeLessThan(4_000);
  });
});
