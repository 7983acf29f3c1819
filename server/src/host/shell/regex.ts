import { bracket } from "./pattern.ts";

/**
 * Regular expressions of POSIX, basic and extended, without back references. They are matched by following all
 * possibilities at once, so that the time is bounded by the product of both lengths. Source: re_format(7).
 */
export interface Regex {
  /** The leftmost match that begins at `from` or behind: [start, end] of the whole and of each group, -1 for none. */
  match(text: string, from?: number): number[] | undefined;
}

type Node =
  | { readonly kind: "one"; accepts(c: string): boolean }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "all"; readonly nodes: readonly Node[] }
  | { readonly kind: "any"; readonly nodes: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number }
  | { readonly kind: "group"; readonly node: Node; readonly index: number };

type Step =
  | { readonly op: "one"; accepts(c: string): boolean }
  | { readonly op: "start" | "end" | "match" }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number };

/** As large as a program may become; `{n,m}` multiplies. */
const MOST_STEPS = 2000;
const MOST_REPEATS = 255;
/** What repeats nothing makes no steps, but takes time. */
const MOST_CALLS = 20_000;

class Unreadable extends Error {}

/** @returns a text where the expression is wrong or not modelled */
export function compileRegex(
  source: string,
  { extended = false, ignoreCase = false, fixed = false } = {},
): Regex | string {
  try {
    const parser = new RegexParser(source, extended, ignoreCase);
    const node = fixed ? parser.literal() : parser.whole();
    const steps: Step[] = [];
    emit({ steps, calls: 0 }, { kind: "group", node, index: 0 });
    steps.push({ op: "match" });
    return { match: (text: string, from = 0) => execute(steps, parser.groups, text, from) };
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class RegexParser {
  groups = 0;
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private readonly extended: boolean;
  private readonly ignoreCase: boolean;

  constructor(source: string, extended: boolean, ignoreCase: boolean) {
    this.source = source;
    this.extended = extended;
    this.ignoreCase = ignoreCase;
  }

  literal(): Node {
    return { kind: "all", nodes: [...this.source].map((c) => this.plain(c)) };
  }

  whole(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new Unreadable("parentheses not balanced");
    return node;
  }

  private alternatives(): Node {
    if (++this.depth > 50) throw new Unreadable("not modelled: groups nested this deep");
    const nodes = [this.sequence()];
    const bar = this.extended ? "|" : "\\|";
    while (this.here(bar)) {
      this.at += bar.length;
      nodes.push(this.sequence());
    }
    this.depth--;
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: "any", nodes };
  }

  private sequence(): Node {
    const [bar, close] = this.extended ? ["|", ")"] : ["\\|", "\\)"];
    const nodes: Node[] = [];
    while (this.at < this.source.length && !this.here(bar) && !(this.depth > 1 && this.here(close)))
      nodes.push(this.repeated(this.atom(nodes.length === 0)));
    return { kind: "all", nodes };
  }

  private here(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  private plain(literal: string): Node {
    if (!this.ignoreCase) return { kind: "one", accepts: (c) => c === literal };
    const lower = literal.toLowerCase();
    return { kind: "one", accepts: (c) => c.toLowerCase() === lower };
  }

  private atom(first: boolean): Node {
    const c = this.source[this.at] as string;
    const [open, close] = this.extended ? ["(", ")"] : ["\\(", "\\)"];
    if (this.here(open)) {
      this.at += open.length;
      const index = ++this.groups;
      const node = this.alternatives();
      if (!this.here(close)) throw new Unreadable("parentheses not balanced");
      this.at += close.length;
      return { kind: "group", node, index };
    }
    if (c === "[") {
      const set = bracket(this.source, this.at);
      if (!set) throw new Unreadable("brackets ([ ]) not balanced");
      this.at = set.end + 1;
      if (!this.ignoreCase) return { kind: "one", accepts: set.accepts };
      return { kind: "one", accepts: (d) => set.accepts(d.toLowerCase()) || set.accepts(d.toUpperCase()) };
    }
    this.at++;
    if (c === "\\") {
      const next = this.source[this.at++];
      if (next === undefined) throw new Unreadable("trailing backslash (\\)");
      if (/[1-9]/.test(next)) throw new Unreadable("not modelled: back references");
      if (next === "n") return this.plain("\n");
      if (next === "t") return this.plain("\t");
      return this.plain(next);
    }
    if (c === ".") return { kind: "one", accepts: () => true };
    if (c === "^" && (this.extended || first)) return { kind: "start" };
    const atEnd = this.at >= this.source.length || this.here(close) || this.here("\\|");
    if (c === "$" && (this.extended || atEnd)) return { kind: "end" };
    if (this.extended && "*+?{".includes(c)) throw new Unreadable("repetition-operator operand invalid");
    return this.plain(c);
  }

  private repeated(atom: Node): Node {
    let node = atom;
    for (;;) {
      const rest = this.source.slice(this.at, this.at + 16);
      const bounds = (this.extended ? /^\{(\d+)(,?)(\d*)\}/ : /^\\\{(\d+)(,?)(\d*)\\\}/).exec(rest);
      let least = 0;
      let most = Number.POSITIVE_INFINITY;
      let length = 1;
      if (bounds) {
        least = Number(bounds[1]);
        most = bounds[2] === "" ? least : bounds[3] === "" ? most : Number(bounds[3]);
        length = bounds[0].length;
        if (least > MOST_REPEATS || (Number.isFinite(most) && most > MOST_REPEATS) || most < least)
          throw new Unreadable("invalid repetition count(s)");
      } else if (rest.startsWith("*") && node.kind !== "start") least = 0;
      else if (this.extended && rest.startsWith("+")) least = 1;
      else if (this.extended && rest.startsWith("?")) most = 1;
      else if (!this.extended && /^\\[+?]/.test(rest)) {
        length = 2;
        if (rest[1] === "+") least = 1;
        else most = 1;
      } else return node;
      this.at += length;
      node = { kind: "repeat", node, least, most };
    }
  }
}

interface Program {
  readonly steps: Step[];
  calls: number;
}

function emit(program: Program, node: Node): void {
  const { steps } = program;
  if (steps.length > MOST_STEPS || ++program.calls > MOST_CALLS)
    throw new Unreadable("regular expression too big");
  switch (node.kind) {
    case "one":
      steps.push({ op: "one", accepts: node.accepts });
      return;
    case "start":
    case "end":
      steps.push({ op: node.kind });
      return;
    case "all":
      for (const one of node.nodes) emit(program, one);
      return;
    case "group":
      steps.push({ op: "save", slot: node.index * 2 });
      emit(program, node.node);
      steps.push({ op: "save", slot: node.index * 2 + 1 });
      return;
    case "any": {
      const ends: { to: number; op: "jump" }[] = [];
      node.nodes.forEach((one, i) => {
        if (i === node.nodes.length - 1) {
          emit(program, one);
          return;
        }
        const split = { op: "split" as const, first: steps.length + 1, second: 0 };
        steps.push(split);
        emit(program, one);
        const jump = { op: "jump" as const, to: 0 };
        steps.push(jump);
        ends.push(jump);
        split.second = steps.length;
      });
      for (const jump of ends) jump.to = steps.length;
      return;
    }
    case "repeat": {
      for (let i = 0; i < node.least; i++) emit(program, node.node);
      if (node.most === Number.POSITIVE_INFINITY) {
        const split = { op: "split" as const, first: steps.length + 1, second: 0 };
        const start = steps.length;
        steps.push(split);
        emit(program, node.node);
        steps.push({ op: "jump", to: start });
        split.second = steps.length;
        return;
      }
      const splits: { second: number; op: "split"; first: number }[] = [];
      for (let i = node.least; i < node.most; i++) {
        const split = { op: "split" as const, first: steps.length + 1, second: 0 };
        steps.push(split);
        splits.push(split);
        emit(program, node.node);
      }
      for (const split of splits) split.second = steps.length;
    }
  }
}

interface Thread {
  readonly at: number;
  readonly slots: readonly number[];
}

/** Prefers longer repetitions and earlier alternatives, which gives the leftmost match, if not always the longest. */
function execute(steps: readonly Step[], groups: number, text: string, from: number): number[] | undefined {
  const slots = new Array<number>((groups + 1) * 2).fill(-1);
  let threads: Thread[] = [];
  let best: readonly number[] | undefined;
  for (let at = from; at <= text.length; at++) {
    const reached = new Set<number>();
    const next: Thread[] = [];
    const follow = (start: number, given: readonly number[]): void => {
      const todo: Thread[] = [{ at: start, slots: given }];
      for (let thread = todo.pop(); thread; thread = todo.pop()) {
        if (reached.has(thread.at)) continue;
        reached.add(thread.at);
        const step = steps[thread.at] as Step;
        if (step.op === "jump") todo.push({ at: step.to, slots: thread.slots });
        else if (step.op === "split")
          todo.push({ at: step.second, slots: thread.slots }, { at: step.first, slots: thread.slots });
        else if (step.op === "save") {
          const copy = [...thread.slots];
          copy[step.slot] = at;
          todo.push({ at: thread.at + 1, slots: copy });
        } else if (step.op === "start" || step.op === "end") {
          if (step.op === "start" ? at === 0 : at === text.length)
            todo.push({ at: thread.at + 1, slots: thread.slots });
        } else next.push(thread);
      }
    };
    for (const { at: where, slots: kept } of threads) follow(where, kept);
    if (!best) follow(0, slots);
    threads = [];
    const c = text[at];
    for (const thread of next) {
      const step = steps[thread.at] as Step;
      if (step.op === "match") {
        best = thread.slots;
        break;
      }
      if (step.op === "one" && c !== undefined && step.accepts(c))
        threads.push({ at: thread.at + 1, slots: thread.slots });
    }
    if (best && threads.length === 0) break;
  }
  return best ? [...best] : undefined;
}
