/** What zoneadm(8) prints for wrong usage and for `help`. */

/** Commands that the manual names, with what may follow. Source: zoneadm(8). */
const COMMANDS = {
  help: "",
  boot: "[-- BOOT_ARGUMENT …]",
  halt: "",
  shutdown: "[-r [-- BOOT_ARGUMENT …]]",
  ready: "",
  reboot: "[-- BOOT_ARGUMENT …]",
  list: "[-cinpv]",
  verify: "",
  install: "[-x nodataset] [BRAND_OPTION …]",
  uninstall: "[-F]",
  clone: "[-m METHOD] [-s SNAPSHOT] [BRAND_OPTION …] SOURCE",
  move: "ZONEPATH",
  detach: "[-n]",
  attach: "[-F] [-n PATH] [-u] [BRAND_OPTION …]",
  mark: "incomplete",
} as const;

const WHAT: Readonly<Record<keyof typeof COMMANDS, string>> = {
  help: "Show this.",
  boot: "Boot a zone; what stands behind -- goes to its init.",
  halt: "Take a zone down at once, without its shutdown scripts.",
  shutdown: "Let a zone shut down by itself and wait for it; with -r boot it again.",
  ready: "Build what a zone runs on, but start nothing in it.",
  reboot: "Halt a zone and boot it again.",
  list: "Show zones: those that run, with -i also installed ones, with -c all; -n without the global zone.",
  verify: "Check the configuration against the machine.",
  install: "Put the files of a zone where its zonepath says.",
  uninstall: "Remove the files of a zone; -F asks nothing.",
  clone: "Install a zone as a copy of another one.",
  move: "Move the files of a zone to another directory.",
  detach:
    "Let go of the files of a zone so that another machine can attach them; -n only shows the manifest.",
  attach: "Take files that were detached; -u updates them, -F checks nothing, -n only checks.",
  mark: "Say that the files of a zone are not to be used.",
};

export function usageOf(command: string): string {
  const found = Object.entries(COMMANDS).find(([name]) => name === command);
  if (!found) return help();
  const [name, rest] = found;
  return `usage: zoneadm ${name === "list" ? "[-z ZONE]" : name === "help" ? "" : "-z ZONE"} ${name} ${rest}`
    .replace(/ +/g, " ")
    .trimEnd();
}

export function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, rest]) => {
    const call = `${name} ${rest}`.trimEnd();
    return `  ${call}\n      ${WHAT[name as keyof typeof COMMANDS]}`;
  });
  return ["usage: zoneadm [-z ZONE] COMMAND", ...lines].join("\n");
}
