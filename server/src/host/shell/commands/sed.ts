import type { CommandContext, CommandResult } from "../command.ts";
import { failed, unmodelled } from "../command.ts";
import { linesOf } from "../format.ts";
import { isResult, readOptions } from "../options.ts";
import { compileRegex, type Regex } from "../regex.ts";
import { ended, inputs, result } from "./inputs.ts";

/** Of sed(1) only `s/…/…/` with g, p and a number, `/…/d`, `/…/p` and `Np`, one or several with -e. */
export function runSed(context: CommandContext): CommandResult {
  const usage =
    "usage: sed script [-EHalnru] [-i extension] [file ...]\n       sed [-EHalnu] [-i extension] [-e script] ... [-f script_file] ... [file ...]";
  const scripts: string[] = [];
  const plain: string[] = [];
  for (let i = 0; i < context.args.length; i++) {
    const word = context.args[i] as string;
    if (word === "-e") scripts.push(context.args[++i] ?? "");
    else plain.push(word);
  }
  const options = readOptions("sed", plain, "EHalnrui:f:", usage);
  if (isResult(options)) return options;
  if (options.has("i") || options.has("f")) return unmodelled("sed", options.has("i") ? "-i" : "-f");
  const paths = [...options.rest];
  if (scripts.length === 0) {
    const script = paths.shift();
    if (script === undefined) return failed(`${usage}\n`);
    scripts.push(script);
  }
  const extended = options.has("E") || options.has("r");
  const edits: Edit[] = [];
  for (const script of scripts.flatMap((text) => text.split(/;(?=\s*(?:s\W|\/|\d))|\n/))) {
    const edit = readEdit(script.trim(), extended);
    if (typeof edit === "string")
      return edit.startsWith("sed:") ? failed(`${edit}\n`) : unmodelled("sed", edit);
    edits.push(edit);
  }
  const given = inputs("sed", context, paths);
  const out: string[] = [];
  given.read
    .flatMap(({ text }) => linesOf(text))
    .forEach((line, i, all) => {
      let current: string | undefined = line;
      for (const edit of edits) {
        if (current === undefined) break;
        const { line: number, regex } = edit.address;
        if (number !== undefined && number !== (number === -1 ? (i === all.length - 1 ? -1 : 0) : i + 1))
          continue;
        if (regex && !regex.match(current)) continue;
        if (edit.verb === "d") current = undefined;
        else if (edit.verb === "p") out.push(current);
        else {
          const next = substitute(current, edit);
          if (edit.print && next !== current) out.push(next);
          current = next;
        }
      }
      if (current !== undefined && !options.has("n")) out.push(current);
    });
  return result(given, ended(out));
}

interface Edit {
  readonly verb: "s" | "d" | "p";
  /** -1 is the last line. */
  readonly address: { readonly line?: number; readonly regex?: Regex };
  readonly regex?: Regex;
  readonly replacement: string;
  readonly all: boolean;
  readonly print: boolean;
  readonly which: number;
}

/** @returns a text that begins with `sed:` for what sed refuses, another one for what is not modelled */
function readEdit(script: string, extended: boolean): Edit | string {
  let rest = script;
  const address: { line?: number; regex?: Regex } = {};
  const byRegex = /^\/((?:[^/\\]|\\.)*)\//.exec(rest);
  const byLine = /^(\d+|\$)(?!,)/.exec(rest);
  if (byRegex) {
    const regex = compileRegex((byRegex[1] ?? "").replaceAll("\\/", "/"), { extended });
    if (typeof regex === "string") return `sed: 1: "${script}": RE error: ${regex}`;
    address.regex = regex;
    rest = rest.slice(byRegex[0].length);
  } else if (byLine) {
    address.line = byLine[1] === "$" ? -1 : Number(byLine[1]);
    rest = rest.slice(byLine[0].length);
  }
  const none = { address, replacement: "", all: false, print: false, which: 1 };
  if (rest === "d" || rest === "p") return { verb: rest, ...none };
  const delimiter = rest[1];
  if (rest[0] !== "s" || delimiter === undefined || delimiter === "\\") return `the script "${script}"`;
  const parts: string[] = [""];
  let at = 2;
  for (; at < rest.length && parts.length < 3; at++) {
    const c = rest[at] as string;
    if (c === "\\" && rest[at + 1] === delimiter) parts.push((parts.pop() ?? "") + (rest[++at] ?? ""));
    else if (c === "\\") parts.push((parts.pop() ?? "") + c + (rest[++at] ?? ""));
    else if (c === delimiter) parts.push("");
    else parts.push((parts.pop() ?? "") + c);
  }
  const [source = "", replacement = ""] = parts;
  if (parts.length < 3) return `sed: 1: "${script}": unterminated substitute pattern`;
  const flags = rest.slice(at);
  if (!/^(?:[gpiI]|\d+)*$/.test(flags)) return `the flags "${flags}"`;
  const regex = compileRegex(source, { extended, ignoreCase: /i/i.test(flags) });
  if (typeof regex === "string") return `sed: 1: "${script}": RE error: ${regex}`;
  return {
    verb: "s",
    address,
    regex,
    replacement,
    all: flags.includes("g"),
    print: flags.includes("p"),
    which: Number(/\d+/.exec(flags)?.[0] ?? 1),
  };
}

function substitute(line: string, { regex, replacement, all, which }: Edit): string {
  let text = "";
  let at = 0;
  for (let count = 1; at <= line.length; count++) {
    const match = regex?.match(line, at);
    if (!match) break;
    const [start = 0, end = 0] = match;
    text += line.slice(at, start);
    const replaced = replacement.replace(/\\([\s\S])|&/g, (whole, letter?: string) => {
      if (whole === "&") return line.slice(start, end);
      if (letter === "n") return "\n";
      if (letter === "t") return "\t";
      if (!/\d/.test(letter ?? "")) return letter ?? "";
      const [from = -1, to = -1] = match.slice(Number(letter) * 2);
      return from < 0 ? "" : line.slice(from, to);
    });
    text += count >= which ? replaced : line.slice(start, end);
    at = end;
    if (end === start) text += line[at++] ?? "";
    if (count >= which && !all) break;
  }
  return text + line.slice(at);
}
