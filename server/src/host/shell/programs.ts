import type { Outcome } from "../decision.ts";
import type { Errno } from "../errno.ts";
import { stat } from "../filesystem/files.ts";
import { stockOf, stockPath } from "../filesystem/nodes.ts";
import type { FileNode, Vnode } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process/types.ts";
import type { Command } from "./command.ts";
import { commandAt, commandNamed } from "./registry.ts";

/** What a word at the place of a command stands for. */
export type Program =
  | { readonly kind: "modelled"; readonly command: Command; readonly path: string | undefined }
  | { readonly kind: "script"; readonly path: string; readonly text: string }
  /** The file is there, but the model does not know what it does. */
  | { readonly kind: "unmodelled"; readonly path: string }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly errno: Errno; readonly decision: Outcome["decision"] };

/** Finds a program as the shell does: by its path, or in the directories of PATH. */
export function findProgram(host: Host, process: Process, word: string, path: string): Program {
  if (word.includes("/")) return programAt(host, process, word);
  let refusal: Program | undefined;
  for (const directory of path.split(":")) {
    const found = programAt(host, process, `${directory || "."}/${word}`);
    if (found.kind === "refused") refusal ??= found;
    else if (found.kind !== "missing") return found;
  }
  return refusal ?? { kind: "missing" };
}

function programAt(host: Host, process: Process, path: string): Program {
  const found = stat(host, process, path);
  if (!found.ok) {
    if (found.errno === "ENOENT" || found.errno === "ENOTDIR") return { kind: "missing" };
    return { kind: "refused", errno: found.errno, decision: found.decision };
  }
  const { node } = found.value;
  if (node.kind !== "file") return { kind: "missing" };
  const text = node.content ?? "";
  if (text === "") {
    const identity = identityOf(host, found.value) ?? path;
    const stock = node.program === undefined ? stockOf(host, found.value.vnode) : undefined;
    const foreign = stock && host.kernel.shell.foreign?.(host, process, stock, identity);
    const command = foreign ?? commandAt(host.kernel, identity);
    return command ? { kind: "modelled", command, path } : { kind: "unmodelled", path };
  }
  // A file without an interpreter in its first line is given to sh as well.
  const interpreter = /^#!\s*(\S+)/.exec(text)?.[1];
  return interpreter === undefined || interpreter === "/bin/sh"
    ? { kind: "script", path, text }
    : { kind: "unmodelled", path };
}

/** The program of the base system that a file is, wherever it is found: in a container, as a copy, by a hard link. */
export function identityOf(
  host: Host,
  { vnode, node }: { vnode: Vnode; node: FileNode },
): string | undefined {
  return node.program ?? stockPath(host, vnode);
}

/** The command of a name or path, whether or not its file is there. */
export function knownCommand(kernel: Kernel, word: string): Command | undefined {
  return word.includes("/") ? commandAt(kernel, word) : commandNamed(kernel, word);
}
