import { strerror } from "../../errno.ts";
import { chdir } from "../../filesystem/directories.ts";
import { fibCount } from "../../network/routingTable.ts";
import { setgid, setgroups, setuid } from "../../process/credentials.ts";
import { closeDescriptors, exit, fork, reap } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";
import type { CommandResult } from "../../shell/command.ts";
import { runShell } from "../../shell/run.ts";
import { jailAttach } from "../attach.ts";
import { appendConsole, consoleProblem } from "./console.ts";
import type { DefinedValue } from "./definition.ts";
import { isAboutMachine, type JailRun } from "./run.ts";
import type { Done } from "./schedule.ts";
import { type Account, findAccount, groupsOf } from "./users.ts";

/**
 * How jail(8) starts programs: as whom, where, with which environment. Of its own programs, mount(8) and ifconfig(8)
 * never take so long in the model that `exec.timeout` would end them. Source: run_command() in
 * usr.sbin/jail/command.c.
 */

/** Characters for which the whole text goes to sh(1); without any it is split at blanks and executed. */
const FOR_SHELL = /[!"$&'()*;<>?[\\\]`{|}~]/;

/** One command of a list `exec.*` or `command`; nothing to do where it is empty. */
export function runCommand(run: JailRun, list: string, value: DefinedValue, where: "host" | "jail"): Done {
  const { text, cause } = value;
  const { background, line, programme } = readCommand(text);
  if (programme.includes("="))
    return run.refuse(list, `exec ${programme}: ${strerror("ENOENT")}`, [cause], "ENOENT");
  const consolePath = where === "jail" ? run.settings.text("exec.consolelog") : undefined;
  const problem = consolePath ? consoleProblem(run, consolePath) : undefined;
  if (problem) return run.refuse(list, problem, [run.settings.cause("exec.consolelog")]);
  return withProcess(run, list, where, programme, (process) => {
    const waits = background ? " in the background; nobody waits for it" : "";
    run.emit(list, `${place(where)} ${text}${waits}`, "ok", { causes: [cause] });
    const { value: result, milliseconds } = run.host.atOnce(() =>
      runShell(run.host, process, line, { unknown: "assume" }),
    );
    const done = finish(run, list, value, where, { ...result, milliseconds });
    if (consolePath) appendConsole(run, consolePath, result.stdout + result.stderr);
    // A complaint about what is assumed to be there would not be heard.
    else if (result.status === 0 || !done.ok) run.print(result.stdout, result.stderr);
    if (background) return { ok: true, milliseconds: 0 };
    return done;
  });
}

/** What of a command's text is executed, and how. */
function readCommand(text: string): { background: boolean; line: string; programme: string } {
  const trimmed = text.trimEnd();
  const background = trimmed.endsWith("&") && !FOR_SHELL.test(trimmed.slice(0, -1));
  const body = background ? trimmed.slice(0, -1) : text;
  const words = body.trim().split(/[ \t]+/);
  // Without a shell an assignment is no assignment, and no word means more than its letters.
  if (FOR_SHELL.test(body)) return { background, line: text, programme: "sh" };
  return {
    background,
    line: words.map(quoted).join(" ") + (background ? " &" : ""),
    programme: words[0] ?? "",
  };
}

function quoted(word: string): string {
  return /^[\w./:,@%+-]+$/.test(word) ? word : `'${word}'`;
}

function place(where: "host" | "jail"): string {
  return where === "host" ? "On the host:" : "In the jail:";
}

/** The verdict on a command: known when it ends, or when jail(8) has waited long enough. */
function finish(
  run: JailRun,
  list: string,
  { text, cause }: DefinedValue,
  where: "host" | "jail",
  { status, stdout, stderr, decisions, milliseconds, assumed }: CommandResult,
): Done {
  const timeout = run.settings.integer("exec.timeout") ?? 0;
  if (timeout > 0 && milliseconds > timeout * 1000) {
    const report = () => {
      run.warn(`${text}: timed out`);
      run.emit(list, `${text} is not done after ${timeout} s. It goes on, but counts as failed.`, "failed", {
        causes: [cause, run.settings.cause("exec.timeout")],
      });
    };
    return { ok: false, milliseconds: timeout * 1000, report };
  }
  if (status === 0) {
    if (!assumed) return { ok: true, milliseconds };
    if (where === "jail") run.assumedCommand = text;
    else run.assumedOnHost = text;
    const report = () =>
      run.emit(list, `${text} is not modelled, or not all of it: it is assumed to succeed.`, "assumed", {
        causes: [cause],
      });
    return { ok: true, milliseconds, report };
  }
  const reason = (stderr || stdout).trim().split("\n").at(-1) ?? "";
  const refused = decisions.filter(({ verdict }) => verdict === "deny");
  const causes = [cause, ...refused.flatMap((decision) => decision.causes)];
  if (run.mayHaveMore && refused.length > 0 && refused.every(isAboutMachine)) {
    const why = run.assumedOnHost
      ? `${run.assumedOnHost} may have made what it needs`
      : "nobody described the machine";
    const message = `${text} would fail (${reason}), but ${why}: it is assumed to succeed.`;
    return { ok: true, milliseconds, report: () => run.emit(list, message, "assumed", { causes }) };
  }
  const signal = status > 128 ? status - 128 : 0;
  const errno = refused.at(-1)?.errno;
  const how = signal > 0 ? `ends by signal ${signal}` : `fails with status ${status}`;
  const report = () => {
    run.warn(signal > 0 ? `${text}: exited on signal ${signal}` : `${text}: failed`);
    run.emit(list, `${text} ${how}${reason ? `: ${reason}` : "."}`, "failed", {
      causes,
      ...(errno && { errno }),
    });
  };
  return { ok: false, milliseconds, report };
}

/**
 * A program that jail(8) itself starts: ifconfig(8), mount(8), zfs(8). Only its user matters; without one the call is
 * made in the name of jail(8), so that it costs no process.
 */
export function asSystemUser(
  run: JailRun,
  kind: string,
  programme: string,
  work: (process: Process) => Done,
): Done {
  if (!run.settings.text("exec.system_user")) return work(run.caller);
  return withProcess(run, kind, "host", programme, work);
}

/** A child of jail(8) that has become what the configuration wants; it ends with the command. */
function withProcess(
  run: JailRun,
  kind: string,
  where: "host" | "jail",
  programme: string,
  work: (process: Process) => Done,
): Done {
  const { host, caller, settings } = run;
  const forked = fork(host, caller);
  if (!forked.ok)
    return run.refuse(kind, `fork: ${strerror(forked.errno)}`, forked.decision.causes, forked.errno);
  const child = forked.value;
  child.command = programme.slice(programme.lastIndexOf("/") + 1) || "sh";
  child.args = [programme];
  closeDescriptors(host, child, () => true);
  const problem = become(run, child, where);
  if (problem) {
    end(run, child, 1);
    return run.refuse(kind, problem, [
      settings.cause(where === "jail" ? "exec.jail_user" : "exec.system_user"),
    ]);
  }
  const result = work(child);
  end(run, child, result.ok ? 0 : 1);
  return result;
}

/** The child ends, and jail(8) takes its status. */
function end({ host }: JailRun, child: Process, status: number): void {
  exit(host, child, status);
  if (child.state === "zombie") reap(host, child);
}

/** Enters the jail and becomes the user. Gives the message where that does not work. */
function become(run: JailRun, child: Process, where: "host" | "jail"): string | undefined {
  const { host, settings } = run;
  const inJail = where === "jail";
  const clean = settings.flag("exec.clean");
  const userName = settings.text(inJail ? "exec.jail_user" : "exec.system_user") || undefined;
  const systemUser = settings.flag("exec.system_jail_user");
  const early =
    userName !== undefined && (!inJail || systemUser) ? findAccount(host, child, userName) : undefined;
  if (inJail) {
    const fib = settings.integer("exec.fib");
    if (fib !== undefined && fib >= fibCount(host)) return `setfib: ${strerror("EINVAL")}`;
    const attached = jailAttach(host, child, run.prison?.jid ?? -1);
    if (!attached.ok) return `jail_attach: ${strerror(attached.errno)}`;
  }
  if (!clean && userName === undefined) return undefined;
  const wanted = userName ?? "root";
  const account = early ?? findAccount(host, child, wanted) ?? assumedAccount(run, wanted);
  if (!account) return `${wanted}: no such user`;
  if (clean) child.environment = { ...term(child), PATH: LOGIN_PATH };
  child.environment = {
    ...child.environment,
    USER: account.name,
    HOME: account.home,
    SHELL: account.shell || "/bin/sh",
  };
  if (userName !== undefined) {
    for (const outcome of [
      setgid(host, child, account.gid),
      setgroups(host, child, groupsOf(host, child, account)),
      setuid(host, child, account.uid),
    ])
      if (!outcome.ok) return `setusercontext ${wanted}: ${strerror(outcome.errno)}`;
  }
  if (!clean) return undefined;
  const home = chdir(host, child, account.home);
  return home.ok ? undefined : `chdir ${account.home}: ${strerror(home.errno)}`;
}

/** Source: the default class of /etc/login.conf, without the directory of the user. */
const LOGIN_PATH = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

function term({ environment }: Process): Record<string, string> {
  return environment["TERM"] === undefined ? {} : { TERM: environment["TERM"] };
}

/** The first number that adduser(8) gives out. */
const FIRST_USER = 1001;

/** Nobody knows which users a machine has that was not described. */
function assumedAccount(run: JailRun, name: string): Account | undefined {
  if (run.host.state.machine.described) return undefined;
  run.emit("assume.user", `There is taken to be a user ${name}, with uid ${FIRST_USER}.`, "assumed");
  return { name, uid: FIRST_USER, gid: FIRST_USER, home: "/", shell: "/bin/sh" };
}
