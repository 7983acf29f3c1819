import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

describe("files as disks", () => {
  test("are attached, listed, mounted and detached in the forms of lofiadm", () => {
    const { inside, type } = machine("omnios", { web: {} });
    const web = (line: string) => inside("web", line);
    expect(web("echo image > /var/tmp/iso; lofiadm -a /var/tmp/iso")).toBe("/dev/lofi/1\n");
    expect(web("mount -F hsfs /dev/lofi/1 /mnt; lofiadm -d /dev/lofi/1")).toBe(
      "lofiadm: could not unmap /dev/lofi/1: Device busy\n",
    );
    expect(web("umount /mnt; lofiadm")).toBe(
      "Block Device             File                           Options\n/dev/lofi/1              /var/tmp/iso                   -\n",
    );
    expect(type("lofiadm")).toContain("/zones/web/root/var/tmp/iso");
    expect(web("lofiadm -d /var/tmp/iso; lofiadm")).not.toContain("/dev/lofi/1");
  });
});

describe("snapshots", () => {
  test("take what was changed since, and give it back", () => {
    const { type } = machine();
    type("zfs create rpool/data; echo old > /rpool/data/file; zfs snapshot rpool/data@one");
    expect(type("zfs list -H -t snapshot -o name,used rpool/data@one")).toBe("rpool/data@one\t0B\n");
    type("echo newer > /rpool/data/file");
    expect(type("zfs list -H -t snapshot -o name,used rpool/data@one")).toBe("rpool/data@one\t4B\n");
    expect(type("zfs clone rpool/data@one rpool/copy; cat /rpool/copy/file")).toBe("old\n");
    expect(type("zfs destroy rpool/data@one")).toContain("busy");
    expect(type("zfs promote rpool/copy; zfs rename rpool/copy rpool/kept; zfs destroy rpool/data")).toBe("");
    expect(type("cat /rpool/kept/file; zfs rollback rpool/kept@one")).toBe("old\n");
  });
});

describe("attributes", () => {
  test("are set with chmod S, as far as the zone may", () => {
    const { inside } = machine("omnios", {
      web: {},
      db: { properties: { limitpriv: "default,file_flag_set" } },
    });
    expect(inside("web", "touch /opt/x; chmod S+ci /opt/x")).toContain("Not owner");
    expect(inside("db", "touch /opt/x; chmod S+ci /opt/x")).toBe("");
    expect(inside("db", "rm -f /opt/x")).not.toBe("");
    expect(inside("db", "chmod S-v{immutable} /opt/x")).toContain("Not owner");
    expect(inside("db", "chmod S+cz /opt/x")).toBe("chmod: ERROR: invalid mode\n");
    expect(inside("db", "touch /opt/y; chmod 600 /opt/y; ls -l /opt/y")).toContain("-rw-------");
  });
});

describe("ls", () => {
  test("-l has columns of fixed width, and two numbers for a device", () => {
    const { type, inside } = machine("omnios", { db: {} });
    expect(type("echo abc > /tmp/b; touch /tmp/a; ls -l /tmp/a /tmp/b; ls -ltr /tmp; ls -lSg /tmp")).toBe(
      [
        "-rw-r--r--   1 root     root           0 Jan  1 00:00 /tmp/a",
        "-rw-r--r--   1 root     root           4 Jan  1 00:00 /tmp/b",
        "total 1",
        "-rw-r--r--   1 root     root           4 Jan  1 00:00 b",
        "-rw-r--r--   1 root     root           0 Jan  1 00:00 a",
        "total 1",
        "-rw-r--r--   1 root           4 Jan  1 00:00 b",
        "-rw-r--r--   1 root           0 Jan  1 00:00 a",
        "",
      ].join("\n"),
    );
    expect(type("ls -lh /tmp/b")).toContain("       4 Jan  1");
    expect(inside("db", "ls -l /dev/null /dev/console")).toMatch(
      /^lrwxrwxrwx {3}1 root {5}root {11}8 .* -> zconsole\ncrw-rw-rw- {3}1 root {5}sys {8}0, [ \d]\d Jan/,
    );
  });
});

describe("zfs", () => {
  test("lists in columns that hold a size, and by space", () => {
    const { type } = machine();
    expect(type("zfs list -o name,used,avail rpool/export").split("\n")[0]).toBe(
      "NAME           USED  AVAIL",
    );
    expect(type("zfs list -o space rpool/export").split("\n").slice(0, 2)).toEqual([
      "NAME          AVAIL   USED  USEDSNAP  USEDDS  USEDREFRESERV  USEDCHILD",
      "rpool/export   100G     0B        0B      0B             0B         0B",
    ]);
    expect(type("zfs list -Hp -o avail rpool")).toMatch(/^\d{12}\n$/);
    expect(type("zfs list -o nosuch; echo $?")).toBe("2\nbad property list: invalid property 'nosuch'\n");
    expect(type("zpool list").split("\n")[0]).toBe(
      "NAME    SIZE  ALLOC   FREE  CKPOINT  EXPANDSZ   FRAG    CAP  DEDUP  HEALTH  ALTROOT",
    );
  });

  test("tells values that nobody has set, and those of the dataset above", () => {
    const { type } = machine();
    type("zfs create rpool/a; zfs set compression=lz4 rpool; zfs set atime=off rpool/a");
    expect(
      type("zfs get -H -o property,value,source compression,atime,recordsize,compressratio rpool/a"),
    ).toBe(
      "compression\tlz4\tinherited from rpool\natime\toff\tlocal\nrecordsize\t128K\tdefault\ncompressratio\t1.00x\t-\n",
    );
    expect(type("zfs get all rpool/a | grep -c default")).not.toBe("0\n");
  });

  test("says whose a delegated dataset is", () => {
    const { type, inside } = machine("omnios", {
      db: { resources: [{ type: "dataset", name: "rpool/export" }] },
    });
    expect(type("zfs umount rpool/export; zfs mount rpool/export")).toMatch(
      /cannot mount 'rpool\/export': dataset is exported to a local zone\n$/,
    );
    expect(inside("db", "zpool create tank c1t0d0")).toBe("cannot create 'tank': permission denied\n");
  });
});

describe("du", () => {
  const made =
    "mkdir -p /opt/d/sub; cd /opt; dd if=/dev/zero of=d/big bs=1024 count=3 2> /tmp/dd; echo a > d/sub/small; ln d/big d/sub/same";

  test.each([
    ["du d", "8\td/sub\n9\td\n"],
    ["du -s d", "9\td\n"],
    ["du -k d/sub", "4\td/sub\n"],
    ["du -sh d", "   4K\td\n"],
    ["du -a d/sub", "1\td/sub/small\n6\td/sub/same\n8\td/sub\n"],
    ["du d/sub/small", "1\td/sub/small\n"],
    ["du -o d", "8\td/sub\n1\td\n"],
    ["du nosuch; echo $?", "0\n"],
    ["du -r nosuch; echo $?", "1\ndu: nosuch: No such file or directory\n"],
    ["du -q", "du: illegal option -- q\nusage: du [-dorx] [-a|-s] [-h|-k|-m] [-H|-L] [file...]\n"],
  ])("%s", (line, text) => {
    const { type } = machine();
    type(made);
    expect(type(line)).toBe(text);
  });

  test("does not take the sizes of the system's own files for known", () => {
    expect(machine().type("du -s /usr/bin")).toMatch(
      /^\d+\t\/usr\/bin\n\(files of the system itself count as empty: their sizes are not modelled\)\n$/,
    );
  });
});
