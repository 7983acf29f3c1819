import { findMount, nodeOf } from "../../filesystem/nodes.ts";
import { pathFrom } from "../../filesystem/paths.ts";
import type { FileNode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Socket } from "../../network/types.ts";
import type { Descriptor, Process } from "../../process/types.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { limitOf, UNLIMITED } from "../process/limits.ts";
import { inspects, processFor } from "../process/permissions.ts";
import { commandLine } from "./psFields.ts";

/**
 * pfiles(1): open files of processes. Numbers of devices are those of mounts of the model, and the descriptors of a
 * terminal are not modelled. Source: usr/src/cmd/ptools/pfiles/pfiles.c.
 */

const NOTE = "(descriptors 0 to 2, offsets and numbers of devices are not modelled)\n";

const KINDS: Readonly<Record<FileNode["kind"], string>> = {
  directory: "S_IFDIR",
  file: "S_IFREG",
  link: "S_IFLNK",
  device: "S_IFCHR",
  fifo: "S_IFIFO",
  socket: "S_IFSOCK",
  door: "S_IFDOOR",
};

function head(fd: number, kind: string, mode: number, rest: string): string {
  return `${String(fd).padStart(4)}: ${kind} mode:0${mode.toString(8).padStart(3, "0")} ${rest}\n`;
}

/** Where a socket is bound and connected: `AF_INET 0.0.0.0  port: 22`. */
function endText(which: "sockname" | "peername", socket: Socket, end: Socket["local"]): string {
  if (socket.family === "local")
    return which === "sockname" && socket.path !== undefined ? `\t${which}: AF_UNIX ${socket.path}\n` : "";
  if (!end) return "";
  const version = socket.family === "inet6" ? "AF_INET6" : "AF_INET";
  const any = socket.family === "inet6" ? "::" : "0.0.0.0";
  return `\t${which}: ${version} ${end.address === "*" ? any : end.address}  port: ${end.port}\n`;
}

const SOCKET_TYPES = { stream: "SOCK_STREAM", datagram: "SOCK_DGRAM", raw: "SOCK_RAW" } as const;

function socketText(socket: Socket, fd: number): string {
  return [
    head(fd, "S_IFSOCK", 0o666, `dev:0,0 ino:${socket.id} uid:${socket.uid} gid:0 size:0`),
    `      O_RDWR\n\t${SOCKET_TYPES[socket.type]}\n`,
    endText("sockname", socket, socket.local),
    endText("peername", socket, socket.remote),
  ].join("");
}

function descriptorText(host: Host, viewer: Process, { fd, kind, vnode, id, write }: Descriptor): string {
  const socket = kind === "socket" && id !== undefined ? host.state.network.sockets[id] : undefined;
  if (socket) return socketText(socket, fd);
  const flags = `      ${write ? "O_RDWR" : "O_RDONLY"}\n`;
  if (!vnode || !findMount(host, vnode.mount))
    return head(fd, kind === "pipe" ? "S_IFIFO" : "S_IFREG", 0, "dev:0,0 ino:0 uid:0 gid:0 size:0") + flags;
  const node = nodeOf(host, vnode);
  const size = node.kind === "device" ? "rdev:0,0" : `size:${(node.content ?? "").length}`;
  const about = `dev:0,${vnode.mount} ino:${Math.abs(vnode.node)} uid:${node.uid} gid:${node.gid} ${size}`;
  const path = pathFrom(host, viewer, vnode);
  return head(fd, KINDS[node.kind], node.mode, about) + flags + (path === undefined ? "" : `      ${path}\n`);
}

function runPfiles({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage:\tpfiles [-F] { pid | core } ...\n  (report open files of each process)\n  -F: force grabbing of the target process";
  const options = readOptions("pfiles", args, "nF", usage, 2);
  if (isResult(options)) return options;
  if (options.rest.length === 0) return failed(`${usage}\n`, 2);
  let stdout = "";
  let stderr = "";
  let known = false;
  const decisions: CommandResult["decisions"][number][] = [];
  for (const word of options.rest) {
    const pid = Number(word.replace(/^\/proc\//, ""));
    const found = processFor(host, process, pid);
    if (!found.ok) {
      stderr += `pfiles: cannot examine ${word}: no such process\n`;
      decisions.push(found.decision);
      continue;
    }
    const target = found.value;
    const line = `${target.pid}:\t${commandLine(target).slice(0, 70)}\n`;
    if (target.illumos?.kernel) {
      stdout += `${line}  [system process]\n`;
      continue;
    }
    const may = inspects(host, process, target, true);
    if (!may.ok) {
      stderr += `pfiles: permission denied: ${target.pid}\n`;
      decisions.push(may.decision);
      continue;
    }
    known = true;
    const { soft } = limitOf(target, "process.max-file-descriptor");
    stdout += `${line}  Current rlimit: ${soft === UNLIMITED ? "unlimited" : soft} file descriptors\n`;
    for (const descriptor of [...target.descriptors].sort((a, b) => a.fd - b.fd)) {
      const text = descriptorText(host, process, descriptor);
      stdout += options.has("n") ? text.slice(0, text.indexOf("\n") + 1) : text;
    }
  }
  const status = stderr === "" ? 0 : 1;
  return { ...done(stdout, decisions), stderr: known ? stderr + NOTE : stderr, status };
}

export const pfiles = program("/usr/bin/pfiles", "open files of processes", runPfiles);
