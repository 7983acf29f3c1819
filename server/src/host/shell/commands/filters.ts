import { writeFile } from "../../filesystem/files.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { done, failed, program, unmodelled } from "../command.ts";
import { linesOf } from "../format.ts";
import { isResult, readOptions } from "../options.ts";
import { compileRegex, type Regex } from "../regex.ts";
import { ended, inputs, result } from "./inputs.ts";
import { runSed } from "./sed.ts";

/** Programs that read text and write text. */

function runCat(context: CommandContext): CommandResult {
  const options = readOptions("cat", context.args, "belnstuv", "usage: cat [-belnstuv] [file ...]");
  if (isResult(options)) return options;
  const given = inputs("cat", context, options.rest);
  const text = given.read.map((one) => one.text).join("");
  if (!options.has("n")) return result(given, text);
  return result(given, ended(linesOf(text).map((line, i) => `${String(i + 1).padStart(6)}\t${line}`)));
}

/** head(1) and tail(1): `-n N`, `-N`, of tail `+N` as well. */
function ends(tool: "head" | "tail") {
  return (context: CommandContext): CommandResult => {
    const usage =
      tool === "head"
        ? "usage: head [-n lines | -c bytes] [file ...]"
        : "usage: tail [-F | -f | -r] [-q] [-b # | -c # | -n #] [file ...]";
    const args = context.args.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
    const options = readOptions(tool, args, "n:c:qrfFv", usage);
    if (isResult(options)) return options;
    const count = options.values["n"] ?? "10";
    if (!/^[-+]?\d+$/.test(count)) return failed(`${tool}: illegal line count -- ${count}\n`);
    const given = inputs(tool, context, options.rest);
    const number = Math.abs(Number(count));
    const { c: bytes } = options.values;
    const texts = given.read.map(({ name, text }) => {
      const head = given.read.length > 1 && !options.has("q") ? `==> ${name} <==\n` : "";
      if (bytes !== undefined) {
        const size = Math.abs(Number(bytes)) || 0;
        return head + (tool === "head" ? text.slice(0, size) : size === 0 ? "" : text.slice(-size));
      }
      const lines = linesOf(text);
      if (tool === "head") return head + ended(lines.slice(0, number));
      const part = count.startsWith("+")
        ? lines.slice(Math.max(0, number - 1))
        : number === 0
          ? []
          : lines.slice(-number);
      return head + ended(options.has("r") ? part.reverse() : part);
    });
    const followed = options.has("f") || options.has("F");
    return { ...result(given, texts.join("\n")), ...(followed && { stays: true as const }) };
  };
}

function runWc(context: CommandContext): CommandResult {
  const options = readOptions("wc", context.args, "Lclmw", "usage: wc [-Lclmw] [file ...]");
  if (isResult(options)) return options;
  const given = inputs("wc", context, options.rest);
  const kinds = ["l", "w", "c"].filter((kind) => options.has(kind) || (kind === "c" && options.has("m")));
  const shown = kinds.length > 0 ? kinds : ["l", "w", "c"];
  const counts = given.read.map(({ text }) => ({
    l: text.split("\n").length - 1,
    w: text.split(/\s+/).filter(Boolean).length,
    c: text.length,
  }));
  const line = (count: Readonly<Record<string, number>>, name: string): string =>
    `${shown.map((kind) => ` ${String(count[kind] ?? 0).padStart(7)}`).join("")}${name}`;
  const lines = given.read.map(({ name }, i) =>
    line(counts[i] ?? {}, name === "(standard input)" ? "" : ` ${name}`),
  );
  if (given.read.length > 1) {
    const sum = (kind: "l" | "w" | "c"): number => counts.reduce((total, count) => total + count[kind], 0);
    lines.push(line({ l: sum("l"), w: sum("w"), c: sum("c") }, " total"));
  }
  return result(given, ended(lines));
}

function runGrep(context: CommandContext): CommandResult {
  const usage =
    "usage: grep [-abcDEFGHhIiJLlMmnOopqRSsUVvwXxZz] [-A num] [-B num] [-C num]\n\t[-e pattern] [-f file] [--binary-files=value] [--color=when]\n\t[--context=num] [--directories=action] [--label] [--line-buffered]\n\t[--null] [pattern] [file ...]";
  const options = readOptions("grep", context.args, "EFGHhiLlncqosvwxe:A:B:C:m:", usage, 2);
  if (isResult(options)) return options;
  const unknown = options.flags.find((letter) => "ABC".includes(letter));
  if (unknown) return unmodelled("grep", `-${unknown}`);
  const [first, ...others] = options.rest;
  const pattern = options.values["e"] ?? first;
  if (pattern === undefined) return failed(`${usage}\n`, 2);
  const paths = options.values["e"] === undefined ? others : options.rest;
  const regexes: Regex[] = [];
  for (const source of pattern.split("\n")) {
    const compiled = compileRegex(source, {
      extended: options.has("E"),
      fixed: options.has("F"),
      ignoreCase: options.has("i"),
    });
    if (typeof compiled === "string") return failed(`grep: ${compiled}\n`, 2);
    regexes.push(compiled);
  }
  const given = inputs("grep", context, paths);
  const whole = (line: string): number[] | undefined => {
    for (const regex of regexes)
      for (let at = regex.match(line); at; ) {
        const [start = 0, end = 0] = at;
        const words =
          !options.has("w") || (!/\w/.test(line[start - 1] ?? " ") && !/\w/.test(line[end] ?? " "));
        if (words && (!options.has("x") || (start === 0 && end === line.length))) return at;
        at = start + 1 <= line.length ? regex.match(line, start + 1) : undefined;
      }
    return undefined;
  };
  const most = Number(options.values["m"] ?? Number.POSITIVE_INFINITY);
  let any = false;
  let stdout = "";
  const named = (given.read.length > 1 || options.has("H")) && !options.has("h");
  for (const { name, text } of given.read) {
    let count = 0;
    for (const [i, line] of linesOf(text).entries()) {
      if (count >= most) break;
      const match = whole(line);
      if ((match !== undefined) === options.has("v")) continue;
      count++;
      if (["c", "l", "L", "q"].some(options.has)) continue;
      const shown = options.has("o") && match ? line.slice(match[0], match[1]) : line;
      stdout += `${named ? `${name}:` : ""}${options.has("n") ? `${i + 1}:` : ""}${shown}\n`;
    }
    any ||= count > 0;
    if (options.has("q")) continue;
    if (options.has("c")) stdout += `${named ? `${name}:` : ""}${count}\n`;
    else if ((options.has("l") && count > 0) || (options.has("L") && count === 0)) stdout += `${name}\n`;
  }
  const stderr = options.has("s") ? "" : given.stderr;
  return { ...result(given, stdout), stderr, status: any ? 0 : given.status === 0 ? 1 : 2 };
}

function runSort(context: CommandContext): CommandResult {
  const options = readOptions(
    "sort",
    context.args,
    "bcdfgimnRrSsuVk:t:o:",
    "Usage: sort [-bcCdfigMmnrsuz] [-kPOS1[,POS2] ... ] [+POS1 [-POS2]] [-S memsize] [-T tmpdir] [-t separator] [-o outfile] [--batch-size size] [--files0-from file] [--heapsort] [--mergesort] [--radixsort] [--qsort] [--mmap] [--parallel thread_no] [--human-numeric-sort] [--version-sort] [--random-sort [--random-source file]] [--compress-program program] [file ...]",
    2,
  );
  if (isResult(options)) return options;
  const unknown = options.flags.find((letter) => !"bfnrukt".includes(letter));
  if (unknown) return unmodelled("sort", `-${unknown}`);
  const { k: key, t: separator } = options.values;
  const field = key === undefined ? undefined : Number.parseInt(key, 10);
  const numeric = options.has("n") || /n/.test(key ?? "");
  const reverse = options.has("r") || /r/.test(key ?? "");
  const keyOf = (line: string): string => {
    if (field === undefined || !(field > 0)) return options.has("b") ? line.trimStart() : line;
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    return (key?.includes(",") ? (fields[field - 1] ?? "") : fields.slice(field - 1).join(" ")) ?? "";
  };
  const compare = (a: string, b: string): number => {
    const [x, y] = [keyOf(a), keyOf(b)];
    if (numeric) {
      const difference = (Number.parseFloat(x) || 0) - (Number.parseFloat(y) || 0);
      if (difference !== 0) return reverse ? -difference : difference;
    } else {
      const [p, q] = options.has("f") ? [x.toUpperCase(), y.toUpperCase()] : [x, y];
      if (p !== q) return p < q === reverse ? 1 : -1;
    }
    if (options.has("u") || a === b) return 0;
    return a < b === reverse ? 1 : -1;
  };
  const given = inputs("sort", context, options.rest);
  const sorted = given.read.flatMap(({ text }) => linesOf(text)).sort(compare);
  const kept = options.has("u")
    ? sorted.filter((line, i) => i === 0 || compare(sorted[i - 1] ?? "", line) !== 0)
    : sorted;
  return result(given, ended(kept));
}

function runUniq(context: CommandContext): CommandResult {
  const options = readOptions(
    "uniq",
    context.args,
    "cdui",
    "usage: uniq [-cdiu] [-D[septype]] [-f fields] [-s chars] [input [output]]",
  );
  if (isResult(options)) return options;
  const given = inputs("uniq", context, options.rest.slice(0, 1));
  const groups: { line: string; count: number }[] = [];
  for (const line of given.read.flatMap(({ text }) => linesOf(text))) {
    const last = groups.at(-1);
    const same = options.has("i") ? last?.line.toLowerCase() === line.toLowerCase() : last?.line === line;
    if (last && same) last.count++;
    else groups.push({ line, count: 1 });
  }
  const shown = groups.filter(
    ({ count }) => (!options.has("d") || count > 1) && (!options.has("u") || count === 1),
  );
  return result(
    given,
    ended(shown.map(({ line, count }) => (options.has("c") ? `${String(count).padStart(4)} ${line}` : line))),
  );
}

/** Positions of cut(1): `1,3-5,7-`. */
function positions(list: string): ((at: number) => boolean) | undefined {
  const ranges = list.split(",").map((part) => /^(\d*)(-?)(\d*)$/.exec(part));
  if (list === "" || ranges.some((range) => !range || (range[1] === "" && range[3] === ""))) return undefined;
  return (at) =>
    ranges.some((range) => {
      const [, from = "", dash, to = ""] = range ?? [];
      const low = Number(from || 1);
      return at >= low && at <= (dash === "" ? low : to === "" ? Number.POSITIVE_INFINITY : Number(to));
    });
}

function runCut(context: CommandContext): CommandResult {
  const usage =
    "usage: cut -b list [-n] [file ...]\n       cut -c list [file ...]\n       cut -f list [-s] [-w | -d delim] [file ...]";
  const options = readOptions("cut", context.args, "nswb:c:f:d:", usage);
  if (isResult(options)) return options;
  const { f: fields, c, b, d: delimiter = "\t" } = options.values;
  const list = fields ?? c ?? b;
  if (list === undefined) return failed(`${usage}\n`);
  const wanted = positions(list);
  if (!wanted) return failed("cut: [-bcf] list: illegal list value\n");
  const given = inputs("cut", context, options.rest);
  const lines = given.read
    .flatMap(({ text }) => linesOf(text))
    .flatMap((line) => {
      if (fields === undefined) return [[...line].filter((_, i) => wanted(i + 1)).join("")];
      const parts = options.has("w") ? line.split(/[ \t]+/) : line.split(delimiter);
      if (parts.length === 1) return options.has("s") ? [] : [line];
      return [parts.filter((_, i) => wanted(i + 1)).join(options.has("w") ? "\t" : delimiter)];
    });
  return result(given, ended(lines));
}

/** Of awk(1) only `{print $1, $NF "text"}`, with a regular expression in front or without. */
function runAwk(context: CommandContext): CommandResult {
  const options = readOptions(
    "awk",
    context.args,
    "F:v:f:",
    "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]",
    2,
  );
  if (isResult(options)) return options;
  const [program = "", ...paths] = options.rest;
  const shape =
    /^\s*(?:\/((?:[^/\\]|\\.)*)\/)?\s*(?:NR\s*(==|>|>=|!=)\s*(\d+))?\s*(?:\{\s*print\s*([^{}]*?)\s*;?\s*\})?\s*$/.exec(
      program,
    );
  const items = shape?.[4] === undefined ? ["$0"] : printed(shape[4]);
  if (!shape || program.trim() === "" || !items || options.has("v") || options.has("f"))
    return unmodelled("awk", "more than a pattern and {print …}");
  const regex =
    shape[1] === undefined ? undefined : compileRegex(shape[1].replaceAll("\\/", "/"), { extended: true });
  if (typeof regex === "string") return failed(`awk: ${regex}\n`, 2);
  const separator = options.values["F"];
  const given = inputs("awk", context, paths);
  const lines = given.read
    .flatMap(({ text }) => linesOf(text))
    .flatMap((line, i) => {
      if (regex && !regex.match(line)) return [];
      const [record, bound] = [i + 1, Number(shape[3])];
      if (shape[2] === "==" && record !== bound) return [];
      if (shape[2] === "!=" && record === bound) return [];
      if (shape[2] === ">" && record <= bound) return [];
      if (shape[2] === ">=" && record < bound) return [];
      const fields =
        separator === undefined
          ? line.trim().split(/\s+/)
          : line.split(separator === "\\t" ? "\t" : separator);
      const value = (item: string): string => {
        if (item === ",") return " ";
        if (item.startsWith('"')) return item.slice(1, -1).replaceAll("\\t", "\t").replaceAll('\\"', '"');
        if (item === "NR") return String(record);
        if (item === "NF") return String(line.trim() === "" ? 0 : fields.length);
        if (item === "$0") return line;
        return (item === "$NF" ? fields.at(-1) : fields[Number(item.slice(1)) - 1]) ?? "";
      };
      return [items.map(value).join("")];
    });
  return result(given, ended(lines));
}

/** What stands behind print, or undefined for what is not modelled. */
function printed(text: string): string[] | undefined {
  if (text === "") return ["$0"];
  const items: string[] = [];
  const pattern = /\s*(\$\d+|\$NF|NR|NF|,|"(?:[^"\\]|\\.)*")/y;
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return text.slice(at).trim() === "" ? items : undefined;
    items.push(found[1] as string);
    at = pattern.lastIndex;
  }
  return items;
}

/** The characters of a set of tr(1): ranges, classes and escapes. */
function characters(set: string): string[] {
  const named: Readonly<Record<string, string>> = {
    lower: "a-z",
    upper: "A-Z",
    digit: "0-9",
    alpha: "A-Za-z",
    alnum: "A-Za-z0-9",
    space: " \\t\\n\\r\\f\\v",
    blank: " \\t",
  };
  const text = set
    .replace(/\[:(\w+):\]/g, (whole, name: string) => named[name] ?? whole)
    .replace(
      /\\([ntrfv\\])/g,
      (_, c: string) => ({ n: "\n", t: "\t", r: "\r", f: "\f", v: "\v" })[c] ?? "\\",
    );
  const found: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const [c = "", high] = [text[i], text[i + 2]];
    if (text[i + 1] === "-" && high !== undefined && high >= c) {
      for (let code = c.charCodeAt(0); code <= high.charCodeAt(0); code++)
        found.push(String.fromCharCode(code));
      i += 2;
    } else found.push(c);
  }
  return found;
}

function runTr({ args, stdin }: CommandContext): CommandResult {
  const usage =
    "usage: tr [-Ccsu] string1 string2\n       tr [-Ccu] -d string1\n       tr [-Ccu] -s string1\n       tr [-Ccu] -ds string1 string2";
  const options = readOptions("tr", args, "Ccdsu", usage);
  if (isResult(options)) return options;
  const [first, second] = options.rest;
  const removes = options.has("d");
  if (first === undefined || (second === undefined && !removes && !options.has("s")))
    return failed(`${usage}\n`);
  const from = characters(first);
  const to = second === undefined ? [] : characters(second);
  const inverse = options.has("c") || options.has("C");
  const known = new Map(from.map((c, i) => [c, i]));
  const isIn = (c: string): boolean => known.has(c) !== inverse;
  let text = "";
  const squeezed = options.has("s") ? new Set(second === undefined ? [] : to) : undefined;
  for (const c of stdin) {
    const hit = isIn(c);
    if (hit && removes) continue;
    const mapped =
      hit && to.length > 0 && !removes
        ? (to[Math.min(inverse ? to.length - 1 : (known.get(c) ?? 0), to.length - 1)] ?? c)
        : c;
    const squeeze = squeezed && (second === undefined ? hit : squeezed.has(mapped));
    if (squeeze && text.endsWith(mapped)) continue;
    text += mapped;
  }
  return done(text);
}

function runTee({ host, process, args, stdin }: CommandContext): CommandResult {
  const options = readOptions("tee", args, "ai", "usage: tee [-ai] [file ...]");
  if (isResult(options)) return options;
  const decisions: CommandResult["decisions"][number][] = [];
  let stderr = "";
  for (const path of options.rest) {
    const written = writeFile(host, process, path, stdin, { append: options.has("a") });
    if (written.ok) continue;
    decisions.push(written.decision);
    stderr += `tee: ${path}: ${host.kernel.shell.strerror(written.errno)}\n`;
  }
  return { ...done(stdin, decisions), stderr, status: stderr === "" ? 0 : 1 };
}

export const filterCommands: readonly Command[] = [
  program("/bin/cat", "print files", runCat),
  program("/usr/bin/head", "the first lines", ends("head")),
  program("/usr/bin/tail", "the last lines", ends("tail")),
  program("/usr/bin/wc", "count lines, words and characters", runWc),
  program("/usr/bin/grep", "lines that match (-E -F -i -v -n -c -o -q)", runGrep),
  program("/usr/bin/sort", "sort lines (-n -r -u -k -t)", runSort),
  program("/usr/bin/uniq", "join equal lines (-c -d -u)", runUniq),
  program("/usr/bin/cut", "parts of lines (-f -d -c)", runCut),
  program("/usr/bin/awk", "only {print $N}", runAwk),
  program("/usr/bin/sed", "only s/…/…/, d and p", runSed),
  program("/usr/bin/tr", "replace or remove characters", runTr),
  program("/usr/bin/tee", "write what is read into files too", runTee),
];
