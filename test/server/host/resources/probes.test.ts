import { privCheck } from "@zonewarden/server/host/freebsd/privileges";
import { setAffinity } from "@zonewarden/server/host/resources/cpuset";
import { rctlAddRule, rctlUsage } from "@zonewarden/server/host/resources/rctl";
import { hostRoot } from "../harness.ts";
import { testProbes } from "../process/probes.ts";

const base = { sysctls: { "kern.racct.enable": 1 } };

testProbes({
  "res.rctl-change": {
    base,
    attempt: ({ host, root }) => rctlAddRule(host, root, "jail:web:maxproc:deny=1"),
  },
  "res.rctl-read": { base, attempt: ({ host, root }) => rctlUsage(host, root, "jail:web") },
  "res.cpuset-root": {
    attempt: ({ host, root }) => setAffinity(host, root, { which: "jail", id: -1 }, [0, 1]),
    enabledBy: {
      "cpuset -l LIST -j JID from the parent": {
        attempt: ({ host, jid }) => setAffinity(host, hostRoot(host), { which: "jail", id: jid }, [0, 1]),
      },
    },
  },
  "res.fs-reserve": { attempt: ({ host, root }) => privCheck(host, root, "VFS_BLOCKRESERVE") },
});
