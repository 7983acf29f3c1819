import { ensureDirectory } from "@zonewarden/server/host/filesystem/build";
import { shmOpen } from "@zonewarden/server/host/freebsd/ipc/posix";
import { msgget, semget, shmget } from "@zonewarden/server/host/freebsd/ipc/sysv";
import { hostRoot } from "../harness.ts";
import { type Subject, testProbes, type Variant } from "../process/probes.ts";
import { jailOf, userIn } from "../process/world.ts";

const FLAGS = { create: true, mode: 0o600 };

const switches = (kind: string): Record<string, Variant> => ({
  [`sysv${kind}=new`]: { parameters: { [`sysv${kind}`]: "new" } },
  [`sysv${kind}=inherit`]: { parameters: { [`sysv${kind}`]: "inherit" } },
  "allow.sysvipc": { parameters: { "allow.sysvipc": true } },
});

const subjects: Record<string, Subject> = {
  "ipc.shmget": {
    attempt: ({ host, root }) => shmget(host, root, 1, 4096, FLAGS),
    enabledBy: switches("shm"),
  },
  "ipc.shmget-host-key": {
    attempt: ({ host, root }) => {
      shmget(host, hostRoot(host), 7, 4096, FLAGS);
      return shmget(host, root, 7, 4096, { mode: 0o600 });
    },
    enabledBy: { "sysvshm=inherit": { parameters: { sysvshm: "inherit" } } },
  },
  "ipc.semget": {
    attempt: ({ host, root }) => semget(host, root, 1, 1, FLAGS),
    enabledBy: switches("sem"),
  },
  "ipc.msgget": { attempt: ({ host, root }) => msgget(host, root, 1, FLAGS), enabledBy: switches("msg") },
  "ipc.posix-shm": {
    attempt: ({ host }) => {
      ensureDirectory(host, "/j/posix");
      const jid = jailOf(host, "posix", { path: "/j/posix" });
      return shmOpen(host, userIn(host, jid), "/name", { create: true });
    },
  },
};

testProbes(subjects);
