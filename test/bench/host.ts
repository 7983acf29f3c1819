import type { Outcome } from "@zonewarden/server/host/decision";
import { makeRoot } from "@zonewarden/server/host/filesystem/build";
import { mkdir } from "@zonewarden/server/host/filesystem/files";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { mountFs, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { ifAddAddress, ifRemoveAddress } from "@zonewarden/server/host/freebsd/network/interfaces";
import { jailRemove } from "@zonewarden/server/host/freebsd/remove";
import type { Host } from "@zonewarden/server/host/host";
import { buildHost } from "@zonewarden/server/host/machine/build";
import { defaultHost } from "@zonewarden/server/host/machine/default";
import { bind, listen, socket } from "@zonewarden/server/host/network/sockets";
import { exec, fork, reap, spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";

const LINK = "em0";

function ok<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.errno}: ${outcome.decision.reason}`);
  return outcome.value;
}

/** Milliseconds of CPU. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const addressOf = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

/** The calls that the start of a jail comes down to: an address, devfs, the jail, three processes and a listening socket. */
function start(host: Host, root: Process, n: number): void {
  const path = `/jails/j${n}`;
  const address = addressOf(n);
  ok(ifAddAddress(host, root, LINK, { address, prefix: 32 }));
  ok(mountFs(host, root, { type: "devfs", from: "devfs", on: `${path}/dev`, options: ["ruleset=4"] }));
  const parameters = { name: `j${n}`, path, persist: true, "ip4.addr": [address], "host.hostname": `j${n}` };
  const given = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }]));
  const jid = ok(jailSet(host, root, given, { create: true }));
  for (let i = 0; i < 3; i++) {
    const daemon = ok(fork(host, root));
    ok(jailAttach(host, daemon, jid));
    ok(exec(host, daemon, "daemon", [`daemon${i}`]));
    if (i > 0) continue;
    const { id } = ok(socket(host, daemon, { family: "inet", type: "stream" }));
    ok(bind(host, daemon, id, { address: "0.0.0.0", port: 80 }));
    ok(listen(host, daemon, id));
  }
}

function stop(host: Host, root: Process, n: number, jid: number, children: readonly Process[]): void {
  ok(jailRemove(host, root, jid));
  for (const child of children) reap(host, child);
  ok(unmountFs(host, root, `/jails/j${n}/dev`));
  ok(ifRemoveAddress(host, root, LINK, addressOf(n)));
}

/** What it costs to start and to stop so many jails: CPU milliseconds, and bytes of the heap in between. */
export function measureHost(jails: number): { start: number; stop: number; heap: number; decide: number } {
  const host = buildHost({ ...defaultHost, sysctls: { ...defaultHost.sysctls, "kern.maxproc": 99_000 } });
  const root = spawn(host, { command: "sh" });
  ok(mkdir(host, root, "/jails"));
  for (let n = 0; n < jails; n++) makeRoot(host, `/jails/j${n}`);
  const empty = heap();
  const started = timed(() => {
    for (let n = 0; n < jails; n++) start(host, root, n);
  });
  const used = heap() - empty;
  const [first] = Object.values(host.state.processes.byPid).filter(
    ({ credential }) => credential.container === 1,
  );
  const decide = timed(() => {
    for (let i = 0; i < 1000 && first; i++) socket(host, first, { family: "inet", type: "raw" });
  });
  const children = new Map<number, Process[]>();
  for (const child of Object.values(host.state.processes.byPid)) {
    const { container: jid } = child.credential;
    if (jid !== 0) children.set(jid, [...(children.get(jid) ?? []), child]);
  }
  const stopped = timed(() => {
    for (let n = 0; n < jails; n++) stop(host, root, n, n + 1, children.get(n + 1) ?? []);
  });
  return { start: started, stop: stopped, heap: used, decide: decide / 1000 };
}
