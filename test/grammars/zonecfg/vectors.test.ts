import { existsSync, readFileSync } from "node:fs";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { describe, expect, it } from "vitest";

interface Vector {
  readonly id: number;
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly main: string;
  readonly expect: unknown;
}

const file = new URL("../../../../shared/vectors/zonecfg.jsonl", import.meta.url);

describe("the real zonecfg", () => {
  it("runs commands up to the first error of a file, and reports what comes behind it too", () => {
    const { accepted, errors, commands, fileMode } = observe("create\nset autoboot true\nset pool=a\nend\n");
    expect({ accepted, fileMode }).toEqual({ accepted: false, fileMode: { commands: 1, stop: "error" } });
    expect(errors).toMatchObject([{ line: 2, kind: "syntax", token: "true" }]);
    expect(commands.map((command) => command.command)).toEqual(["create", "set", "end"]);
  });

  it("does not run a last command without its newline", () => {
    expect(observe("create\nexit").droppedAtEof).toEqual({ line: 2 });
  });
});

// The observed behaviour of the real program, where it lies beside the checkout.
describe.runIf(existsSync(file))("observed vectors", () => {
  const vectors = existsSync(file)
    ? readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Vector)
    : [];
  it.each(vectors.map((vector) => [vector.id, vector.title, vector] as const))(
    "%i %s",
    (_id, _title, vector) => {
      expect(JSON.parse(JSON.stringify(observe(vector.files[vector.main] as string)))).toEqual(vector.expect);
    },
  );
});
