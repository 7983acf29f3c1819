import type { Host } from "../../host.ts";
import { exit, findProcess, reap, spawn } from "../../process/processes.ts";
import type { Process } from "../../process/types.ts";

/** Does what a method of a service of the host does, as the process of its script below /lib/svc/method. */
export function asMethod<T>(host: Host, script: string, work: (process: Process) => T): T {
  const process = spawn(host, { command: script, args: ["/sbin/sh", `/lib/svc/method/${script}`] });
  const result = work(process);
  exit(host, process, 0);
  if (findProcess(host, process.pid) === process) reap(host, process);
  return result;
}
