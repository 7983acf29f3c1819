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

/** One shell of a session. */
interface Level {
  readonly pid: number;
  readonly state: ShellState;
  /** What the terminal shows when it has ended; empty for the first one. */
  readonly closing: string;
}

/** What is kept of a session beside its processes, to go on with it on a restored host. Plain JSON. */
export interface SavedSession {
  /** The shell that was there at first, then those that were logged in to from the one before. */
  readonly levels: readonly Level[];
}

/**
 * Somebody at a terminal, on the host or in a container: a shell process that stays from line to line, and on top of it
 * those that he has logged in to since, as with zlogin(1).
 */
export class ShellSession {
  private readonly levels: Level[];
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
      this.levels = structuredClone([...container.levels]);
      return;
    }
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
    this.levels = [{ pid: process.pid, state: { ...newShellState(), name: login.name }, closing: "" }];
    if (login.home && chdir(host, process, account.home).ok)
      process.environment = { ...process.environment, PWD: account.home };
  }

  get saved(): SavedSession {
    return structuredClone({ levels: this.levels });
  }

  get history(): readonly SessionEntry[] {
    return this.entries;
  }

  /** The shell that was there at first. */
  get pid(): number {
    return this.levels[0]?.pid ?? 0;
  }

  /** The shell that reads what is typed, unless it has ended: by `exit`, by a signal, or with its container. */
  get process(): Process | undefined {
    return this.alive.at(-1)?.process;
  }

  /** The shells that are still there, as far as those that they were logged in from are. */
  private get alive(): { level: Level; process: Process }[] {
    const found: { level: Level; process: Process }[] = [];
    for (const level of this.levels) {
      const process = findProcess(this.host, level.pid);
      if (process && process.state !== "zombie") found.push({ level, process });
    }
    return found[0]?.level === this.levels[0] ? found : [];
  }

  /** Forgets shells that have ended. Gives what the terminal shows of it. */
  private closed(): string {
    const alive = new Set(this.alive.map(({ level }) => level));
    let text = "";
    while (this.levels.length > 1 && !alive.has(this.levels.at(-1) as Level)) {
      const { closing = "" } = this.levels.pop() ?? {};
      if (closing !== "") text += `\n${closing}\n`;
    }
    return text;
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
    const { host } = this;
    const before = this.closed();
    const { level, process } = this.alive.at(-1) ?? {};
    if (!level || !process) throw new Error("the shell has ended");
    const from = host.events.length;
    const container = host.kernel.containers.nameOf(host, process.credential.container);
    const ran = runShell(host, process, line, { unknown: "refuse", interactive: true, state: level.state });
    if (ran.exited && this.process === process) exit(host, process, ran.status);
    // The program that had logged in ends with the status of the shell, for the one outside.
    const outer = this.levels[this.levels.indexOf(level) - 1];
    if (outer && this.process !== process) outer.state.status = ran.status;
    if (ran.login) {
      const { process: inner, name, closing } = ran.login;
      this.levels.push({ pid: inner.pid, state: { ...newShellState(), name }, closing });
    }
    const after = this.closed();
    const result = before + after === "" ? ran : { ...ran, stdout: before + ran.stdout + after };
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

  /** Ends the shells, the last one first. */
  close(status = 0): void {
    for (const { process } of this.alive.reverse()) exit(this.host, process, status);
  }
}

function reasonOf({ status, stderr }: ShellResult, refusal: Decision | undefined): string {
  return refusal?.reason ?? (stderr.trim().split("\n").at(-1) || `status ${status}`);
}
