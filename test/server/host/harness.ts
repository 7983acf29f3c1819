import type { Host } from "@zonewarden/server/host/host";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import type { Process } from "@zonewarden/server/host/process/types";

/** The default host with some of its description replaced. */
export function testHost(changes: Partial<HostDescription> = {}): Host {
  return buildHost({ ...defaultHost, ...changes });
}

/** A shell of root on the host: the child of init, the same one at each call. */
export function hostRoot(host: Host): Process {
  const { byPid } = host.state.processes;
  const known = Object.values(byPid).find(
    ({ command, credential, state }) =>
      command === "sh" && credential.jid === 0 && credential.uid === 0 && state !== "zombie",
  );
  if (known) return known;
  const init = byPid[1];
  if (!init) throw new Error("the host has no init");
  const pid = ++host.state.processes.last;
  const shell: Process = {
    ...structuredClone(init),
    pid,
    parent: 1,
    session: pid,
    group: pid,
    command: "sh",
    args: ["-sh"],
  };
  byPid[pid] = shell;
  return shell;
}
