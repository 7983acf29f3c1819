import type { Decision } from "../decision.ts";
import { chdir } from "../filesystem/directories.ts";
import { pathFrom } from "../filesystem/paths.ts";
import type { Host } from "../host.ts";
import { exit, findProcess, spawn } from "../process/processes.ts";
import type { Process } from "../process/types.ts";
import { runShell, type ShellResult } from "./run.ts";
import { newShellState, type ShellState } from "./state.ts";

/** What was typed and what came of it. */
export interface SessionEntry {
  readonly line: string;
  readonly result: ShellResult;
  /** The events that it led to: those from `from` to before `to` in the log. */
  readonly events: { readonly from: number; readonly to: number };
}

/** What is kept of a session beside its process, to go on with it on a restored host. Plain JSON. */
export interface SavedSession {
  readonly pid: number;
  readonly state: ShellState;
}

/** Somebody at a terminal, on the host or in a container: one shell process from line to line. */
export class ShellSession {
  readonly pid: number;
  private readonly state: ShellState;
  private readonly entries: SessionEntry[] = [];
  private readonly host: Host;

  /**
   * Logs somebody in. No right is asked for: whoever looks at a simulated machine may go everywhere in it.
   * @param container the jail or zone; 0 for the host. Or a session that was saved, whose process the host has
   * @param user the name of an account of the machine
   */
  constructor(host: Host, container: number | SavedSession = 0, user = "root") {
    this.host = host;
    if (typeof container === "object") {
      this.pid = container.pid;
      this.state = structuredClone(container.state);
      return;
    }
    this.state = newShellState();
    const account = host.state.machine.users.find(({ name }) => name === user);
    if (!account) throw new Error(`the machine has no user ${user}`);
    const groups = host.state.machine.groups.filter(({ members }) => members.includes(user));
    const { login } = host.kernel.shell;
    const process = spawn(host, {
      command: login.program,
      args: [login.name],
      credential: {
        container,
        uid: account.uid,
        gid: account.gid,
        groups: [...new Set([account.gid, ...groups.map(({ gid }) => gid)])],
        loginClass: account.uid === 0 ? "root" : "default",
      },
      environment: {
        ...{ USER: user, LOGNAME: user, HOME: account.home, SHELL: account.shell },
        ...{ PATH: host.kernel.shell.path, ...host.kernel.shell.environment },
      },
    });
    // Source: sh(1) at a terminal.
    process.handles = ["INT", "QUIT", "TERM"];
    this.pid = process.pid;
    this.state.name = login.name;
    if (login.home && chdir(host, process, account.home).ok) process.environment["PWD"] = account.home;
  }

  get saved(): SavedSession {
    return structuredClone({ pid: this.pid, state: this.state });
  }

  get history(): readonly SessionEntry[] {
    return this.entries;
  }

  /** The shell, unless it has ended: by `exit`, by a signal, or with its container. */
  get process(): Process | undefined {
    const process = findProcess(this.host, this.pid);
    return process?.state === "zombie" ? undefined : process;
  }

  /** `root@web:/etc # `, with a dollar sign for other users. */
  get prompt(): string {
    const { host, process } = this;
    if (!process) return "";
    const { uid, container } = process.credential;
    const user = host.state.machine.users.find((account) => account.uid === uid)?.name ?? String(uid);
    const name = host.kernel.containers.hostnameOf(host, container).split(".")[0] ?? "";
    const path = pathFrom(host, process, process.directory) ?? "?";
    const { HOME: home = "/" } = process.environment;
    const below = home !== "/" && (path === home || path.startsWith(`${home}/`));
    const shown = host.kernel.shell.login.home && below ? `~${path.slice(home.length)}` : path;
    return host.kernel.shell.prompt(user, name, shown, uid === 0);
  }

  /** Runs a line. An event tells of it, behind those of what it did. */
  run(line: string): SessionEntry {
    const { host, process } = this;
    if (!process) throw new Error("the shell has ended");
    const from = host.events.length;
    const container = host.kernel.containers.nameOf(host, process.credential.container);
    const result = runShell(host, process, line, {
      unknown: "refuse",
      interactive: true,
      state: this.state,
    });
    if (result.exited) this.close(result.status);
    const refusal = result.decisions.findLast(({ verdict }) => verdict === "deny");
    host.emit({
      container,
      kind: "command",
      message: result.status === 0 ? line : `${line}: ${reasonOf(result, refusal)}`,
      outcome: result.status === 0 ? "ok" : "failed",
      ...(result.status !== 0 && refusal && { causes: refusal.causes }),
      ...(result.status !== 0 && refusal?.errno && { errno: refusal.errno }),
    });
    const entry: SessionEntry = { line, result, events: { from, to: host.events.length } };
    this.entries.push(entry);
    return entry;
  }

  /** Ends the shell. */
  close(status = 0): void {
    const { process } = this;
    if (process) exit(this.host, process, status);
  }
}

function reasonOf({ status, stderr }: ShellResult, refusal: Decision | undefined): string {
  return refusal?.reason ?? (stderr.trim().split("\n").at(-1) || `status ${status}`);
}
