import type { Host } from "../host/host.ts";
import { zlogin } from "../host/illumos/zlogin.ts";
import { spawn } from "../host/process/processes.ts";
import type { Process } from "../host/process/types.ts";
import { runShell } from "../host/shell/run.ts";
import { newShellState } from "../host/shell/state.ts";
import { boot } from "./boot.ts";
import { type BootedContainer, positionOf } from "./containers.ts";
import type { ShellOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/**
 * `zonewarden shell`: boots, then runs one command line as root in a container, on the host or in the global zone. The
 * exit code is that of the command.
 */
export function runShellCommand(
  { files, container, command, why, ...options }: ShellOptions,
  print: (text: string) => void,
  printError: (text: string) => void,
): number {
  const booted = boot(files, { ...options, ...(container !== undefined && { containers: [container] }) });
  const { host } = booted;
  const found = booted.containers.find(({ name }) => name === container);
  const process = container === undefined ? rootShell(host, 0) : found && shellIn(host, found);
  if (!process) {
    printError(booted.stderr);
    const type = host.kernel.family === "illumos" ? "zone" : "jail";
    throw new UsageError(`${type} ${container} does not run: see zonewarden boot`);
  }
  for (const { name, type, failed } of booted.containers)
    if (failed) printError(`zonewarden: ${type} ${name} does not run: see zonewarden boot\n`);
  const { status, stdout, stderr, decisions } = runShell(host, process, command, {
    unknown: "refuse",
    state: { ...newShellState(), name: process.args[0] ?? process.command },
  });
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

function rootShell(host: Host, container: number): Process {
  const { login, path, environment } = host.kernel.shell;
  return spawn(host, {
    command: login.program,
    args: [login.name],
    credential: { container },
    environment: {
      USER: "root",
      LOGNAME: "root",
      HOME: "/root",
      SHELL: "/bin/sh",
      PATH: path,
      ...environment,
    },
  });
}

/** A jail is entered, a zone logged in to; nothing where that is not possible. */
function shellIn(host: Host, { name, type, id }: BootedContainer): Process | undefined {
  if (type === "jail")
    return id !== null && host.kernel.containers.find(host, name) === id ? rootShell(host, id) : undefined;
  const login = zlogin(host, rootShell(host, 0), { zone: name, quiet: true });
  return login.ok ? login.value.process : undefined;
}
