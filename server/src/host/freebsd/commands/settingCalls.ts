import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { SystemCall } from "../../shell/command.ts";
import { mapped, number, quoted, socketOf } from "../../shell/commonCalls.ts";
import { extattrGet } from "../filesystem/attributes.ts";
import { jailSetVector } from "../jailSet.ts";
import { joinGroup, leaveGroup } from "../network/raw.ts";
import { ifGetAddress } from "../network/views.ts";
import { disableTracing } from "../process/debug.ts";
import { setScheduler } from "../process/limits.ts";
import { getaudit, kenvGet, kenvSet, kenvUnset } from "../system.ts";

/** Calls that read or set one thing of the kernel, a process, a socket or a file, and which no modelled program makes. */

const kenv: SystemCall["run"] = (host, process, [what, name = "", value = ""]) => {
  if (what === "KENV_SET") return kenvSet(host, process, name, value);
  if (what === "KENV_UNSET") return kenvUnset(host, process, name);
  // It returns how long the value is, with its end.
  return mapped(kenvGet(host, name), ({ length }) => length + 1);
};

const membership = (host: Host, process: Process, [fd, option, group = ""]: readonly string[]) =>
  (option === "IP_DROP_MEMBERSHIP" ? leaveGroup : joinGroup)(host, process, socketOf(process, fd), group);

export const settingCalls: Readonly<Record<string, SystemCall>> = {
  extattr_get_file: {
    usage: "PATH user|system NAME",
    words: [3, 3],
    run: (host, process, [path = "", namespace, name = ""]) =>
      mapped(
        extattrGet(host, process, path, namespace === "system" ? "system" : "user", name),
        ({ length }) => length,
      ),
    shown: ([path = "", namespace = "", name = ""]) => [
      JSON.stringify(path),
      `EXTATTR_NAMESPACE_${namespace.toUpperCase()}`,
      JSON.stringify(name),
    ],
  },
  getaudit_addr: { usage: "", words: [0, 0], run: (host, process) => getaudit(host, process) },
  ioctl: {
    usage: "SIOCGIFADDR INTERFACE",
    words: [2, 2],
    run: (host, process, [, name = ""]) => ifGetAddress(host, process, name),
    shown: ([request = "", name = ""]) => [request, JSON.stringify(name)],
  },
  jail_set: {
    usage: "FLAGS NAME VALUE…",
    words: [3, 41],
    run: (host, process, [flags, ...vector]) =>
      jailSetVector(
        host,
        process,
        vector.map((word) => (word === "NULL" ? null : word)),
        number(flags),
      ),
    shown: ([flags = "", ...vector]) => [`{ ${quoted(vector).join(", ")} }`, vector.length, flags],
  },
  kenv: {
    usage: "KENV_GET|KENV_SET|KENV_UNSET NAME [VALUE]",
    words: [2, 3],
    run: kenv,
    shown: ([what = "", ...texts]) => [what, ...quoted(texts)],
  },
  procctl: {
    usage: "PROC_TRACE_CTL",
    words: [1, 1],
    run: (_, process) => disableTracing(process),
    shown: () => ["P_PID", 0, "PROC_TRACE_CTL", "{ PROC_TRACE_CTL_DISABLE }"],
  },
  sched_setparam: {
    usage: "PID",
    words: [1, 1],
    run: (host, process, [pid]) => setScheduler(host, process, number(pid), "parameters"),
  },
  sched_setscheduler: {
    usage: "PID SCHED_FIFO|SCHED_RR|SCHED_OTHER",
    words: [2, 2],
    run: (host, process, [pid]) => setScheduler(host, process, number(pid), "policy"),
  },
  setsockopt: {
    usage: "FD IP_ADD_MEMBERSHIP|IP_DROP_MEMBERSHIP GROUP",
    words: [3, 3],
    run: membership,
    shown: ([fd = "", option = "", group = ""]) => [fd, "IPPROTO_IP", option, group],
  },
};
