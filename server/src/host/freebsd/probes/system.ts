import { jailSet } from "../jailSet.ts";
import { prison } from "../prisons.ts";
import { sysctlRead, sysctlWrite } from "../sysctl.ts";
import {
  acct,
  adjtime,
  clockSettime,
  kenvSet,
  kldload,
  mlock,
  readMessageBuffer,
  reboot,
  setaudit,
  sethostname,
  swapon,
  wallClock,
} from "../system.ts";
import { type Attempt, call, need } from "./scene.ts";

/** Attempts on the machine as a whole, and on its sysctls. */
export const systemAttempts = {
  "sys.kldload": call((scene) => {
    const { modules, loadable } = scene.host.state.machine;
    const module = loadable.find((name) => !modules.includes(name)) ?? "zonewarden";
    return kldload(scene.host, scene.root(), module);
  }),
  "sys.reboot": call((scene) => reboot(scene.host, scene.root())),
  "sys.settime": call((scene) => clockSettime(scene.host, scene.root(), wallClock(scene.host) + 60)),
  "sys.adjtime": call((scene) => adjtime(scene.host, scene.root(), 1)),
  "sys.sysctl-write": call((scene) => sysctlWrite(scene.host, scene.root(), "kern.maxfiles", 300_000)),
  "sys.sysctl-vnet": call((scene) => sysctlWrite(scene.host, scene.root(), "net.inet.ip.forwarding", 1)),
  "sys.sysctl-jail-knob": call((scene) =>
    sysctlWrite(scene.host, scene.root(), "security.jail.allow_raw_sockets", 1),
  ),
  "sys.hostname": call((scene) => sethostname(scene.host, scene.root(), "probe.example.org")),
  "sys.securelevel-raise": call((scene) => {
    const process = scene.root();
    const level = Number(need(sysctlRead(scene.host, process, "kern.securelevel")));
    return sysctlWrite(scene.host, process, "kern.securelevel", Math.max(level + 1, 1));
  }),
  "sys.securelevel-lower": call((scene) => {
    const { host, jail } = scene;
    const process = scene.root();
    need(sysctlWrite(host, process, "kern.securelevel", Math.max(jail.securelevel + 1, 1)));
    const lower = prison(host, jail.parent).securelevel;
    if (!scene.varies("from-host")) return sysctlWrite(host, process, "kern.securelevel", lower);
    const wanted = { jid: { value: jail.jid }, securelevel: { value: lower } };
    return jailSet(host, scene.hostRoot(), wanted, { update: true });
  }),
  "sys.proc-debug-knob": call((scene) =>
    sysctlWrite(scene.host, scene.root(), "security.bsd.unprivileged_proc_debug", 0),
  ),
  "sys.dmesg": call((scene) => readMessageBuffer(scene.host, scene.root())),
  "sys.kenv-set": call((scene) => kenvSet(scene.host, scene.root(), "zonewarden", "1")),
  "sys.swapon": call((scene) => swapon(scene.host, scene.root(), `/dev/${scene.disk()}`, 1024 ** 3)),
  "sys.acct": call((scene) => acct(scene.host, scene.root(), scene.file())),
  "sys.mlock": call((scene) => mlock(scene.host, scene.root(), 4096)),
  "sys.audit": call((scene) => setaudit(scene.host, scene.root(), 1001)),
} satisfies Record<string, Attempt>;
