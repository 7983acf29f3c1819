/** Lines that zoneadmd(8) writes to the console of a zone. Source: usr/src/cmd/zoneadmd/zcons.c. */
export interface ConsoleNotice {
  /** Before the arguments. */
  readonly label: string;
  /** What stands between the label and the arguments of the event, where it has some. */
  readonly withArguments?: string;
  /** Whether it ends the session on the console: each one, or one with `zlogin -C -d`. */
  readonly disconnects?: "always" | "with -d";
  readonly when: string;
}

const notices = {
  booting: {
    label: "NOTICE: Zone booting up",
    withArguments: " with arguments: ",
    when: "A boot was asked for; the arguments are told only if the zone was ready before.",
  },
  readied: { label: "NOTICE: Zone readied", when: "The platform stands after `ready` or `mount`." },
  rebooting: {
    label: "NOTICE: Zone rebooting",
    withArguments: " with arguments: ",
    when: "A reboot was asked for.",
  },
  halted: {
    label: "NOTICE: Zone halted",
    disconnects: "with -d",
    when: "The zone was halted or unmounted, or could not be made ready again.",
  },
  bootFailed: {
    label: "NOTICE: Zone boot failed",
    disconnects: "with -d",
    when: "A boot or reboot failed.",
  },
  uninstalling: {
    label: "NOTICE: Zone is being uninstalled.  Disconnecting...",
    disconnects: "always",
    when: "The zone is uninstalled while its zoneadmd runs.",
  },
  badArgs: {
    label: "WARNING: Ignoring invalid boot arguments:",
    withArguments: " ",
    when: "A boot argument is not known; it is passed on to init all the same.",
  },
} as const satisfies Readonly<Record<string, ConsoleNotice>>;

export type ConsoleEvent = keyof typeof notices;

export const consoleNotices: Readonly<Record<ConsoleEvent, ConsoleNotice>> = notices;

/** The line without its line breaks: `[NOTICE: Zone halted]`. `disconnect`: the client asked to be let go (`-d`). */
export function consoleNotice(event: ConsoleEvent, args = "", disconnect = false): string {
  const { label, withArguments, disconnects } = consoleNotices[event];
  const told = args !== "" && withArguments !== undefined ? `${withArguments}${args}` : "";
  return `[${label}${told}${disconnect && disconnects === "with -d" ? ".  Disconnecting..." : ""}]`;
}
