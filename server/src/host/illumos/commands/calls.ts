import type { Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { GetFlags } from "../../ipc/sysv.ts";
import { kill } from "../../process/signals.ts";
import type { Process } from "../../process/types.ts";
import type { SystemCall } from "../../shell/command.ts";
import { commonCalls, mapped, number, quoted } from "../../shell/commonCalls.ts";
import { posixOpenCall, posixUnlinkCall } from "../../shell/posixCalls.ts";
import { acct, cpcOpen, setAuditPolicy } from "../administration.ts";
import { doorCall, doorCreate, fattach } from "../ipc/doors.ts";
import { type PosixKind, posixOpen, posixUnlink } from "../ipc/posix.ts";
import { msgget, semget, shmget, sysvUse } from "../ipc/sysv.ts";
import { transportBind, transportConnect } from "../ipc/transports.ts";
import { zoneBoot, zoneCreate, zoneDestroy, zoneEnter, zoneShutdown } from "../kernelZones.ts";
import { sendForged } from "../network/frames.ts";
import { setPrivileges } from "../process/ownPrivileges.ts";
import { highResolutionTimer } from "../process/priocntl.ts";
import { procOpen, trace } from "../process/proc.ts";
import { mlock, reserve } from "../resources/memory.ts";
import { pOnline, psetBind, psetCreate } from "../resources/processorCalls.ts";
import { adjtime, modload, modunload, stime } from "../system.ts";
import { type UadminCommand, type UadminFunction, uadmin } from "../uadmin.ts";
import { eventCalls } from "./eventCalls.ts";

/**
 * Single system calls, for the builtin `syscall`: what programs of an attacker do that the model does not have. Printed as
 * truss(1) does.
 */

type Get = (host: Host, process: Process, key: number, size: number, flags: GetFlags) => Outcome<number>;

const get = (call: Get, usage: string): SystemCall => ({
  usage,
  words: [2, 2],
  run: (host, process, [key, size]) =>
    call(host, process, number(key), number(size), { create: true, mode: 0o600 }),
  shown: (words) => [...words, "IPC_CREAT|0600"],
});

const byNumber = (
  usage: string,
  call: (host: Host, process: Process, value: number) => Outcome<unknown>,
): SystemCall => ({
  usage,
  words: [1, 1],
  run: (host, process, [word]) => call(host, process, number(word)),
});

const plain = (call: (host: Host, process: Process) => Outcome<unknown>): SystemCall => ({
  usage: "",
  words: [0, 0],
  run: (host, process) => call(host, process),
});

const posixOpened = (kind: PosixKind) =>
  posixOpenCall((host, process, name, flags) => posixOpen(host, process, kind, name, flags));

const posixUnlinked = (kind: PosixKind) =>
  posixUnlinkCall((host, process, name) => posixUnlink(host, process, kind, name));

const transport = (
  call: (host: Host, process: Process, address: string) => Outcome<unknown>,
): SystemCall => ({
  usage: "ADDRESS",
  words: [1, 1],
  run: (host, process, [address = ""]) => call(host, process, address),
  shown: quoted,
});

/** A zone as whoever tries zone_create(2) by hand would describe it. */
function createZone(host: Host, process: Process, name: string, path: string): Outcome<number> {
  const made = zoneCreate(host, process, {
    ...{
      name,
      path,
      brand: "ipkg",
      ipType: "shared",
      privileges: [],
      datasets: [],
      definition: null,
      causes: {},
    },
  });
  return mapped(made, ({ id }) => id);
}

export const systemCalls: Readonly<Record<string, SystemCall>> = {
  ...commonCalls,
  ...eventCalls,
  acct: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => acct(host, process, path),
    shown: quoted,
  },
  adjtime: byNumber("SECONDS", adjtime),
  auditon: {
    usage: "FLAG…",
    words: [1, 8],
    run: (host, process, flags) => setAuditPolicy(host, process, flags),
    shown: (words) => ["A_SETPOLICY", words.join("|")],
  },
  chroot: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => host.kernel.files.chroot(host, process, path),
    shown: quoted,
  },
  cpc: { ...plain(cpcOpen), shown: () => ["CPC_BIND", "-1"] },
  door_call: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => doorCall(host, process, path),
    shown: quoted,
  },
  door_create: plain(doorCreate),
  fattach: {
    usage: "DOOR PATH",
    words: [2, 2],
    run: (host, process, [door, path = ""]) => fattach(host, process, number(door), path),
  },
  kill: {
    usage: "PID SIGNAL",
    words: [2, 2],
    run: (host, process, [pid, signal = ""]) => kill(host, process, number(pid), signal.replace(/^SIG/, "")),
  },
  mlock: byNumber("BYTES", mlock),
  mmap: {
    ...byNumber("BYTES", (host, process, bytes) => reserve(host, process, bytes)),
    shown: (words) => ["0x00000000", ...words, "PROT_READ|PROT_WRITE", "MAP_PRIVATE|MAP_ANON", -1, 0],
  },
  modload: {
    usage: "NAME",
    words: [1, 1],
    run: (host, process, [name = ""]) => modload(host, process, name),
    shown: (words) => ["MODLOAD", ...quoted(words)],
  },
  modunload: {
    usage: "NAME",
    words: [1, 1],
    run: (host, process, [name = ""]) => modunload(host, process, name),
    shown: (words) => ["MODUNLOAD", ...quoted(words)],
  },
  mount: {
    usage: "TYPE SPECIAL DIRECTORY",
    words: [3, 3],
    run: (host, process, [type = "", from = "", on = ""]) =>
      host.kernel.files.mount(host, process, { type, from, on }),
    shown: ([type = "", ...rest]) => [...quoted(rest), "MS_DATA", ...quoted([type])],
  },
  msgget: {
    ...byNumber("KEY", (host, process, key) => msgget(host, process, key, { create: true, mode: 0o600 })),
    shown: (words) => [...words, "IPC_CREAT|0600"],
  },
  mq_open: posixOpened("mq"),
  mq_unlink: posixUnlinked("mq"),
  p_online: {
    usage: "CPU P_ONLINE|P_OFFLINE",
    words: [2, 2],
    run: (host, process, [cpu, state]) =>
      pOnline(host, process, number(cpu), state === "P_OFFLINE" ? "off-line" : "on-line"),
  },
  proc_open: {
    usage: "PID FILE",
    words: [2, 2],
    run: (host, process, [pid, file = "as"]) => procOpen(host, process, number(pid), file),
    shown: ([pid, file]) => [`"/proc/${pid}/${file}"`, "O_RDONLY"],
  },
  proc_trace: byNumber("PID", trace),
  pset_bind: {
    usage: "SET",
    words: [1, 1],
    run: (host, process, [set]) => psetBind(host, process, "pid", process.pid, number(set)),
    shown: (words) => [...words, "P_PID", "P_MYID"],
  },
  pset_create: plain(psetCreate),
  sem_open: posixOpened("sem"),
  sem_unlink: posixUnlinked("sem"),
  semget: get(semget, "KEY COUNT"),
  send_forged: {
    usage: "SOURCE DESTINATION",
    words: [2, 2],
    run: (host, process, [source = "", destination = ""]) =>
      sendForged(host, process, { source, destination }),
  },
  setppriv: {
    usage: "PRIVILEGE",
    words: [1, 1],
    run: (host, process, [name = ""]) => setPrivileges(host, process, "effective", "on", [name]),
    shown: (words) => ["PRIV_ON", "PRIV_EFFECTIVE", ...words],
  },
  shm_open: posixOpened("shm"),
  shm_unlink: posixUnlinked("shm"),
  shmat: {
    usage: "ID",
    words: [1, 1],
    run: (host, process, [id]) => sysvUse(host, process, "shm", number(id), ["read", "write"]),
  },
  shmget: get(shmget, "KEY BYTES"),
  stime: byNumber("SECONDS", stime),
  t_bind: transport(transportBind),
  t_connect: transport((host, process, address) => mapped(transportConnect(host, process, address), () => 0)),
  timer_create: { ...plain(highResolutionTimer), shown: () => ["CLOCK_HIGHRES"] },
  uadmin: {
    usage: "shutdown|reboot|freeze|remount|dump halt|poweroff|boot|iboot|…",
    words: [2, 2],
    run: (host, process, [command, what]) =>
      uadmin(host, process, command as UadminCommand, what as UadminFunction),
    shown: ([command = "", what = ""]) => [`A_${command.toUpperCase()}`, `AD_${what.toUpperCase()}`],
  },
  umount2: {
    usage: "PATH",
    words: [1, 1],
    run: (host, process, [path = ""]) => host.kernel.files.unmount(host, process, path),
    shown: (words) => [...quoted(words), "0x00000000"],
  },
  zone_boot: byNumber("ID", zoneBoot),
  zone_create: {
    usage: "NAME ROOT",
    words: [2, 2],
    run: (host, process, [name = "", path = ""]) => createZone(host, process, name, path),
    shown: quoted,
  },
  zone_destroy: byNumber("ID", zoneDestroy),
  zone_enter: byNumber("ID", zoneEnter),
  zone_shutdown: byNumber("ID", zoneShutdown),
};
