import type { Outcome, Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { type CommandResult, done, failed } from "../../shell/command.ts";

/** How libipadm calls an error. Source: ipadm_status2str() in usr/src/lib/libipadm/common/libipadm.c. */
export function statusText(host: Host, { errno, decision }: Refused): string {
  if (decision.rule === "ip/from-global") return "Operation not supported on non-default boot environment";
  // Errors of ipadm(8) itself have no number.
  const own: Readonly<Record<string, string>> = {
    "ip/temporary": "Persistent operation on temporary object",
    "ip/disabled": "Operation not supported on disabled object",
    "ip/enabled": "Address object already exists",
    "ip/address-missing": "Object not found",
    "ip/automatic": "Operation not supported",
  };
  const text = own[decision.rule];
  if (text !== undefined) return text;
  const texts: Readonly<Record<string, string>> = {
    ...{ EPERM: "Insufficient user authorization", EACCES: "Permission denied" },
    ...{ EEXIST: "Interface already exists", ENXIO: "Interface does not exist", ENOENT: "No such object" },
    ...{ EADDRNOTAVAIL: "Address already in use", EINVAL: "Invalid argument provided", EBUSY: "Object busy" },
  };
  return texts[errno] ?? host.kernel.shell.strerror(errno);
}

/** What the subcommand prints when it has ended. */
export function finished(host: Host, outcome: Outcome<unknown>, what: string): CommandResult {
  if (!outcome.ok) return failed(`ipadm: ${what}: ${statusText(host, outcome)}\n`, 1, [outcome.decision]);
  return done("", [outcome.decision], 20);
}
