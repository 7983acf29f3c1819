import { brandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import type { Zone } from "../types.ts";

/** What init of a zone brings up: SMF, the units of a Linux system, or nothing, because it is a virtual machine. */
export type UserLand =
  | { readonly kind: "smf" }
  | { readonly kind: "linux"; readonly units: readonly LinuxUnit[] }
  | { readonly kind: "machine" };

export interface LinuxUnit {
  readonly unit: string;
  readonly title: string;
  readonly program: string;
  readonly listens?: readonly string[];
  readonly takes: number;
}

/** What most images of distributions run. */
const UNITS: readonly LinuxUnit[] = [
  { unit: "rsyslog.service", title: "System Logging Service", program: "/usr/sbin/rsyslogd", takes: 800 },
  {
    unit: "cron.service",
    title: "Regular background program processing",
    program: "/usr/sbin/cron",
    takes: 300,
  },
  {
    unit: "ssh.service",
    title: "OpenBSD Secure Shell server",
    program: "/usr/sbin/sshd",
    listens: ["tcp4 *:22", "tcp6 *:22"],
    takes: 900,
  },
];

const LINUX: UserLand = { kind: "linux", units: UNITS };
const SMF: UserLand = { kind: "smf" };
const MACHINE: UserLand = { kind: "machine" };

export function userLandOf({ brand }: Pick<Zone, "brand">): UserLand {
  if (brand === "lx") return LINUX;
  return brandRuntime(brand).root === "minimal" ? MACHINE : SMF;
}
