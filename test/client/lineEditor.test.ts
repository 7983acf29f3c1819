import { describe, expect, it } from "vitest";
import { type Effect, LineEditor } from "../../client/src/console/lineEditor.ts";

const ESC = "\u001b";

/** A terminal of some columns: enough of one to see what stands on it. */
class Screen {
  readonly rows: string[][] = [[]];
  row = 0;
  column = 0;
  readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  show(effects: readonly Effect[]): this {
    for (const effect of effects) if (effect.kind === "write") this.write(effect.text);
    return this;
  }

  write(text: string): void {
    for (const part of text.match(new RegExp(`${ESC}\\[[0-9]*[A-Za-z]|[^]`, "gu")) ?? []) {
      if (part === "\r") this.column = 0;
      else if (part === "\n") this.down();
      else if (part === "\u0007") continue;
      else if (part.startsWith(ESC)) this.control(part);
      else {
        if (this.column === this.width) {
          this.column = 0;
          this.down();
        }
        const line = this.rows[this.row] ?? [];
        while (line.length < this.column) line.push(" ");
        line[this.column++] = part;
      }
    }
  }

  private down(): void {
    this.row++;
    while (this.rows.length <= this.row) this.rows.push([]);
  }

  private control(part: string): void {
    const count = Number(part.slice(2, -1)) || 1;
    const letter = part.at(-1);
    if (letter === "A") this.row -= count;
    if (letter === "C") this.column += count;
    if (letter === "J") {
      this.rows.length = this.row + 1;
      this.rows[this.row]?.splice(this.column);
    }
    if (letter === "H") this.row = this.column = 0;
  }

  get text(): string {
    return this.rows.map((row) => row.join("").trimEnd()).join("\n");
  }

  get cursor(): readonly [number, number] {
    return [this.row, this.column];
  }
}

function editor(width = 40, history: string[] = []) {
  const line = new LineEditor(history);
  line.width = width;
  const screen = new Screen(width);
  screen.show(line.prompt("# "));
  const type = (keys: string) => {
    const effects = line.feed(keys);
    screen.show(effects);
    return effects.filter(({ kind }) => kind !== "write");
  };
  return { line, screen, type };
}

describe("a line at the terminal", () => {
  it("is sent with Enter", () => {
    const { type, screen } = editor();
    expect(type("ls -l\r")).toEqual([{ kind: "line", text: "ls -l" }]);
    expect(screen.text).toBe("# ls -l\n");
  });

  it("is edited in the middle", () => {
    const { type, screen } = editor();
    type(`lx${ESC}[D${ESC}[3~s -a`);
    expect(screen.text).toBe("# ls -a");
    expect(type("\r")).toEqual([{ kind: "line", text: "ls -a" }]);
  });

  it.each([
    ["Backspace", "abc\u007f", "ab"],
    ["Ctrl-U", "abc\u0015d", "d"],
    ["Ctrl-K", `abc${ESC}[D\u000b`, "ab"],
    ["Ctrl-W", "one two\u0017", "one "],
    ["Home and End", `b${ESC}[Ha${ESC}[Fc`, "abc"],
    ["Ctrl-A and Ctrl-E", "b\u0001a\u0005c", "abc"],
    ["Alt-B", `one two${ESC}bx`, "one xtwo"],
    ["an unknown key", `a${ESC}[15~b`, "ab"],
  ])("knows %s", (_, keys, text) => {
    const { type } = editor();
    expect(type(`${keys}\r`)).toEqual([{ kind: "line", text }]);
  });

  it("wraps, with the cursor where it belongs", () => {
    const { type, screen } = editor(10);
    type("0123456789abc");
    expect(screen.text).toBe("# 01234567\n89abc");
    expect(screen.cursor).toEqual([1, 5]);
    type(`${ESC}[H!`);
    expect(screen.text).toBe("# !0123456\n789abc");
    expect(screen.cursor).toEqual([0, 3]);
    type(`${ESC}[F\u0015`);
    expect(screen.text).toBe("#");
  });

  it("that just fills the row goes on in the next one", () => {
    const { type, screen } = editor(10);
    type("01234567");
    expect(screen.cursor).toEqual([1, 0]);
    type("8");
    expect(screen.text).toBe("# 01234567\n8");
  });

  it("is given up with Ctrl-C", () => {
    const { type, screen } = editor();
    type("rm -rf\u0003ls");
    expect(screen.text).toBe("# rm -rf^C\n# ls");
    expect(type("\r")).toEqual([{ kind: "line", text: "ls" }]);
  });

  it("ends the session with Ctrl-D where it is empty", () => {
    const { type } = editor();
    expect(type("\u0004")).toEqual([{ kind: "end" }]);
    expect(type("a\u0004\r")).toEqual([{ kind: "line", text: "a" }]);
  });

  it("is cleared around with Ctrl-L", () => {
    const { line, type, screen } = editor();
    type("ls\r");
    screen.write("a\r\nb\r\n");
    screen.show(line.prompt("# "));
    type("id\u000c");
    expect(screen.cursor).toEqual([0, 4]);
  });
});

describe("the history", () => {
  it("is walked with the arrows, and keeps the new line", () => {
    const { type, screen } = editor(40, ["one", "two"]);
    type(`new${ESC}[A`);
    expect(screen.text).toBe("# two");
    type(`${ESC}[A${ESC}[A`);
    expect(screen.text).toBe("# one");
    type(`${ESC}[B${ESC}[B`);
    expect(screen.text).toBe("# new");
  });

  it("takes no line twice in a row, and no empty one", () => {
    const { line, type } = editor(40, ["ls"]);
    type("ls\r");
    line.prompt("# ");
    type("  \r");
    expect(line.history).toEqual(["ls"]);
  });
});

describe("keys while something runs", () => {
  it("wait for the next prompt", () => {
    const { line, type, screen } = editor();
    type("a\r");
    expect(type("b\r")).toEqual([]);
    expect(line.prompt("# ").filter(({ kind }) => kind !== "write")).toEqual([{ kind: "line", text: "b" }]);
    expect(screen.text).toBe("# a\n");
  });

  it("are forgotten at Ctrl-C, which interrupts", () => {
    const { line, type } = editor();
    type("a\r");
    expect(type("bc\u0003")).toEqual([{ kind: "interrupt" }]);
    expect(line.prompt("# ").filter(({ kind }) => kind !== "write")).toEqual([]);
  });
});

describe("completion", () => {
  it("is asked for with the text up to the cursor", () => {
    const { type } = editor();
    expect(type(`ls /et x${ESC}[D${ESC}[D\t`)).toEqual([{ kind: "complete", text: "ls /et" }]);
  });

  it("takes the only word, with a space behind it unless it is a directory", () => {
    const { line, type, screen } = editor();
    type("ls /e");
    screen.show(line.completed(3, ["/etc/"]));
    type("\t");
    screen.show(line.completed(3, ["/etc/passwd"]));
    expect(type("x\r")).toEqual([{ kind: "line", text: "ls /etc/passwd x" }]);
  });

  it("adds no second space to a word that brings its own", () => {
    const { line, type, screen } = editor(30);
    type("jls -");
    screen.show(line.completed(4, ["-q "]));
    expect(type("x\r")).toEqual([{ kind: "line", text: "jls -q x" }]);
    line.prompt("# ");
    type("jls -");
    screen.show(line.completed(4, ["-q ", "-v "]));
    expect(screen.text).toContain("-q  -v");
  });

  it("takes what all words begin with, then lists them", () => {
    const { line, type, screen } = editor(30);
    type("zo");
    screen.show(line.completed(0, ["zoneadm", "zonename"]));
    expect(screen.text).toBe("# zone");
    screen.show(line.completed(0, ["zoneadm", "zonename"]));
    expect(screen.text).toBe("# zone\nzoneadm   zonename\n# zone");
  });

  it("rings where there is none", () => {
    const { line } = editor();
    expect(line.completed(0, [])).toEqual([{ kind: "write", text: "\u0007" }]);
  });

  it("is not asked for by what is pasted", () => {
    const { type } = editor();
    expect(type(`${ESC}[200~a\tb${ESC}[201~\r`)).toEqual([{ kind: "line", text: "a b" }]);
  });
});

describe("what appears without a line", () => {
  it("stands above the line that is being typed, behind the new prompt", () => {
    const { line, type, screen } = editor(20);
    type("a line of two rows, that is");
    screen.show(line.interject("[NOTICE: Zone halted]\r\n", "% "));
    expect(screen.text).toBe("[NOTICE: Zone halted\n]\n% a line of two rows\n, that is");
    expect(type("x\r").at(-1)).toEqual({ kind: "line", text: "a line of two rows, that isx" });
  });

  it("leaves the prompt to the answer while something runs", () => {
    const { line, type } = editor();
    type("a\r");
    expect(line.interject("news\r\n", "% ")).toEqual([{ kind: "write", text: "news\r\n" }]);
  });
});
