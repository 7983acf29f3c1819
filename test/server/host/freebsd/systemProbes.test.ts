import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { mlock } from "@zonewarden/server/host/freebsd/resources/memory";
import { sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import {
  acct,
  adjtime,
  clockSettime,
  kenvSet,
  kldload,
  readMessageBuffer,
  reboot,
  setaudit,
  sethostname,
  swapon,
} from "@zonewarden/server/host/freebsd/system";
import { hostRoot } from "../harness.ts";
import { testProbes, type Variant } from "../process/probes.ts";

const permission = (name: string): Record<string, Variant> => ({ [name]: { parameters: { [name]: true } } });

testProbes({
  "sys.kldload": { attempt: ({ host, root }) => kldload(host, root, "nullfs") },
  "sys.reboot": { attempt: ({ host, root }) => reboot(host, root) },
  "sys.settime": {
    attempt: ({ host, root }) => clockSettime(host, root, 0),
    enabledBy: permission("allow.settime"),
    releases: { "14.3": "EPERM" },
  },
  "sys.adjtime": {
    attempt: ({ host, root }) => adjtime(host, root, 1),
    enabledBy: { ...permission("allow.adjtime"), ...permission("allow.settime") },
  },
  "sys.sysctl-write": { attempt: ({ host, root }) => sysctlWrite(host, root, "kern.maxproc", 10) },
  "sys.sysctl-vnet": {
    attempt: ({ host, root }) => sysctlWrite(host, root, "net.inet.ip.forwarding", 1),
    enabledBy: { "vnet=new": { parameters: { vnet: "new" } } },
  },
  "sys.sysctl-jail-knob": {
    attempt: ({ host, root }) => sysctlWrite(host, root, "security.jail.allow_raw_sockets", 1),
  },
  "sys.hostname": {
    attempt: ({ host, root }) => sethostname(host, root, "www"),
    restrictedBy: {
      "allow.noset_hostname": { parameters: { "allow.set_hostname": false }, errno: "EPERM" },
    },
  },
  "sys.securelevel-raise": { attempt: ({ host, root }) => sysctlWrite(host, root, "kern.securelevel", 2) },
  "sys.securelevel-lower": {
    base: { parameters: { securelevel: 2 } },
    attempt: ({ host, root }) => sysctlWrite(host, root, "kern.securelevel", -1),
    enabledBy: {
      "jail -m securelevel=... from the parent": {
        attempt: ({ host, jid }) =>
          jailSet(
            host,
            hostRoot(host),
            { jid: { value: jid }, securelevel: { value: -1 } },
            { update: true },
          ),
      },
    },
  },
  "sys.proc-debug-knob": {
    attempt: ({ host, root }) => sysctlWrite(host, root, "security.bsd.unprivileged_proc_debug", 0),
  },
  "sys.dmesg": {
    attempt: ({ host, root }) => readMessageBuffer(host, root),
    enabledBy: permission("allow.read_msgbuf"),
  },
  "sys.kenv-set": { attempt: ({ host, root }) => kenvSet(host, root, "x", "1") },
  "sys.swapon": { attempt: ({ host, root }) => swapon(host, root, "/dev/null", 1) },
  "sys.acct": { attempt: ({ host, root }) => acct(host, root, "/var/account/acct") },
  "sys.mlock": { attempt: ({ host, root }) => mlock(host, root, 1), enabledBy: permission("allow.mlock") },
  "sys.audit": {
    attempt: ({ host, root }) => setaudit(host, root, 1),
    enabledBy: permission("allow.setaudit"),
    releases: { "14.3": "ENOSYS" },
  },
});
