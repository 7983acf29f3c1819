import type { Refused } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { lofiAttach, lofiDetach, lofiDevices } from "../filesystem/lofi.ts";

/** lofiadm(8). Source: usr/src/cmd/lofiadm/main.c. */

const USAGE =
  "Usage:  lofiadm [-r] -a file [ device ]\n        lofiadm -d file | device\n        lofiadm [ device | file ]";

function runLofiadm({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("lofiadm", args, "a:d:r", USAGE, 2);
  if (isResult(options)) return options;
  const { a: file, d: device } = options.values;
  if (options.has("r")) return unmodelled("lofiadm", "-r");
  if (file !== undefined) {
    const made = lofiAttach(host, process, file);
    return made.ok ? done(`${made.value}\n`, [made.decision], 10) : refused(host, made, "map file", file);
  }
  if (device !== undefined) {
    const gone = lofiDetach(host, process, device);
    return gone.ok ? done("", [gone.decision], 10) : refused(host, gone, "unmap", device);
  }
  return list(host, process);
}

function refused(host: Host, outcome: Refused, what: string, name: string): CommandResult {
  const text = host.kernel.shell.strerror(outcome.errno);
  return failed(`lofiadm: could not ${what} ${name}: ${text}\n`, 1, [outcome.decision]);
}

function list(host: Host, process: Process): CommandResult {
  const line = (device: string, file: string, options: string) =>
    `${device.padEnd(24)} ${file.padEnd(30)} ${options}\n`;
  const rows = lofiDevices(host, process).map(([number, { file }]) =>
    line(`/dev/lofi/${number}`, host.kernel.files.pathInside(host, process, file), "-"),
  );
  return done(line("Block Device", "File", "Options") + rows.join(""));
}

export const lofiadm = program("/usr/sbin/lofiadm", "files as disks (-a FILE, -d DEVICE)", runLofiadm);
