import { findPrison } from "../host/freebsd/prisons.ts";
import { spawn } from "../host/process/processes.ts";
import { runShell } from "../host/shell/run.ts";
import { boot, positionOf } from "./boot.ts";
import type { ShellOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/**
 * `zonewarden shell`: boots, then runs one command line as root in a container or on the host. The exit code is that of
 * the command.
 */
export function runShellCommand(
  { file, container, command, why, ...options }: ShellOptions,
  print: (text: string) => void,
  printError: (text: string) => void,
): number {
  const booted = boot([file], { ...options, ...(container !== undefined && { containers: [container] }) });
  const { host } = booted;
  const jail = booted.containers.find(({ name }) => name === container);
  if (container !== undefined && (!jail || jail.jid === null || !findPrison(host, jail.jid))) {
    printError(booted.stderr);
    throw new UsageError(`jail ${container} does not run: see zonewarden boot`);
  }
  const process = spawn(host, {
    command: "sh",
    args: ["-sh"],
    credential: { container: jail?.jid ?? 0 },
    environment: {
      PATH: "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin",
      HOME: "/root",
      USER: "root",
      SHELL: "/bin/sh",
      TERM: "xterm",
    },
  });
  const { status, stdout, stderr, decisions } = runShell(host, process, command, { unknown: "refuse" });
  print(stdout);
  printError(stderr);
  if (why)
    for (const { verdict, errno, reason, causes } of decisions) {
      const lines = causes.map(({ what, place }) => {
        const at = place && positionOf(booted, place);
        return place && at ? `${what} (${place.path}:${at.line + 1})` : what;
      });
      printError(
        `# ${verdict}${errno ? ` ${errno}` : ""}: ${reason}${lines.length > 0 ? ` [${lines.join("; ")}]` : ""}\n`,
      );
    }
  return status;
}
