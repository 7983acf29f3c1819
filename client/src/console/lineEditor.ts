/**
 * Editing one line at a terminal, as shells do it: keys come in as the terminal sends them, and go out as text that
 * draws the line anew. Knows nothing of VS Code.
 */

export type Effect =
  /** Text for the terminal. */
  | { readonly kind: "write"; readonly text: string }
  /** A line is complete. */
  | { readonly kind: "line"; readonly text: string }
  /** Tab: the text up to the cursor. */
  | { readonly kind: "complete"; readonly text: string }
  /** Ctrl-C while something runs. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D on an empty line. */
  | { readonly kind: "end" };

const ESC = "\u001b";
/** An escape sequence of a key, or one character. */
const KEYS = new RegExp(`${ESC}\\[[0-9;]*[A-Za-z~]|${ESC}O[A-Z]|${ESC}.|[^]`, "gu");
const COLOURS = new RegExp(`${ESC}\\[[0-9;]*m`, "g");
const MOST_HISTORY = 1000;

export class LineEditor {
  readonly #history: string[];
  #prompt = "";
  #text: string[] = [];
  #cursor = 0;
  /** Columns of the terminal. */
  #width = 80;
  /** Where in the history the line comes from; its length for a new one. */
  #place: number;
  /** The new line, while an older one is shown. */
  #draft: string[] = [];
  /** Something runs: keys wait for the next prompt, but for Ctrl-C. */
  #isBusy = true;
  #waiting = "";
  /** Whether a paste is coming, in which a Tab is no completion. */
  #isPasting = false;
  /** The row of the cursor below that of the prompt, as it was drawn last. */
  #row = 0;

  constructor(history: readonly string[] = []) {
    this.#history = [...history];
    this.#place = history.length;
  }

  get history(): readonly string[] {
    return this.#history;
  }

  set width(columns: number) {
    this.#width = Math.max(2, columns);
  }

  /** A new line begins. Keys that came meanwhile are taken now. */
  prompt(prompt: string): Effect[] {
    this.#prompt = prompt;
    this.#text = [];
    this.#cursor = 0;
    this.#place = this.#history.length;
    this.#isBusy = false;
    this.#row = 0;
    const waiting = this.#waiting;
    this.#waiting = "";
    return [this.#drawn(), ...this.feed(waiting)];
  }

  /** Something is printed without a line that was typed: it stands above the line, which goes on behind a prompt. */
  interject(text: string, prompt: string): Effect[] {
    if (this.#isBusy) return [{ kind: "write", text }];
    const up = this.#row > 0 ? `${ESC}[${this.#row}A` : "";
    this.#prompt = prompt;
    this.#row = 0;
    return [{ kind: "write", text: `${up}\r${ESC}[J${text}` }, this.#drawn()];
  }

  /** What the terminal sends. */
  feed(data: string): Effect[] {
    const effects: Effect[] = [];
    let changed = false;
    const keys = data.match(KEYS) ?? [];
    for (const [i, key] of keys.entries()) {
      if (this.#isBusy) {
        if (key === "\u0003") {
          this.#waiting = "";
          effects.push({ kind: "interrupt" });
        } else this.#waiting += key;
        continue;
      }
      if (key === "\r" || key === "\n") {
        // A line feed behind a carriage return is of the same key.
        if (key === "\n" && keys[i - 1] === "\r") continue;
        if (changed) effects.push(this.#drawn());
        changed = false;
        effects.push(...this.#entered());
        continue;
      }
      const effect = this.#key(key);
      if (effect === "changed") changed = true;
      else if (effect) {
        if (changed) effects.push(this.#drawn());
        changed = false;
        effects.push(...effect);
      }
    }
    if (changed) effects.push(this.#drawn());
    return effects;
  }

  /** What a completion has found: `from` is where the word begins. One word is taken, several are listed. */
  completed(from: number, words: readonly string[]): Effect[] {
    const [first] = words;
    if (first === undefined) return [{ kind: "write", text: "\u0007" }];
    const common = words.reduce(commonPrefix);
    const before = this.#text.slice(0, this.#cursor).join("");
    const word = before.slice(from);
    if (words.length === 1 || common.length > word.length) {
      const rest = this.#text.slice(this.#cursor);
      const ended = words.length === 1 && !/[/ ]$/.test(common) ? `${common} ` : common;
      const head = [...before.slice(0, from), ...ended];
      this.#text = [...head, ...rest];
      this.#cursor = head.length;
      return [this.#drawn()];
    }
    const list = columns(
      words.map((each) => each.trimEnd()),
      this.#width,
    );
    this.#row = 0;
    return [{ kind: "write", text: `\r\n${list}` }, this.#drawn()];
  }

  #entered(): Effect[] {
    const text = this.#text.join("");
    this.#isBusy = true;
    if (text.trim() !== "" && this.#history.at(-1) !== text) {
      this.#history.push(text);
      if (this.#history.length > MOST_HISTORY) this.#history.shift();
    }
    this.#cursor = this.#text.length;
    return [this.#drawn(), { kind: "write", text: "\r\n" }, { kind: "line", text }];
  }

  /** Effects of a key, or whether the line has changed. */
  #key(key: string): Effect[] | "changed" | undefined {
    switch (key) {
      case "\u007f":
      case "\b":
        return this.#remove(this.#cursor - 1, this.#cursor);
      case `${ESC}[3~`:
        return this.#remove(this.#cursor, this.#cursor + 1);
      case "\u0004":
        return this.#text.length === 0 ? [{ kind: "end" }] : this.#remove(this.#cursor, this.#cursor + 1);
      case `${ESC}[D`:
      case `${ESC}OD`:
      case "\u0002":
        return this.#move(this.#cursor - 1);
      case `${ESC}[C`:
      case `${ESC}OC`:
      case "\u0006":
        return this.#move(this.#cursor + 1);
      case `${ESC}[1;5D`:
      case `${ESC}b`:
        return this.#move(this.#wordBefore());
      case `${ESC}[1;5C`:
      case `${ESC}f`:
        return this.#move(this.#wordBehind());
      case `${ESC}[H`:
      case `${ESC}[1~`:
      case `${ESC}OH`:
      case "\u0001":
        return this.#move(0);
      case `${ESC}[F`:
      case `${ESC}[4~`:
      case `${ESC}OF`:
      case "\u0005":
        return this.#move(this.#text.length);
      case `${ESC}[A`:
      case `${ESC}OA`:
      case "\u0010":
        return this.#recall(this.#place - 1);
      case `${ESC}[B`:
      case `${ESC}OB`:
      case "\u000e":
        return this.#recall(this.#place + 1);
      case "\u000b":
        return this.#remove(this.#cursor, this.#text.length);
      case "\u0015":
        return this.#remove(0, this.#cursor);
      case "\u0017":
        return this.#remove(this.#wordBefore(), this.#cursor);
      case "\u000c":
        this.#row = 0;
        return [{ kind: "write", text: `${ESC}[2J${ESC}[3J${ESC}[H` }, this.#drawn()];
      case "\u0003":
        return this.#given();
      case "\t":
        if (this.#isPasting) return this.#insert(" ");
        return [{ kind: "complete", text: this.#text.slice(0, this.#cursor).join("") }];
      case `${ESC}[200~`:
        this.#isPasting = true;
        return undefined;
      case `${ESC}[201~`:
        this.#isPasting = false;
        return undefined;
      default:
        // Other keys do nothing.
        return key >= " " && !key.startsWith(ESC) ? this.#insert(key) : undefined;
    }
  }

  /** Ctrl-C: the line is given up. */
  #given(): Effect[] {
    this.#cursor = this.#text.length;
    const drawn = this.#drawn();
    const prompt = this.#prompt;
    return [drawn, { kind: "write", text: "^C\r\n" }, ...this.prompt(prompt)];
  }

  #insert(key: string): "changed" {
    this.#text.splice(this.#cursor, 0, key);
    this.#cursor++;
    return "changed";
  }

  #remove(from: number, to: number): "changed" | undefined {
    const begin = Math.max(0, from);
    if (begin >= to || begin >= this.#text.length) return undefined;
    this.#text.splice(begin, to - begin);
    this.#cursor = begin;
    return "changed";
  }

  #move(to: number): "changed" {
    this.#cursor = Math.min(this.#text.length, Math.max(0, to));
    return "changed";
  }

  #wordBefore(): number {
    let at = this.#cursor;
    while (at > 0 && this.#text[at - 1] === " ") at--;
    while (at > 0 && this.#text[at - 1] !== " ") at--;
    return at;
  }

  #wordBehind(): number {
    let at = this.#cursor;
    while (at < this.#text.length && this.#text[at] === " ") at++;
    while (at < this.#text.length && this.#text[at] !== " ") at++;
    return at;
  }

  #recall(place: number): "changed" | undefined {
    if (place < 0 || place > this.#history.length) return undefined;
    if (this.#place === this.#history.length) this.#draft = this.#text;
    this.#place = place;
    this.#text = place === this.#history.length ? this.#draft : [...(this.#history[place] ?? "")];
    this.#cursor = this.#text.length;
    return "changed";
  }

  /** Back to the beginning of the prompt, everything behind it cleared and drawn, then the cursor in its place. */
  #drawn(): Effect {
    const prompt = [...this.#prompt.replace(COLOURS, "")].length;
    const up = this.#row > 0 ? `${ESC}[${this.#row}A` : "";
    const end = prompt + this.#text.length;
    const at = prompt + this.#cursor;
    const endRow = Math.floor(end / this.#width);
    // A full last row leaves the cursor in it: a space makes the terminal go on.
    const wrap = end > 0 && end % this.#width === 0 ? " \r" : "";
    this.#row = Math.floor(at / this.#width);
    const back = endRow > this.#row ? `${ESC}[${endRow - this.#row}A` : "";
    const column = at % this.#width;
    const place = `${back}\r${column > 0 ? `${ESC}[${column}C` : ""}`;
    return { kind: "write", text: `${up}\r${ESC}[J${this.#prompt}${this.#text.join("")}${wrap}${place}` };
  }
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

/** Words in columns that fit, as shells list completions. */
function columns(words: readonly string[], width: number): string {
  const cell = Math.max(...words.map(({ length }) => length)) + 2;
  const perRow = Math.max(1, Math.floor(width / cell));
  let text = "";
  for (let i = 0; i < words.length; i += perRow)
    text += `${words
      .slice(i, i + perRow)
      .map((word) => word.padEnd(cell))
      .join("")
      .trimEnd()}\r\n`;
  return text;
}
