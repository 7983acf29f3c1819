import { strerror } from "../../errno.ts";
import { kldload as load, kldunload as unload } from "../../freebsd/system.ts";
import { type Command, type CommandResult, done, failed } from "../command.ts";

/** kldload(8) and kldunload(8). */

export const kldload: Command = {
  name: "kldload",
  path: "/sbin/kldload",
  summary: "load kernel modules",
  run({ host, process, args }) {
    const [flags, names] = split(args);
    if (names.length === 0) return failed("usage: kldload [-nqv] file ...\n");
    const results = names.map((name): CommandResult => {
      const outcome = load(host, process, name);
      if (outcome.ok || (outcome.errno === "EEXIST" && flags.includes("n")))
        return done("", [outcome.decision], 30);
      const why = outcome.errno === "EEXIST" ? "module already loaded or in kernel" : strerror(outcome.errno);
      return failed(`kldload: can't load ${name}: ${why}\n`, 1, [outcome.decision]);
    });
    return together(results);
  },
};

export const kldunload: Command = {
  name: "kldunload",
  path: "/sbin/kldunload",
  summary: "unload kernel modules",
  run({ host, process, args }) {
    const [, names] = split(args);
    if (names.length === 0) return failed("usage: kldunload [-fv] [-n filename | -i id]\n");
    const results = names.map((name): CommandResult => {
      const outcome = unload(host, process, name);
      if (outcome.ok) return done("", [outcome.decision], 30);
      return failed(`kldunload: can't unload file: ${strerror(outcome.errno)}\n`, 1, [outcome.decision]);
    });
    return together(results);
  },
};

function split(args: readonly string[]): [flags: string, names: string[]] {
  return [args.filter((word) => word.startsWith("-")).join(""), args.filter((word) => !word.startsWith("-"))];
}

function together(results: readonly CommandResult[]): CommandResult {
  return {
    status: Math.max(0, ...results.map(({ status }) => status)),
    stdout: "",
    stderr: results.map(({ stderr }) => stderr).join(""),
    decisions: results.flatMap(({ decisions }) => decisions),
    milliseconds: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}
