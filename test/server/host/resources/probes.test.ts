import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { writeFile } from "@zonewarden/server/host/filesystem/files";
import { mountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { quotactl } from "@zonewarden/server/host/freebsd/filesystem/quota";
import { privCheck } from "@zonewarden/server/host/freebsd/privileges";
import { setAffinity } from "@zonewarden/server/host/freebsd/resources/cpuset";
import { rctlAddRule, rctlUsage } from "@zonewarden/server/host/freebsd/resources/rctl";
import { hostRoot, ok } from "../harness.ts";
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
  "res.quota-exceed": {
    attempt: ({ host, root }) => {
      ensureDirectory(host, "/mnt/disk");
      const shell = hostRoot(host);
      ok(mountFs(host, shell, { type: "ufs", from: "/dev/ada0p2", on: "/mnt/disk" }));
      ok(quotactl(host, shell, "/mnt/disk", { command: "on" }));
      ok(quotactl(host, shell, "/mnt/disk", { command: "set", uid: 0, bytes: 1 }));
      return writeFile(host, root, "/mnt/disk/file", "more than one byte");
    },
  },
  "res.fs-reserve": { attempt: ({ host, root }) => privCheck(host, root, "VFS_BLOCKRESERVE") },
});
