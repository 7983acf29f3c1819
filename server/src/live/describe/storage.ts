import { bytes } from "../../host/machine/sizes.ts";
import { columns, count, type Draft, merge, type Reader } from "./draft.ts";

/** What tells of file systems. Sources: zfs(8), zpool(8), mount(8), df(1). */

const MEGABYTE = 1024 ** 2;
const SIZE = /^(?:\d+(?:\.\d+)?[BKMGTPE]?|-|0)$/;

const zfsList: Reader = {
  name: "zfs list",
  begins: (line) => /^NAME\s+USED\s+AVAIL\s+REFER\s+MOUNTPOINT/.test(line),
  goesOn: (line) => {
    const [, used = "", available = "", refer = "", mountpoint] = columns(line);
    return mountpoint !== undefined && [used, available, refer].every((cell) => SIZE.test(cell));
  },
  read: ([, ...rows], draft) => {
    let found = 0;
    for (const { text } of rows) {
      const [name = "", used = "", available = "", , mountpoint = ""] = columns(text);
      // A volume has no mount point, a snapshot is none of the host file's datasets.
      if (name.includes("@") || mountpoint === "-") continue;
      const size = sizeOf(used);
      if (!name.includes("/") && !draft.pools.has(name)) {
        const whole = bytes(size ?? 0) + bytes(sizeOf(available) ?? 0);
        draft.pools.set(name, { name, size: `${Math.max(1, Math.round(whole / MEGABYTE))}M` });
      }
      merge(draft.datasets, { name, ...(mountpoint !== "" && { mountpoint }), ...(size && { used: size }) });
      found++;
    }
    return count(found, "dataset");
  },
};

/** As the host file has it: without the letter of bytes, and without a size for none. */
function sizeOf(text: string): string | undefined {
  const found = /^(\d+(?:\.\d+)?)([BKMGTP]?)$/.exec(text);
  if (!found || Number(found[1]) === 0) return undefined;
  return `${found[1]}${found[2] === "B" ? "" : found[2]}`;
}

const zpoolList: Reader = {
  name: "zpool list",
  begins: (line) => /^NAME\s+SIZE\s+ALLOC\s+FREE/.test(line),
  goesOn: (line) => {
    const [, size = "", allocated = "", free = "", more] = columns(line);
    return more !== undefined && [size, allocated, free].every((cell) => SIZE.test(cell));
  },
  read: ([, ...rows], draft) => {
    for (const { text } of rows) {
      const [name = "", size = ""] = columns(text);
      merge(draft.pools, { name, size: sizeOf(size) ?? "1G" });
    }
    return count(rows.length, "pool");
  },
};

/** Types that a host has by itself, or that datasets tell of. */
const IMPLIED: ReadonlySet<string> = new Set([
  "zfs",
  "devfs",
  "dev",
  "proc",
  "ctfs",
  "objfs",
  "mntfs",
  "sharefs",
  "bootfs",
  "fd",
  "autofs",
]);

function addMount(draft: Draft, from: string, on: string, type: string, options: readonly string[]): void {
  if (type === "zfs" && !from.startsWith("/")) {
    draft.mounted.add(from);
    merge(draft.datasets, {
      name: from,
      ...(draft.datasets.get(from)?.mountpoint === "legacy" ? {} : { mountpoint: on }),
    });
    return;
  }
  if (IMPLIED.has(type)) return;
  const kept = options.filter(
    (option) =>
      !/^(?:rw|local|dev=.*|.*setuid|.*devices|zone=.*|xattr|journaled.*|NFSv4 ACLs|acls)$/.test(option),
  );
  draft.mounts.set(on, { from, on, type, ...(kept.length > 0 && { options: kept }) });
}

/** FreeBSD: as lines of fstab(5). illumos: as lines of vfstab(4). */
const FSTAB = /^(\S+)\s+(\/\S*)\s+([a-z]\w*)\s+(\S+)\s+\d+\s+\d+\s*$/;
const VFSTAB = /^(\S+) \S+ (\/\S*) ([a-z]\w*) \S+ (?:no|yes) (\S+)$/;

const mountP: Reader = {
  name: "mount -p",
  begins: (line) => FSTAB.test(line) || VFSTAB.test(line),
  goesOn: (line) => FSTAB.test(line) || VFSTAB.test(line),
  read: (lines, draft) => {
    for (const { text } of lines) {
      const [, from = "", on = "", type = "", options = ""] = FSTAB.exec(text) ?? VFSTAB.exec(text) ?? [];
      addMount(draft, from, on, type, options.split(","));
    }
    return count(lines.length, "mount");
  },
};

const MOUNT = /^(\S+) on (\/\S*) \((\w+)((?:, [^)]+)*)\)$/;

const mountPlain: Reader = {
  name: "mount",
  begins: (line) => MOUNT.test(line),
  goesOn: (line) => MOUNT.test(line),
  read: (lines, draft) => {
    for (const { text } of lines) {
      const [, from = "", on = "", type = "", options = ""] = MOUNT.exec(text) ?? [];
      addMount(
        draft,
        from,
        on,
        type,
        options.split(", ").filter((word) => word !== "" && !word.includes(" ")),
      );
    }
    return count(lines.length, "mount");
  },
};

const df: Reader = {
  name: "df",
  begins: (line) => /^Filesystem\s+(?:\d+-blocks|Size|kbytes|\S*[Bb]locks|1K-blocks)\s+/i.test(line),
  goesOn: (line) => /\s\d+%\s+\/\S*$/.test(line),
  read: ([, ...rows], draft) => {
    let found = 0;
    for (const { text } of rows) {
      const [from = "", ...rest] = columns(text);
      const on = rest.at(-1) ?? "";
      if (from.startsWith("/dev/")) addMount(draft, from, on, "ufs", []);
      else if (
        /^[A-Za-z][\w.-]*(?:\/\S+)?$/.test(from) &&
        !/^(?:devfs|tmpfs|swap|proc|procfs|fdescfs|ctfs|objfs|mnttab|sharefs|fd|linprocfs|linsysfs)$/.test(
          from,
        )
      )
        addMount(draft, from, on, "zfs", []);
      else continue;
      found++;
    }
    return count(found, "file system");
  },
};

export const storageReaders: readonly Reader[] = [zfsList, zpoolList, mountP, mountPlain, df];
