import { readFile } from "../../filesystem/files.ts";
import { type CommandContext, type CommandResult, done } from "../command.ts";

/** What programs that read texts have in common. */

interface Input {
  readonly name: string;
  readonly text: string;
}

/** The texts of files, or of the standard input; what cannot be read is told as the tools do. */
export function inputs(tool: string, { host, process, stdin }: CommandContext, paths: readonly string[]) {
  const read: Input[] = [];
  const decisions: CommandResult["decisions"][number][] = [];
  let stderr = "";
  for (const path of paths.length > 0 ? paths : ["-"]) {
    if (path === "-") {
      read.push({ name: "(standard input)", text: stdin });
      continue;
    }
    const text = readFile(host, process, path);
    if (text.ok) read.push({ name: path, text: text.value });
    else {
      const { shell } = host.kernel;
      stderr += `${shell.complaint(tool, path, shell.strerror(text.errno))}\n`;
      decisions.push(text.decision);
    }
  }
  return { read, stderr, decisions, status: stderr === "" ? 0 : 1 };
}

export type Inputs = ReturnType<typeof inputs>;

export function result({ stderr, decisions, status }: Inputs, stdout: string): CommandResult {
  return { ...done(stdout, decisions), stderr, status };
}

export function ended(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
