import type { Host } from "@zonewarden/server/host/host";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { type Definition, define, running, zoneHost } from "../harness.ts";

type System = "omnios" | "illumos" | "smartos" | "solaris";

export interface Machine {
  readonly host: Host;
  /** Types a line; gives what is printed, errors last. */
  type(line: string): string;
  /** The same in a zone that runs. */
  inside(zone: string, line: string): string;
}

/** A machine with nothing on it but its system and some zones that run, and root at a terminal of each. */
export function machine(
  system: System = "omnios",
  zones: Readonly<Record<string, Definition>> = {},
): Machine {
  const host = zoneHost({ system });
  for (const [name, definition] of Object.entries(zones)) running(host, define(name, definition));
  const sessions = new Map<string, ShellSession>();
  const logIn = (name: string): ShellSession => {
    const id = host.kernel.containers.find(host, name);
    if (id === undefined) throw new Error(`${name} does not run`);
    return new ShellSession(host, id);
  };
  const at = (name: string, line: string): string => {
    const known = sessions.get(name);
    // Whoever was thrown out by a reboot logs in again.
    const session = known?.process ? known : logIn(name);
    sessions.set(name, session);
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  return { host, type: (line) => at("global", line), inside: at };
}
