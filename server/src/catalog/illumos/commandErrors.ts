/**
 * What a command says when the state of the zone forbids it, by the name of the check. `{zone}`, `{command}` and
 * `{state}` are filled in. Sources: usr/src/cmd/zoneadm/zoneadm.c (sanity_check), usr/src/cmd/zoneadmd/zoneadmd.c
 * (server), usr/src/cmd/zlogin/zlogin.c, usr/src/cmd/zonecfg/zonecfg.c.
 */
const texts = {
  E_NOT_INSTALLED: "{command} needs a zone that is installed, and {zone} is only {state}",
  E_ALREADY_INSTALLED: "{zone} is installed already",
  E_ALREADY_CONFIGURED: "{zone} is in the state configured already",
  E_NEEDS_UNINSTALL: "{zone} is incomplete: uninstall it before {command}",
  E_ACTIVE_ZONE: "{command} is not possible while {zone} is {state}: halt it first",
  E_NOT_RUNNING: "{zone} is not running",
  E_DAEMON_INVALID: "zoneadmd does not do {command} for a zone that is {state}",
  E_DAEMON_UNMANAGED: "zoneadmd does not serve {zone} as long as it is only configured",
  E_DAEMON_SILENT: "the call to zoneadmd failed",
  E_NOT_MOUNTED: "{command} needs a zone that is mounted, and {zone} is {state}",
  E_SYSBOOT_STATE: "{command} is only for installed zones, and {zone} is {state}",
  E_ENTER: "no process can enter {zone} any more: it is {state}",
  E_SHUTDOWN_PENDING: "a shutdown of {zone} is being waited for already",
  E_LOGIN_STATE: "nobody can log in to {zone}: it is {state}",
  E_LOGIN_UNINSTALLED: "nobody can log in to {zone}: it is {state}, and needs to be installed",
  E_DELETE_STATE: "the configuration of {zone} cannot be deleted while it is {state}",
  E_DELETE_FORCE: "{zone} is {state}: its configuration is deleted only with -F",
  E_RENAME_STATE: "{zone} can be renamed only while it is configured or installed, not {state}",
  E_ZONEPATH_LOCKED: "zonepath and brand of {zone} are fixed, because it is {state}",
  E_MIN_INCOMPLETE: "{command} needs a zone that is at least incomplete, and {zone} is {state}",
  E_NO_PROCESS: "{zone} is {state}, so that no process in it can ask for {command}",
} as const;

export type CommandError = keyof typeof texts;

/** The template of each message. */
export const commandErrors: Readonly<Record<CommandError, string>> = texts;

/** The message, without the name of the program in front. */
export function commandErrorText(
  error: CommandError,
  about: { readonly zone: string; readonly command: string; readonly state: string },
): string {
  return commandErrors[error]
    .replace("{zone}", `zone '${about.zone}'`)
    .replace("{command}", about.command)
    .replace("{state}", about.state);
}
