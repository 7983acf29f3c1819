import { own } from "../../../catalog/own.ts";
import { open, readFile, write } from "../../filesystem/files.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { fileSystem, mountOf, nodeOf } from "../../filesystem/nodes.ts";
import { poolOf } from "../../filesystem/pools.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { startStream } from "../resources/ioLoad.ts";

/** dd(8): copies. What has no end runs on and makes the disks busy. Source: usr/src/cmd/dd/dd.c. */

const OPERANDS: ReadonlySet<string> = new Set(
  "if of ibs obs bs cbs skip iseek oseek seek stride istride ostride count files conv oflag".split(" "),
);
const MODELLED: ReadonlySet<string> = new Set(["if", "of", "ibs", "obs", "bs", "count"]);
const NUMBERS: ReadonlySet<string> = new Set(["ibs", "obs", "bs", "count"]);

/** Bytes that are really put into a file. */
const MOST_CONTENT = 1 << 20;

/** `128k`, `2x512`, `1M`; `undefined` for what is no number. */
function size(text: string): number | undefined {
  let product = 1;
  for (const factor of text.split(/[x*]/)) {
    const [, digits, units = ""] = /^(\d+)([kwbMGTPEZ]*)$/.exec(factor) ?? [];
    if (digits === undefined) return undefined;
    product *= [...units].reduce((value, unit) => value * unitOf(unit), Number(digits));
  }
  return product;
}

function unitOf(unit: string): number {
  if (unit === "w") return 2;
  return unit === "b" ? 512 : 1024 ** ("kMGTPEZ".indexOf(unit) + 1);
}

interface Words {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly block: number;
  readonly count: number | undefined;
}

function readWords(args: readonly string[]): Words | CommandResult {
  const texts: Record<string, string> = {};
  for (const word of args) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/s.exec(word) ?? [];
    if (!OPERANDS.has(name)) return failed(`dd: bad argument: "${word}"\n`, 2);
    if (!MODELLED.has(name)) return unmodelled("dd", `${name}=`);
    if (NUMBERS.has(name) && size(value) === undefined)
      return failed(`dd: bad numeric argument: "${value}"\n`, 2);
    texts[name] = value;
  }
  const number = (name: string): number | undefined =>
    texts[name] === undefined ? undefined : size(texts[name]);
  const [input = 512, output = 512] = [number("bs") ?? number("ibs"), number("bs") ?? number("obs")];
  if (input === 0 || output === 0) return failed("dd: buffer sizes cannot be zero\n", 2);
  if (input !== output) return unmodelled("dd", "ibs= and obs= that differ");
  return { from: texts["if"], to: texts["of"], block: input, count: number("count") };
}

/** What a path is for a copy. */
type End =
  | { readonly kind: "text" }
  /** A device that takes anything, and one that never comes to an end. */
  | { readonly kind: "null" }
  | { readonly kind: "endless" }
  /** What lies on the disks of a pool, in a dataset. */
  | { readonly kind: "pool"; readonly dataset: string }
  /** What the model knows nothing of. */
  | { readonly kind: "other"; readonly what: string };

function endOf(host: Host, process: Process, path: string): End {
  const found = lookup(host, process, path);
  if (!found.ok) return { kind: "text" };
  const node = nodeOf(host, found.value);
  if (node.kind === "device") {
    const { device = "" } = node;
    if (device === "null") return { kind: "null" };
    if (["zero", "random", "urandom"].includes(device)) return { kind: "endless" };
    const volume = /^zvol\/r?dsk\/(.+)$/.exec(device)?.[1];
    return volume === undefined
      ? { kind: "other", what: `the device ${device}` }
      : { kind: "pool", dataset: volume };
  }
  const mount = mountOf(host, found.value);
  const fs = fileSystem(host, mount.filesystem);
  if (fs.type === "zfs") return { kind: "pool", dataset: fs.source ?? mount.from };
  return { kind: "other", what: `a file system of type ${fs.type}` };
}

function runDd(context: CommandContext): CommandResult {
  const { host, process, args } = context;
  const words = readWords(args);
  if ("status" in words) return words;
  const { from, to, block, count } = words;
  const refused = (path: string, opened: ReturnType<typeof open>): CommandResult | undefined =>
    opened.ok
      ? undefined
      : failed(`dd: ${path}: open: ${host.kernel.shell.strerror(opened.errno)}\n`, 2, [opened.decision]);
  const input = from === undefined ? undefined : open(host, process, from);
  const unread = input && refused(from ?? "", input);
  if (unread) return unread;
  const output =
    to === undefined ? undefined : open(host, process, to, { write: true, create: true, truncate: true });
  const unwritten = output && refused(to ?? "", output);
  if (unwritten) return unwritten;

  const source: End = from === undefined ? { kind: "text" } : endOf(host, process, from);
  const device = from !== undefined && isDevice(host, process, from);
  if (source.kind === "endless" || (source.kind === "pool" && device)) {
    if (count === undefined) return endless(context, words, source);
    if (source.kind === "pool") return unmodelled("dd", "what a volume holds");
    if (block * count > MOST_CONTENT) return unmodelled("dd", "to write more than 1 megabyte and end");
  }
  const text = source.kind === "endless" ? "\0".repeat(block * (count ?? 0)) : textOf(context, from);
  const copied = count === undefined ? text : text.slice(0, block * count);
  if (output?.ok) {
    const written = write(host, process, output.value, copied);
    if (!written.ok)
      return failed(`write: ${host.kernel.shell.strerror(written.errno)}\n`, 2, [written.decision]);
  }
  const records = `${Math.floor(copied.length / block)}+${copied.length % block === 0 ? 0 : 1} records`;
  // It takes a millisecond, as every program here.
  const statistics = `${records} in\n${records} out\n${copied.length} bytes transferred in 0.001000 secs (${copied.length * 1000} bytes/sec)\n`;
  return { ...done(output ? "" : copied), stderr: statistics };
}

function isDevice(host: Host, process: Process, path: string): boolean {
  const found = lookup(host, process, path);
  return found.ok && nodeOf(host, found.value).kind === "device";
}

function textOf({ host, process, stdin }: CommandContext, path: string | undefined): string {
  if (path === undefined) return stdin;
  const text = readFile(host, process, path);
  return text.ok ? text.value : "";
}

/** Whether a dataset packs what is written to it: then nothing of zeros gets to the disk. Source: zfsprops(7). */
function compresses(host: Host, dataset: string): boolean {
  for (let name = dataset; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf("/")))) {
    const set = own(host.state.files.datasets, name)?.properties["compression"];
    if (set !== undefined) return set !== "off";
  }
  return false;
}

/** A copy that never ends keeps the disks of a pool busy, or a processor where there is no disk. */
function endless({ host, process }: CommandContext, { from, to, block }: Words, source: End): CommandResult {
  const target: End = to === undefined ? { kind: "null" } : endOf(host, process, to);
  if (target.kind === "other") return unmodelled("dd", `to write without end to ${target.what}`);
  if (source.kind === "pool" && target.kind === "pool")
    return unmodelled("dd", "to read from one disk and write to another without end");
  const zeros = from?.endsWith("zero") === true;
  const stream = source.kind === "pool" ? source : target;
  if (stream.kind === "pool" && !(zeros && compresses(host, stream.dataset)))
    startStream(host, process, { reads: stream === source, block, pool: poolOf(stream.dataset) });
  else process.illumos = { ...process.illumos, computes: 100 };
  return { ...done(), stays: true };
}

export const dd = program("/usr/bin/dd", "copy, or keep disks busy (if= of= bs= with &)", runDd);
