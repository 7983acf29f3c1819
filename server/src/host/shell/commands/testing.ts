import { mayAccess } from "../../filesystem/access.ts";
import { stat } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";

/** A bound of the model. */
const MOST_WORDS = 200;

/**
 * test(1): strings, numbers and files, with `!`, `-a`, `-o` and parentheses.
 * @returns a text where the expression is wrong
 */
export function evaluateTest(host: Host, process: Process, args: readonly string[]): boolean | string {
  const state = { at: 0 };
  if (args.length === 0) return false;
  if (args.length > MOST_WORDS) return "too many arguments";
  const result = either(host, process, args, state);
  if (typeof result === "string") return result;
  return state.at < args.length ? `${args[state.at]}: unexpected operator` : result;
}

type State = { at: number };

function either(host: Host, process: Process, args: readonly string[], state: State): boolean | string {
  let result = both(host, process, args, state);
  while (typeof result !== "string" && args[state.at] === "-o") {
    state.at++;
    const next = both(host, process, args, state);
    result = typeof next === "string" ? next : result || next;
  }
  return result;
}

function both(host: Host, process: Process, args: readonly string[], state: State): boolean | string {
  let result = primary(host, process, args, state);
  while (typeof result !== "string" && args[state.at] === "-a") {
    state.at++;
    const next = primary(host, process, args, state);
    result = typeof next === "string" ? next : result && next;
  }
  return result;
}

const BINARY: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

const NUMERIC: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};

function primary(host: Host, process: Process, args: readonly string[], state: State): boolean | string {
  let negated = false;
  while (args[state.at] === "!" && state.at + 1 < args.length) {
    negated = !negated;
    state.at++;
  }
  const result = operand(host, process, args, state);
  return typeof result === "string" ? result : result !== negated;
}

function operand(host: Host, process: Process, args: readonly string[], state: State): boolean | string {
  const { at } = state;
  const [first, second, third] = [args[at], args[at + 1], args[at + 2]];
  if (first === undefined) return "argument expected";
  if (second !== undefined && third !== undefined) {
    const compare = BINARY[second];
    if (compare && Object.hasOwn(BINARY, second)) {
      state.at += 3;
      return compare(first, third);
    }
    if (Object.hasOwn(NUMERIC, second)) {
      state.at += 3;
      for (const word of [first, third]) if (!/^\s*[-+]?\d+\s*$/.test(word)) return `${word}: bad number`;
      return NUMERIC[second]?.(Number(first), Number(third)) ?? false;
    }
  }
  if (first === "(" && second !== undefined) {
    let depth = 0;
    const end = args.findIndex((word, i) => {
      if (i < at) return false;
      if (word === "(") depth++;
      if (word === ")") depth--;
      return depth === 0;
    });
    if (end < 0) return "closing paren expected";
    state.at = end + 1;
    return evaluateTest(host, process, args.slice(at + 1, end));
  }
  if (/^-[a-zA-Z]$/.test(first) && second !== undefined && second !== "-a" && second !== "-o") {
    state.at += 2;
    return unary(host, process, first, second);
  }
  state.at += 1;
  return first !== "";
}

function unary(host: Host, process: Process, operator: string, word: string): boolean | string {
  if (operator === "-n") return word !== "";
  if (operator === "-z") return word === "";
  if (operator === "-t") return false;
  const found = stat(host, process, word, { follow: operator !== "-L" && operator !== "-h" });
  const node = found.ok ? found.value.node : undefined;
  switch (operator) {
    case "-e":
      return node !== undefined;
    case "-f":
      return node?.kind === "file";
    case "-d":
      return node?.kind === "directory";
    case "-c":
      return node?.kind === "device";
    case "-p":
      return node?.kind === "fifo";
    case "-S":
      return node?.kind === "socket";
    case "-L":
    case "-h":
      return node?.kind === "link";
    case "-b":
      return false;
    case "-s":
      return found.ok && found.value.size > 0;
    case "-u":
      return ((node?.mode ?? 0) & 0o4000) !== 0;
    case "-g":
      return ((node?.mode ?? 0) & 0o2000) !== 0;
    case "-r":
      return found.ok && mayAccess(host, process, found.value.vnode, { read: true }).ok;
    case "-w":
      return found.ok && mayAccess(host, process, found.value.vnode, { write: true }).ok;
    case "-x":
      return found.ok && mayAccess(host, process, found.value.vnode, { execute: true }).ok;
    default:
      return `${operator}: unexpected operator`;
  }
}
