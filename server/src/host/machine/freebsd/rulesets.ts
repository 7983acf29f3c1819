/**
 * The devfs rulesets of a fresh FreeBSD, as `devfs rule -s N show` prints them without numbers.
 * Source: sbin/devfs/devfs.rules.
 */

const unhide = (...paths: readonly string[]) => paths.map((path) => `path ${path} unhide`);

/** Names of the old pseudo-terminals: a letter of each bank. */
const BANKS = ["p", "q", "r", "s", "P", "Q", "R", "S", "l", "m", "n", "o", "L", "M", "N", "O"];

const login = unhide(
  ...BANKS.map((bank) => `pty${bank}*`),
  ...BANKS.map((bank) => `tty${bank}*`),
  ...["ptmx", "pts", "pts/*", "fd", "fd/*", "stdin", "stdout", "stderr"],
);

/** By release: ruleset 2 lost the node `log` after 12, and ruleset 5 came with 13. */
export function rulesetsOf(major: number): Record<string, string[]> {
  const basic = ["null", "zero", "crypto", "random", "urandom"];
  const base = ["include 1", "include 2", "include 3"];
  return {
    "1": ["hide"],
    "2": unhide(...(major <= 12 ? ["log", ...basic] : basic)),
    "3": login,
    "4": [...base, ...unhide("fuse", "zfs")],
    ...(major >= 13 && { "5": [...base, "include 4", ...unhide("pf")] }),
  };
}
