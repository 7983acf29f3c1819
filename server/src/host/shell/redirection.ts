import type { Decision } from "../decision.ts";
import type { Errno } from "../errno.ts";
import { close, open, readFile, write } from "../filesystem/files.ts";
import { expandText } from "./expand.ts";
import type { Shell } from "./shell.ts";
import type { Sink, Streams } from "./state.ts";
import type { Redirection } from "./syntax.ts";

/** Opens files for the streams, does the work, and writes what was said into them. */
export function redirected(
  shell: Shell,
  redirections: readonly Redirection[],
  streams: Streams,
  work: (own: Streams) => number,
): number {
  if (redirections.length === 0) return work(streams);
  const { host, process, run } = shell;
  const own: Streams = { ...streams };
  const files: { fd: number; sink: Sink }[] = [];
  const { texts } = shell;
  const { strerror } = host.kernel.shell;
  const failed = (text: string): number => {
    shell.print(streams.stderr, `${text}\n`);
    return texts.status.redirection;
  };
  const failure = (what: "open" | "create", path: string, errno: Errno, decision: Decision): number => {
    run.decisions.push(decision);
    return failed(texts.redirection(shell.speaker, what, path, strerror(errno), errno));
  };
  try {
    for (const { fd, operator, target } of redirections) {
      const path = expandText(shell, target);
      if (operator === ">&") {
        if (path !== "1" && path !== "2")
          return failed(texts.descriptor(shell.speaker, path, strerror("EBADF")));
        const sink = path === "1" ? own.stdout : own.stderr;
        if (fd === 2) own.stderr = sink;
        else own.stdout = sink;
        continue;
      }
      if (operator === "<") {
        const read = readFile(host, process, path);
        if (!read.ok) return failure("open", path, read.errno, read.decision);
        own.stdin = read.value;
        delete own.terminal;
        continue;
      }
      const flags = {
        write: true,
        create: true,
        truncate: operator === ">",
        mode: 0o666 & ~shell.state.umask,
      };
      const opened = open(host, process, path, flags);
      if (!opened.ok) return failure("create", path, opened.errno, opened.decision);
      const sink: Sink = { text: "" };
      files.push({ fd: opened.value, sink });
      if (fd === 2) own.stderr = sink;
      else own.stdout = sink;
    }
    let status = work(own);
    for (const { fd, sink } of files) {
      if (sink.text === "") continue;
      const written = write(host, process, fd, sink.text);
      if (written.ok) continue;
      run.decisions.push(written.decision);
      shell.print(streams.stderr, `${process.command}: write error: ${strerror(written.errno)}\n`);
      status ||= 1;
    }
    return status;
  } finally {
    for (const { fd } of files) close(host, process, fd);
  }
}
