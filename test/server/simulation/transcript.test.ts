import {
  formatTranscript,
  parseTranscript,
  Replay,
  sameOutput,
  startsByItself,
  type TranscriptCommand,
  TranscriptError,
} from "@zonewarden/server/simulation/transcript";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeJail, testHost } from "../host/harness.ts";

const command = (prompt: string, line: string, output: string[] = [], gap = 0): TranscriptCommand => ({
  kind: "command",
  prompt,
  line,
  output,
  gap,
});

describe("reading a transcript", () => {
  it("finds commands with their outputs, and explanations", () => {
    expect(parseTranscript("# One.\n\nhost# jls\n a\n\n b\n\n# Two.\nweb:www$ id\nweb.db# true\n")).toEqual([
      { kind: "text", text: "# One." },
      { kind: "text", text: "" },
      command("host#", "jls", [" a", "", " b"], 1),
      { kind: "text", text: "# Two." },
      command("web:www$", "id"),
      command("web.db#", "true"),
    ]);
  });

  it("takes a line with a backslash in front for output, whatever it looks like", () => {
    const [read] = parseTranscript("host# cat x\n\\# a comment\n\\web# id\n\\\\\n");
    expect(read).toMatchObject({ output: ["# a comment", "web# id", "\\"] });
  });

  it("refuses output that nothing has printed, and names its line", () => {
    expect(() => parseTranscript("# One.\nJID\n")).toThrow(TranscriptError);
    expect(() => parseTranscript("# One.\nJID\n")).toThrow(/JID/);
  });

  it("is undone by writing", () => {
    const line = fc.stringMatching(/^[ -~]{0,12}$/);
    const output = fc.array(line, { maxLength: 5 }).filter((lines) => lines.at(-1) !== "");
    const typed = fc.record({
      prompt: fc.constantFrom("host#", "host$", "web:www$", "a.b-c_d#"),
      line,
      output,
      gap: fc.nat(2),
    });
    const item = fc.oneof(
      typed.map((parts) => ({ kind: "command" as const, ...parts })),
      line.map((text) => ({ kind: "text" as const, text: `# ${text}` })),
    );
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(parseTranscript(formatTranscript(items))).toEqual(items);
      }),
    );
  });
});

describe("comparing outputs", () => {
  it.each([
    [["a", "b"], ["a", "b"], true],
    [["a"], ["a", "b"], false],
    [["a.c"], ["abc"], false],
    [["…"], [], true],
    [["a", "…", "d"], ["a", "b", "c", "d"], true],
    [["a", "…", "d"], ["a", "d"], true],
    [["a", "…", "d"], ["a", "b"], false],
    [["pid … runs"], ["pid 17 runs"], true],
    [["pid … runs"], ["pid 17", " runs"], false],
  ])("%j against %j: %j", (expected, actual, same) => {
    expect(sameOutput(expected, actual)).toBe(same);
  });
});

describe("replaying", () => {
  const world = () => {
    const host = testHost();
    const { jid } = makeJail(host, { name: "web", "ip4.addr": ["192.0.2.10"] });
    const replay = new Replay(host);
    const type = (prompt: string, line: string) => replay.run(command(prompt, line)).output;
    return { host, jid, type, replay };
  };

  it("logs in at each prompt once: root, somebody, or who is named", () => {
    const { type } = world();
    expect(type("host#", "X=1; id -un; hostname")).toEqual(["root", "host.example.org"]);
    expect(type("host#", "echo $X")).toEqual(["1"]);
    expect(type("host$", "id -un")).toEqual(["nobody"]);
    expect(type("web:www$", "id -un; sysctl -n security.jail.jailed")).toEqual(["www", "1"]);
  });

  it("prints errors behind the output", () => {
    expect(world().type("host#", "ls /none /etc/hosts")).toEqual([
      "/etc/hosts",
      "ls: /none: No such file or directory",
    ]);
  });

  it("logs in anew where the shell has ended", () => {
    const { type } = world();
    type("host#", "X=1; cd /etc; exit");
    expect(type("host#", "echo /$X; pwd")).toEqual(["/", "/"]);
  });

  it("tells that a place or a user is not there", () => {
    const { type } = world();
    expect(type("mail#", "id")).toEqual(["(there is no jail mail)"]);
    expect(type("web:carol$", "id")).toEqual(["(there is no user carol)"]);
  });

  it("tells whether an output is the expected one, empty lines at its end left out", () => {
    const { replay } = world();
    expect(replay.run(command("host#", "echo a; echo", ["a"])).same).toBe(true);
    expect(replay.run(command("host#", "echo a", ["b"]))).toMatchObject({ same: false, output: ["a"] });
  });
});

describe("who starts the jails", () => {
  it.each([
    ["host# jail -c\nweb# id\n", true],
    ["host# ifconfig bridge0 create\nhost# jail -c web\n", true],
    ["web# id\nhost# jail -c web\n", false],
    ["host# jail -r web\n", false],
    ["", false],
  ])("%j: the transcript itself: %j", (text, itself) => {
    expect(startsByItself(parseTranscript(text))).toBe(itself);
  });
});
