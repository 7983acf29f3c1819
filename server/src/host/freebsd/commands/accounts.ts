import { strerror } from "../../errno.ts";
import { chdir } from "../../filesystem/directories.ts";
import { stat } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import { setgid, setgroups, setuid } from "../../process/credentials.ts";
import type { Process } from "../../process/types.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { findAccount, groupsOf } from "../jail8/users.ts";

/** su(1), the shell of accounts that nobody logs in to, and which(1). Source: usr.bin/su/su.c, etc/pam.d/su, nologin(8). */

const USAGE = "usage: su [-] [-flms] [-c class] [login [args]]";
/** Of wheel, the members of which may become root. */
const WHEEL = 0;
const LOGIN_PATH = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

function runSu(context: CommandContext): CommandResult {
  const { host, process } = context;
  // A single dash is an option like any other.
  const words = context.args.map((word) => (word === "-" ? "-l" : word));
  const options = readOptions("su", words, "flmsc:", USAGE);
  if (isResult(options)) return options;
  const [name = "root", ...args] = options.rest;
  const { uid, ruid, groups } = process.credential;
  if (uid !== 0) return failed("su: not running setuid\n");
  const account = findAccount(host, process, name);
  if (ruid !== 0 && ruid !== account?.uid) return sorry(name === "root" && !groups.includes(WHEEL));
  if (!account) return failed(`su: unknown login: ${name}\n`);
  if (options.has("c") && ruid !== 0) return failed("su: only root may use -c\n");
  const keeps = options.flags.findLast((flag) => flag === "l" || flag === "m");
  const shell = (keeps === "m" ? process.environment["SHELL"] : account.shell) || "/bin/sh";
  for (const changed of [
    setgroups(host, process, groupsOf(host, process, account)),
    setgid(host, process, account.gid),
    setuid(host, process, account.uid),
  ])
    if (!changed.ok) return failed(`su: setusercontext: ${strerror(changed.errno)}\n`, 1, [changed.decision]);
  if (keeps !== "m") {
    const { TERM } = process.environment;
    if (keeps === "l") process.environment = { PATH: LOGIN_PATH, ...(TERM !== undefined && { TERM }) };
    const user = keeps === "l" || account.uid !== 0 ? { USER: account.name } : {};
    process.environment = { ...process.environment, ...user, HOME: account.home, SHELL: shell };
  }
  if (keeps === "l") {
    const moved = chdir(host, process, account.home);
    if (!moved.ok) return failed("su: no directory\n", 1, [moved.decision]);
  }
  return context.exec([shell, ...args], { prefix: "su: ", status: 1 });
}

/** Who is not root is asked for a password, unless he could not become root with it either. */
function sorry(outsideWheel: boolean): CommandResult {
  const reason = outsideWheel
    ? "Only members of the group wheel may become root."
    : "It asks for a password, and nobody is there to give it.";
  return failed("su: Sorry\n", 1, [
    { verdict: "deny", errno: "EPERM", rule: "su/password", reason, causes: [] },
  ]);
}

/** which(1): where programs are. Source: usr.bin/which/which.c. */
function runWhich({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("which", args, "as", "usage: which [-as] program ...");
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed("usage: which [-as] program ...\n");
  let stdout = "";
  let missing = false;
  for (const name of options.rest) {
    const places = name.includes("/")
      ? [""]
      : (process.environment["PATH"] ?? host.kernel.shell.path).split(":");
    const found = places
      .map((directory) => (directory === "" ? name : `${directory}/${name}`))
      .filter((path) => isProgram(host, process, path));
    if (found.length === 0) missing = true;
    if (!options.has("s"))
      stdout += (options.has("a") ? found : found.slice(0, 1)).map((path) => `${path}\n`).join("");
  }
  return { ...done(stdout), status: missing ? 1 : 0 };
}

function isProgram(host: Host, process: Process, path: string): boolean {
  const found = stat(host, process, path);
  return found.ok && found.value.node.kind === "file" && (found.value.node.mode & 0o111) !== 0;
}

export const accountCommands: readonly Command[] = [
  program("/usr/bin/which", "where programs are (-a)", runWhich),
  program("/usr/bin/su", "become another user (-l, -m, login, arguments of the shell)", runSu),
  program("/usr/sbin/nologin", "refuse a login", () => ({
    ...failed(""),
    stdout: "This account is currently not available.\n",
  })),
];
