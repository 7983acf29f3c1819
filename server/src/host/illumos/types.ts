import type { StoredState, ZoneStatus } from "../../catalog/illumos/zoneStates.ts";
import type { Cause } from "../decision.ts";
import type { Vnode } from "../filesystem/types.ts";
import type { IpcObjects } from "./ipc/types.ts";
import type { MachineIo, ZoneIo } from "./resources/ioTypes.ts";
import type { SystemSettings } from "./systemTypes.ts";

/** What only a kernel with zones has. Source: usr/src/uts/common/sys/zone.h. */
export interface IllumosState {
  /** Zones that the kernel knows, by id in decimal; 0 is the global zone and always there. */
  zones: Record<string, Zone>;
  /** The last id that was given out: the next one is searched behind it, up to 9999 and then from 1. */
  lastZone: number;
  /** Kernel zones that have been created so far: the generation of the last one. */
  lastGeneration: number;
  /** The debug id that a zone got last. Source: usr/src/lib/libzonecfg (new_zone_did) of illumos-joyent. */
  lastDebugId: number;
  /** /etc/zones/index in the order of the file, each entry with its configuration. The global zone is not in it. */
  index: IndexEntry[];
  /** Sets of privileges that zones and processes have, each once, by number. 0 is every privilege. */
  privilegeSets: string[][];
  /** A zoneadmd for each zone that has one, by the name of the zone. */
  daemons: Record<string, ZoneDaemon>;
  /** Datalinks by name, as dladm(8) shows them in the global zone. */
  links: Record<string, Datalink>;
  /** Resource pools and processor sets, by name. */
  pools: Record<string, ResourcePool>;
  processorSets: Record<string, ProcessorSet>;
  /** Whether the pools facility is on. */
  poolsEnabled: boolean;
  /** The scheduling class of what has no other one. */
  schedulingClass: SchedulingClass;
  /** Projects and tasks in use. */
  lastTask: number;
  /** Projects that have processes or limits of their own: by zone, then by project id. */
  projects: Record<string, Record<string, Project>>;
  /** Doors and event channels; System V objects are in the state that both kernels have. */
  objects: IpcObjects;
  /** Files that lofi(4D) makes disks of, by the number of the device. */
  lofi?: Record<string, LofiDevice>;
  /** Disks that the machine is taken to have, and directories on the way, by their names below /dev. */
  assumedDevices?: Record<string, "disk" | "directory">;
  /** What is set for the machine or for a zone and has no other place. */
  system: SystemSettings;
  /** What the repository of the global zone's SMF says other than the profile: whether a service is enabled, by FMRI. */
  services: Record<string, boolean>;
  /** Reading and writing on disks; absent as long as nothing does so without end. */
  io?: MachineIo;
}

export interface LofiDevice {
  /** As the global zone names it. */
  file: string;
  zone: number;
}

export interface IndexEntry {
  name: string;
  state: StoredState;
  uuid: string;
  /** The number that DTrace of OmniOS and SmartOS knows the zone by; it stays the same through all boots. */
  debugId: number;
  /** What /etc/zones/NAME.xml says. */
  definition: ZoneDefinition;
  /** What the installation has put there. */
  installation?: Installation;
  /** What the SMF repository in its root says other than the profile: whether a service is enabled, by FMRI. */
  services?: Record<string, boolean>;
}

/** A zone as it was installed. */
export interface Installation {
  brand: string;
  /** The dataset of the zonepath; absent where it is a plain directory. */
  dataset?: string;
  /** The dataset that is mounted on its root, where that is not a directory of the zonepath. */
  root?: string;
  /** How it came there. */
  by: "install" | "clone" | "attach";
  /** The snapshot that a clone came from: `rpool/zones/web@SUNWzone1`. */
  origin?: string;
  /** Packages of which it has its own copy, and bytes that are its own. */
  packages: string[];
  bytes: number;
  /** Directories that are those of the global zone. */
  inherited: string[];
}

/** One value of a configuration and where it comes from. */
export interface Setting {
  value: string;
  cause: Cause;
}

/** A resource of a configuration: `net`, `fs` … Properties that can be added to have several values. */
export interface ZoneResource {
  type: string;
  properties: Record<string, Setting[]>;
  cause: Cause;
}

/** A zone's configuration as zonecfg(8) has stored it. */
export interface ZoneDefinition {
  name: string;
  /** `brand`, `zonepath`, `autoboot`, `ip-type`, `limitpriv`, `pool` … as far as they are set. */
  properties: Record<string, Setting>;
  /** In stored order. A shorthand such as `max-lwps` is an `rctl` here, values as `(priv=privileged,limit=1,action=deny)`. */
  resources: ZoneResource[];
  /** `create`, or whatever made it. */
  cause: Cause;
}

/** A value of a resource control that holds. `limit` is a number, or the decimal digits of one that is too large. */
export interface ZoneRctl {
  limit: number;
  action: "none" | "deny";
  cause: Cause;
}

/** A zone that the kernel knows. */
export interface Zone {
  id: number;
  name: string;
  generation: number;
  status: ZoneStatus;
  /** Of a scratch zone, whose root is `lu` below the zonepath: it is shown as mounted. */
  scratch?: true;
  /** The root directory, as the global zone names it, and its node. */
  path: string;
  root: Vnode;
  brand: string;
  ipType: "shared" | "exclusive";
  /** Its network stack: 0 for zones with shared IP. */
  stack: number;
  /** Its addresses on the shared stack, loopback first. */
  logical?: LogicalInterface[];
  /** Those that are marked down, which it cannot use. */
  down?: LogicalInterface[];
  /** The set of privileges that bounds all its processes, by number. */
  privileges: number;
  zsched: number;
  /** Pid of init; null while there is none. */
  init: number | null;
  /** What is run as init, and the arguments of the boot. */
  initPath: string;
  bootArguments: string;
  nodename: string;
  domain: string;
  /** Hexadecimal; empty for that of the machine. */
  hostid: string;
  /** The property; null where it is not set. */
  fsAllowed: string | null;
  pool: string;
  /** Empty for that of the pool or of the system. */
  schedulingClass: SchedulingClass | "";
  rctls: Record<string, ZoneRctl>;
  /** What drivers and file systems have charged to a control, which no process shows: lofi devices, bytes of tmpfs. */
  charges?: Record<string, number>;
  /** Milliseconds for which it has been above its CPU baseline. */
  burst?: number;
  /** What it has read and written, where that was without end. */
  io?: ZoneIo;
  /** Bytes that rcapd or the kernel keeps it to; null for no cap. */
  physicalCap: number | null;
  /** Datasets that were delegated to it. */
  datasets: string[];
  /** Patterns of `device match`, and the brand's list that applies. */
  devices: string[];
  /** The configuration as it was when the zone was readied. Null for the global zone. */
  definition: ZoneDefinition | null;
  /** Threads of the kernel that work for it and that its halt waits for, in a few words each. */
  threads?: string[];
  /** Its read-only root can be written: until the next boot, or until it has assembled itself and boots anew. */
  writable?: "boot" | "assembly";
  /** Virtual milliseconds at which it was created and has booted. */
  created: number;
  booted: number | null;
  /** The milestone that SMF brings up. */
  milestone: string;
  /** What SMF keeps until the zone goes down, by FMRI. */
  services?: Record<string, ServiceRun>;
  /** Why a value is as it is, by its name: `limitpriv`, `fs-allowed`, `ip-type` … */
  causes: Record<string, Cause>;
}

/** Source: project(5). */
export interface Project {
  id: number;
  name: string;
  rctls: Record<string, ZoneRctl>;
}

/** zoneadmd(8) of one zone. */
export interface ZoneDaemon {
  pid: number;
  /** What has appeared on the console, and who is attached to it. */
  console: ConsoleLine[];
  attached: { pid: number; disconnect: boolean } | null;
  /** VNICs that the brand's hook has made and takes away again. */
  vnics: string[];
}

export interface ConsoleLine {
  t: number;
  text: string;
}

/** An address of a zone on the shared stack: `e1000g0:2`. */
export interface LogicalInterface {
  /** The IP interface: `e1000g0`. */
  interface: string;
  unit: number;
  family: "inet" | "inet6";
  address: string;
  prefix: number;
  cause: Cause;
}

/** Source: dladm(8). */
export type LinkClass = "phys" | "vnic" | "vlan" | "etherstub" | "overlay" | "aggr" | "bridge" | "iptun";

export interface Datalink {
  name: string;
  class: LinkClass;
  /** The links below: of aggregations and bridges several. */
  over: string[];
  mac: string;
  mtu: number;
  up: boolean;
  /** VLAN tag; 0 for none. */
  vid: number;
  /** The zone that has it; 0 for the global zone. */
  zone: number;
  /** `temporary` links go with whatever made them. */
  temporary: boolean;
  /** Properties that are set: `protection`, `allowed-ips`, `allowed-dhcp-cids`, `maxbw`, `pool` … lists with commas. */
  properties: Record<string, string>;
  /** Where a property comes from. */
  causes: Record<string, Cause>;
  /** Frames that link protection has dropped, by its kind. */
  drops: Record<string, number>;
  /** The global zone decides which addresses the zone sets on it: L3PROTECT. */
  controlled?: true;
  /** Addresses that DHCP gave to it, as link protection has seen. */
  learned?: string[];
  overlay?: OverlayLink;
}

/** Source: overlay(7). */
export interface OverlayLink {
  encapsulation: "vxlan";
  /** Network id, 24 bits. */
  vnetid: number;
  listenIp: string;
  listenPort: number;
  search: "direct" | "files" | "svp";
  /** Of direct: where everything goes. */
  destination?: { ip: string; port: number };
  /** Of files: by MAC. */
  targets?: Record<string, OverlayTarget>;
}

/** Where frames to a MAC go, and the addresses of which varpd says that this MAC has them. */
export interface OverlayTarget {
  ip: string;
  port: number;
  arp?: string;
  ndp?: string;
}

export type SchedulingClass = "TS" | "IA" | "FSS" | "FX" | "RT" | "SDC";

export interface ResourcePool {
  name: string;
  processorSet: string;
  scheduler: SchedulingClass | "";
  importance: number;
  /** Made for dedicated-cpu of a zone, and gone with it. */
  temporary: boolean;
}

export interface ProcessorSet {
  id: number;
  name: string;
  /** In their order; those that are offline too. */
  cpus: number[];
  min: number;
  max: number;
  temporary: boolean;
}

/** Source: smf(7). */
export type ServiceState = "online" | "offline" | "disabled" | "maintenance" | "degraded";

/** What is kept of a service while the zone runs, where it is not as usual. */
export interface ServiceRun {
  /** `svcadm enable -t` and `disable -t`. */
  enabled?: boolean;
  /** `offline`: its start method has not come to an end. */
  state?: "maintenance" | "degraded" | "offline";
  /** Why it is in that state. */
  reason?: string;
  cause?: Cause;
  /** It was online, and what needs it goes on without it. */
  stopped?: true;
  /** How often its process was started again. */
  restarts?: number;
  /** Virtual milliseconds of the last change, where it was not the boot. */
  changed?: number;
}
