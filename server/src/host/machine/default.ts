import type { HostDescription } from "./definition.ts";
import { freshFreeBsd } from "./freebsd/fresh.ts";
import { freshIllumos } from "./illumos/fresh.ts";

/** What a machine is like on which a system was just installed; of a release, or of the newest known one. */
export function freshInstallation(system: HostDescription["system"], release?: string): HostDescription {
  return system === "freebsd" ? freshFreeBsd(release) : freshIllumos(system, release);
}

/** The machine that is assumed where nobody described one. */
export const defaultHost: HostDescription = freshInstallation("freebsd");
