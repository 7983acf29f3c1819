import type { PrivilegeName } from "./privileges.ts";

/** The device nodes of a FreeBSD machine. Source: the manual page and the driver of each. */
export interface DeviceKind {
  /** Below /dev. */
  readonly name: string;
  readonly kind: "device" | "directory" | "link";
  readonly mode: number;
  readonly gid: number;
  /** Of links: where to. */
  readonly target?: string;
  /** The driver's flag for the `type` condition of rules. */
  readonly type?: "disk" | "mem" | "tape" | "tty";
  /** What it is, for a reader. */
  readonly doc: string;
  /** What its driver asks for when it is opened; `write`: only for writing. */
  readonly open?: readonly { readonly privilege: PrivilegeName; readonly write?: true }[];
  /** The largest securelevel at which it can still be opened, or opened for writing. */
  readonly securelevel?: { readonly most: number; readonly write: boolean };
  /** The jail permission without which a jail is refused. */
  readonly allow?: string;
  /** Made with the credential of who asked for it, so that other jails do not find it. */
  readonly owned?: true;
}

const OPERATOR = 5;
const TTY = 4;
const KMEM = 2;

const device = (name: string, mode: number, doc: string, more: Partial<DeviceKind> = {}): DeviceKind => ({
  name,
  kind: "device",
  mode,
  gid: 0,
  doc,
  ...more,
});
const disk = (name: string, doc: string): DeviceKind =>
  device(name, 0o640, doc, { gid: OPERATOR, type: "disk", securelevel: { most: 1, write: true } });
const tty = (name: string, mode: number, doc: string): DeviceKind =>
  device(name, mode, doc, { type: "tty", ...(name.startsWith("pts/") && { gid: TTY }) });
const directory = (name: string, doc: string): DeviceKind => device(name, 0o555, doc, { kind: "directory" });
const link = (name: string, target: string, doc: string): DeviceKind =>
  device(name, 0o755, doc, { kind: "link", target });

export const deviceCatalog: readonly DeviceKind[] = [
  device("null", 0o666, "swallows what is written"),
  device("zero", 0o666, "a source of zeros"),
  device("random", 0o644, "the random generator"),
  link("urandom", "random", "another name of random"),
  device("crypto", 0o666, "the kernel's cryptography"),
  directory("fd", "descriptors of the process; fdescfs usually covers it"),
  device("fd/0", 0o666, "standard input of the process"),
  device("fd/1", 0o666, "standard output of the process"),
  device("fd/2", 0o666, "standard error of the process"),
  link("stdin", "fd/0", "standard input"),
  link("stdout", "fd/1", "standard output"),
  link("stderr", "fd/2", "standard error"),
  device("ptmx", 0o666, "gives out pseudo-terminals"),
  directory("pts", "pseudo-terminals"),
  { ...tty("pts/0", 0o620, "a pseudo-terminal"), owned: true },
  device("fuse", 0o666, "the channel of FUSE file systems"),
  device("zfs", 0o666, "control of ZFS"),
  device("pf", 0o600, "control of the packet filter of the opener's network stack"),
  device("pfsync", 0o600, "state synchronisation of the packet filter"),
  device("bpf", 0o600, "captures and injects packets: no privilege is asked for"),
  link("bpf0", "bpf", "another name of bpf"),
  device("mem", 0o640, "physical memory", {
    gid: KMEM,
    type: "mem",
    securelevel: { most: 0, write: true },
    open: [{ privilege: "KMEM_READ" }, { privilege: "KMEM_WRITE", write: true }],
  }),
  device("kmem", 0o640, "kernel memory", {
    gid: KMEM,
    type: "mem",
    securelevel: { most: 0, write: true },
    open: [{ privilege: "KMEM_READ" }, { privilege: "KMEM_WRITE", write: true }],
  }),
  device("io", 0o600, "I/O ports", {
    securelevel: { most: 0, write: false },
    open: [{ privilege: "IO" }],
  }),
  disk("ada0", "a disk"),
  disk("ada0p2", "a partition of a disk"),
  disk("da0", "a disk"),
  disk("nda0", "a disk"),
  device("nvme0", 0o600, "control of an NVMe device"),
  disk("md0", "a disk in memory"),
  device("mdctl", 0o600, "control of disks in memory"),
  disk("cd0", "an optical drive"),
  device("pass0", 0o600, "SCSI commands past the drivers", {
    gid: OPERATOR,
    securelevel: { most: 1, write: false },
  }),
  device("geom.ctl", 0o640, "control of GEOM", { gid: OPERATOR }),
  tty("console", 0o600, "the system console"),
  tty("ttyv0", 0o600, "a virtual terminal"),
  tty("ttyu0", 0o600, "a serial line"),
  device("consolectl", 0o600, "control of the console"),
  device("kbd0", 0o600, "a keyboard"),
  device("klog", 0o600, "reads the kernel's log"),
  device("log", 0o666, "syslog's socket in very old layouts"),
  device("tun0", 0o600, "a tunnel"),
  device("tap0", 0o600, "an Ethernet tunnel"),
  directory("vmm", "guests of bhyve"),
  device("vmm/guest", 0o600, "a guest of bhyve", { allow: "vmm", owned: true }),
  device("vmmctl", 0o600, "makes guests of bhyve", { allow: "vmm" }),
  device("nmdm0A", 0o600, "one end of a null modem", { type: "tty" }),
  directory("dtrace", "DTrace"),
  device("dtrace/dtrace", 0o660, "control of DTrace", { open: [{ privilege: "DTRACE_KERNEL" }] }),
  device("devctl", 0o600, "events of devices"),
  device("devctl2", 0o600, "control of devices"),
  device("acpi", 0o664, "ACPI", { gid: OPERATOR }),
  device("apm", 0o664, "power management", { gid: OPERATOR }),
  device("usbctl", 0o644, "control of USB"),
  link("ugen0.1", "usb/0.1.0", "a USB device"),
  device("pci", 0o644, "PCI configuration"),
  device("sndstat", 0o644, "the state of sound"),
  device("dsp0", 0o666, "sound"),
  directory("drm", "graphics"),
  device("drm/0", 0o660, "graphics"),
  directory("dri", "graphics"),
  link("dri/card0", "../drm/0", "graphics"),
  device("netmap", 0o600, "fast packet I/O"),
  device("cuse", 0o600, "devices in programs"),
  device("xpt0", 0o600, "the CAM transport", { gid: OPERATOR }),
  directory("reroot", "where a new root is prepared"),
];
