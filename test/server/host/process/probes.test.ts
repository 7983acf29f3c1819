import { allowed, contained } from "@zonewarden/server/host/decision";
import { ktrace, ptrace, watchProcess } from "@zonewarden/server/host/freebsd/process/debug";
import { nice, rtprio, setrlimit } from "@zonewarden/server/host/freebsd/process/limits";
import { listProcesses } from "@zonewarden/server/host/freebsd/process/views";
import { rctlAddRule } from "@zonewarden/server/host/freebsd/resources/rctl";
import { sysctlWrite } from "@zonewarden/server/host/freebsd/sysctl";
import { setgroups, setuid } from "@zonewarden/server/host/process/credentials";
import { fork } from "@zonewarden/server/host/process/processes";
import { kill } from "@zonewarden/server/host/process/signals";
import { hostRoot } from "../harness.ts";
import { testProbes, type World } from "./probes.ts";
import { jailOf, userIn } from "./world.ts";

/** A process of a jail beside the one that probes. */
const elsewhere = ({ host }: World) => userIn(host, jailOf(host, "other"));

testProbes({
  "proc.list": {
    attempt: (world) => {
      elsewhere(world);
      const all = Object.keys(world.host.state.processes.byPid).length;
      const seen = listProcesses(world.host, world.root);
      // A view is no decision of the kernel: it is contained if it does not show all there is.
      return seen.length < all ? contained(seen, "see", "filtered") : allowed(seen, "see", "unfiltered");
    },
  },
  "proc.kill-other-jail": {
    attempt: (world) => kill(world.host, world.root, elsewhere(world).pid, "TERM"),
  },
  "proc.kill-host-init": { attempt: ({ host, root }) => kill(host, root, 1, "TERM") },
  "proc.kill-own": {
    attempt: ({ host, root, jid }) => kill(host, root, userIn(host, jid, 1001).pid, "TERM"),
  },
  "proc.ptrace-other-jail": {
    attempt: (world) => ptrace(world.host, world.root, "attach", elsewhere(world).pid),
  },
  "proc.ptrace-own-user": {
    attempt: ({ host, jid }) => ptrace(host, userIn(host, jid, 1001), "attach", userIn(host, jid, 1001).pid),
    restrictedBy: {
      "allow.nounprivileged_proc_debug": {
        parameters: { "allow.unprivileged_proc_debug": false },
        errno: "EPERM",
      },
      "security.bsd.unprivileged_proc_debug=0 written inside the jail": {
        prepare: ({ host, root }) => {
          sysctlWrite(host, root, "security.bsd.unprivileged_proc_debug", 0);
        },
        errno: "EPERM",
      },
    },
  },
  "proc.ktrace-own": { attempt: ({ host, root, jid }) => ktrace(host, root, userIn(host, jid, 1001).pid) },
  "proc.kqueue-other": { attempt: (world) => watchProcess(world.host, world.root, elsewhere(world).pid) },
  "proc.nice-up": { attempt: ({ host, root }) => nice(host, root, -1) },
  "proc.rtprio": { attempt: ({ host, root }) => rtprio(host, root, 0, "realtime") },
  "proc.setuid": {
    attempt: ({ host, root }) => {
      const groups = setgroups(host, root, [80]);
      return groups.ok ? setuid(host, root, 80) : groups;
    },
    restrictedBy: { "allow.nosuser": { parameters: { "allow.suser": false }, errno: "EPERM" } },
  },
  "proc.setrlimit": {
    attempt: ({ host, root }) => {
      root.limits = { stacksize: { soft: 1, hard: 1 } };
      return setrlimit(host, root, "stacksize", { soft: 2, hard: 2 });
    },
  },
  "proc.fork-bomb": {
    attempt: ({ host, root }) => {
      for (let i = 0; i < 20; i++) {
        const outcome = fork(host, root);
        if (!outcome.ok) return outcome;
      }
      return fork(host, root);
    },
    restrictedBy: {
      "rctl jail:NAME:maxproc:deny=N": {
        sysctls: { "kern.racct.enable": 1 },
        prepare: ({ host }) => {
          rctlAddRule(host, hostRoot(host), "jail:web:maxproc:deny=10");
        },
        errno: "EAGAIN",
      },
    },
  },
  "proc.host-sees-jail": { attempt: ({ host, root }) => kill(host, hostRoot(host), root.pid, "TERM") },
  "proc.host-user-tamper": {
    attempt: ({ host, jid }) => kill(host, userIn(host, 0, 1001), userIn(host, jid, 1001).pid, "TERM"),
    enabledBy: {
      "allow.unprivileged_parent_tampering": {
        parameters: { "allow.unprivileged_parent_tampering": true },
      },
    },
    releases: { "14.3": "ok", "13.5": "ok" },
  },
});
