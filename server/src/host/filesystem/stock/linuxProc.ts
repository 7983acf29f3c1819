import { growTree, type StockNode } from "./tree.ts";

/** Files of the proc file system of Linux that are of the machine, not of a process. Source: proc(5) of Linux. */
const FILES =
  "cpuinfo filesystems loadavg meminfo mounts partitions swaps uptime version sys/kernel/hostname sys/kernel/osrelease sys/kernel/ostype sys/kernel/pid_max";

export const linuxProcTree: readonly StockNode[] = growTree((add) => {
  for (const path of ["sys", "sys/kernel"]) add(path, { kind: "directory", mode: 0o555, gid: 0 });
  for (const path of FILES.split(" ")) add(path, { kind: "file", mode: 0o444, gid: 0, content: "" });
});
