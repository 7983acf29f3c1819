import { describe, expect, test } from "vitest";
import { machine } from "../illumos/commands/world.ts";

/** Lines that go wrong, and what the shells of illumos say of them: as a login, behind `-c`, and at a terminal. */
const NONE = "No such file or directory";

describe("bash(1) of somebody who has logged in", () => {
  test.each([
    ["nosuch", "-bash: nosuch: command not found\n"],
    ["/nosuch", `-bash: /nosuch: ${NONE}\n`],
    ["(nosuch)", "-bash: nosuch: command not found\n"],
    ["/etc/passwd", "-bash: /etc/passwd: Permission denied\n"],
    ["echo a > /none/x", `-bash: /none/x: ${NONE}\n`],
    ["cat < /none", `-bash: /none: ${NONE}\n`],
    ["echo a >&9", "-bash: 9: Bad file number\n"],
    ["cd /none", `-bash: cd: /none: ${NONE}\n`],
    ["echo )", "-bash: syntax error near unexpected token `)'\n"],
    ["echo a >", "-bash: syntax error near unexpected token `newline'\n"],
    ["true && && true", "-bash: syntax error near unexpected token `&&'\n"],
    ["if true", "-bash: syntax error: unexpected end of file\n"],
    ['echo "a', "-bash: unexpected EOF while looking for matching `\"'\n"],
  ])("%s", (line, text) => {
    expect(machine().type(line)).toBe(text);
  });
});

describe("bash(1) behind -c and in a script", () => {
  test.each([
    ["bash -c nosuch", "bash: line 1: nosuch: command not found\n"],
    ["bash -c 'true\nnosuch'", "bash: line 2: nosuch: command not found\n"],
    ["bash -c 'nosuch' own", "own: line 1: nosuch: command not found\n"],
    ["bash -c 'f() { nosuch; }; f'", "environment: line 1: nosuch: command not found\n"],
    ["bash -c 'cd /none'", `bash: line 1: cd: /none: ${NONE}\n`],
    ["bash -c 'echo a > /none/x'; echo $?", `1\nbash: line 1: /none/x: ${NONE}\n`],
    [
      "bash -c 'echo )'; echo $?",
      "2\nbash: -c: line 1: syntax error near unexpected token `)'\nbash: -c: line 1: `echo )'\n",
    ],
    ["bash -c 'if true'", "bash: -c: line 2: syntax error: unexpected end of file\n"],
    ["bash -c 'true\n\necho \"x\ny'", "bash: -c: line 3: unexpected EOF while looking for matching `\"'\n"],
    ["bash -c 'echo $(x'", "bash: -c: line 2: unexpected EOF while looking for matching `)'\n"],
    ["bash -c 'echo ${x-'", "bash: -c: line 1: unexpected EOF while looking for matching `}'\n"],
    ["bash -c 'kill 99999'", "bash: line 1: kill: (99999) - No such process\n"],
    ["echo nosuch | bash", "bash: line 1: nosuch: command not found\n"],
    ["bash /none; echo $?", `127\nbash: /none: ${NONE}\n`],
    ["echo 'true\nnosuch' > /tmp/x; bash /tmp/x", "/tmp/x: line 2: nosuch: command not found\n"],
    [
      "echo 'true\nfi' > /tmp/x; bash /tmp/x",
      "/tmp/x: line 2: syntax error near unexpected token `fi'\n/tmp/x: line 2: `fi'\n",
    ],
  ])("%s", (line, text) => {
    expect(machine().type(line)).toBe(text);
  });
});

describe("ksh93, which is sh(1) as well", () => {
  test.each([
    ["ksh93 -c nosuch; echo $?", `127\nksh93: nosuch: not found [${NONE}]\n`],
    ["sh -c nosuch", `sh: nosuch: not found [${NONE}]\n`],
    ["sh -c 'true\nnosuch'", `sh[2]: nosuch: not found [${NONE}]\n`],
    ["sh -c '(nosuch)'", `sh: nosuch: not found [${NONE}]\n`],
    ["sh -c 'echo a >'", "sh: syntax error at line 1: `newline' unexpected\n"],
    ["sh -c '/etc/passwd'; echo $?", "126\nsh: /etc/passwd: cannot execute [Permission denied]\n"],
    ["sh -c 'echo a > /none/x'; echo $?", `1\nsh: /none/x: cannot create [${NONE}]\n`],
    ["sh -c 'cat < /none'", `sh: /none: cannot open [${NONE}]\n`],
    ["sh -c 'echo a >&9'", "sh: 9: bad file unit number [Bad file number]\n"],
    ["sh -c 'cd /none'; echo $?", `1\nsh: cd: /none: [${NONE}]\n`],
    ["sh -c 'kill 99999'", "kill: 99999: no such process\n"],
    ["sh -c 'kill -X 1'", "sh: kill: X: unknown signal name\n"],
    ["sh -c 'shift 3'", "sh: shift: 3: bad number\n"],
    ["sh -c 'f() { local X; }; f'", `sh: local: not found [${NONE}]\n`],
    ["sh -c 'echo )'; echo $?", "3\nsh: syntax error at line 1: `)' unexpected\n"],
    ["sh -c 'true\nif true'", "sh: syntax error at line 2: `if' unmatched\n"],
    ["sh -c 'echo \"x'", "sh: syntax error at line 1: `\"' unmatched\n"],
    ["sh -c 'echo $(x'", "sh: syntax error at line 1: `(' unmatched\n"],
    ["sh -c 'true |'", "sh: syntax error at line 1: `end of file' unexpected\n"],
    ["sh /none; echo $?", `127\nsh: /none: cannot open [${NONE}]\n`],
    ["echo nosuch > /tmp/x; sh /tmp/x", `/tmp/x[1]: nosuch: not found [${NONE}]\n`],
  ])("%s", (line, text) => {
    expect(machine().type(line)).toBe(text);
  });

  test.each([
    ["nosuch", `ksh93: nosuch: not found [${NONE}]\n`],
    ["echo )", "ksh93: syntax error: `)' unexpected\n"],
    ["echo a > /none/x", `ksh93: /none/x: cannot create [${NONE}]\n`],
  ])("at a terminal: %s", (line, text) => {
    const { type } = machine();
    type("ksh93");
    expect(type(line)).toBe(text);
  });
});

describe("in a zone", () => {
  const zones = { web: {} };

  test.each([
    ["zlogin web nosuch", "-bash: line 1: nosuch: command not found\n"],
    ["zlogin web 'sh -c nosuch'", `sh: nosuch: not found [${NONE}]\n`],
  ])("%s", (line, text) => {
    expect(machine("omnios", zones).type(line)).toBe(text);
  });

  test("the failsafe shell is sh(1)", () => {
    const { type } = machine("omnios", zones);
    type("zlogin -S web");
    expect(type("nosuch")).toBe(`/sbin/sh: nosuch: not found [${NONE}]\n`);
  });
});
