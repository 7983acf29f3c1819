import { brandRuntime } from "../../../catalog/illumos/brandRuntime.ts";
import type { Zone } from "../types.ts";

/** What init of a zone brings up: SMF, the units of a Linux system, or nothing, because it is a virtual machine. */
export type UserLand =
  | { readonly kind: "smf" }
  | { readonly kind: "linux"; readonly units: readonly LinuxUnit[] }
  | Hypervisor;

/** What init of a virtual machine turns into. */
export interface Hypervisor {
  readonly kind: "machine";
  readonly command: string;
  readonly args: (zone: string) => readonly string[];
}

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

/** Source: omniosorg/pkg5 src/brand/{bhyve,kvm,emu}/init. */
const BHYVE: UserLand = {
  kind: "machine",
  command: "bhyve",
  args: (zone) => [`bhyve-${zone}`, "-k", "/etc/bhyve.cfg"],
};
const QEMU: UserLand = {
  kind: "machine",
  command: "qemu-system-x86",
  args: (zone) => ["/usr/bin/qemu-system-x86_64", "-name", zone, "-pidfile", "/tmp/vm.pid"],
};

/** The system inside boots and runs by itself. */
const KERNEL_ZONE: Hypervisor = { kind: "machine", command: "kzhost", args: (zone) => ["kzhost", zone] };

export function userLandOf({ brand }: Pick<Zone, "brand">): UserLand {
  if (brand === "lx") return LINUX;
  if (brand === "solaris-kz") return KERNEL_ZONE;
  if (brandRuntime(brand).root !== "minimal") return SMF;
  return brand === "bhyve" ? BHYVE : QEMU;
}
