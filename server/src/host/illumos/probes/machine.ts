import { open } from "../../filesystem/files.ts";
import { acct, auditRecord, cpcOpen, enableProbes, setAuditPolicy, setCore } from "../administration.ts";
import { swapAdd } from "../resources/swap.ts";
import {
  addDriver,
  adjtime,
  hostid,
  modinfo,
  modload,
  modunload,
  setDomainname,
  setFirmware,
  setNodename,
  stime,
  wallClock,
} from "../system.ts";
import { type Attempt, call, seen } from "./scene.ts";

const reading = (path: string) => call((scene) => open(scene.host, scene.root, path));
const writing = (path: string) => call((scene) => open(scene.host, scene.root, path, { write: true }));
/** A module that machines have and that nothing depends on. */
const MODULE = "vmm";
const GIGABYTE = 1 << 30;

/** Attempts on devices, the kernel, its statistics and what is set for the machine. */
export const machineAttempts = {
  "open-kmem": reading("/dev/kmem"),
  "open-mem": reading("/dev/mem"),
  "open-disk": reading("/dev/rdsk/c0t0d0s2"),
  "mdb-kernel": reading("/dev/kmem"),
  "kmdb-load": reading("/dev/kmdb"),
  modload: call((scene) => modload(scene.host, scene.root, MODULE)),
  modunload: call((scene) => modunload(scene.host, scene.root, MODULE)),
  modinfo: ({ host }) => seen("modctl/info", `${modinfo(host).length} modules of the machine are listed.`),
  "add-drv": call((scene) => addDriver(scene.host, scene.root, "zonewarden")),
  prtconf: reading("/devices/pseudo/devinfo@0:devinfo"),
  "eeprom-set": call((scene) => setFirmware(scene.host, scene.root, "auto-boot?")),
  "swap-add": call((scene) => swapAdd(scene.host, scene.root, scene.file("swap"), GIGABYTE)),
  dumpadm: reading("/dev/dump"),
  ucode: writing("/dev/ucode"),
  "openprom-write": writing("/dev/openprom"),
  settime: call((scene) => stime(scene.host, scene.root, wallClock(scene.host) + 3600)),
  adjtime: call((scene) => adjtime(scene.host, scene.root, 1)),
  "set-hostname": call((scene) => setNodename(scene.host, scene.root, "zonewarden")),
  "set-domain": call((scene) => setDomainname(scene.host, scene.root, "example.org")),
  hostid: ({ host, root, zone }) => ({
    ...seen("sysinfo/hostid", `It reads ${hostid(host, root)}.`),
    causes: zone.causes["hostid"] ? [zone.causes["hostid"]] : [],
  }),
  kstat: (scene) => {
    const opened = open(scene.host, scene.root, "/dev/kstat");
    if (!opened.ok) return opened.decision;
    return seen(
      "kstat/zone",
      "The statistics of the zone are there, and those of no zone in particular.",
      "kstats are filtered by zone",
    );
  },
  "cpc-cpu": call((scene) => cpcOpen(scene.host, scene.root)),
  "dtrace-kernel": call((scene) => enableProbes(scene.host, scene.root, "fbt")),
  "dtrace-syscall": call((scene) => enableProbes(scene.host, scene.root, "syscall")),
  "dtrace-pid": call((scene) => enableProbes(scene.host, scene.root, "pid")),
  coreadm: call((scene) =>
    setCore(scene.host, scene.root, { global: "/cores/core.%z.%f.%p", enabled: ["global"] }),
  ),
  "acct-on": call((scene) => acct(scene.host, scene.root, scene.file("pacct"))),
  "audit-policy": call((scene) => setAuditPolicy(scene.host, scene.root, ["arge"])),
  "audit-record": call((scene) => auditRecord(scene.host, scene.root)),
} satisfies Record<string, Attempt>;
