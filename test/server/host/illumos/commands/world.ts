import type { Host } from "@zonewarden/server/host/host";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { ShellSession } from "@zonewarden/server/host/shell/session";

/** A machine with nothing on it but its system, and root at a terminal. */
export function machine(system: "omnios" | "illumos" | "smartos" | "solaris" = "omnios"): {
  readonly host: Host;
  /** Types a line; gives what is printed, errors last. */
  type(line: string): string;
} {
  const host = buildHost(freshInstallation(system));
  const session = new ShellSession(host);
  return {
    host,
    type(line) {
      const { stdout, stderr } = session.run(line).result;
      return stdout + stderr;
    },
  };
}
