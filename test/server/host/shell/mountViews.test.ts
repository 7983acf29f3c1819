import { describe, expect, test } from "vitest";
import { run, shows, text, world } from "./world.ts";

describe("mounts", () => {
  test("a jail with enforce_statfs 2 sees its root alone", () => {
    expect(shows("root", "mount -t devfs")).toBe(
      text("devfs on /dev (devfs)", "devfs on /jails/web/dev (devfs)"),
    );
    expect(shows("web", "mount")).toBe(text("zroot/ROOT/default on / (zfs, local)"));
    expect(shows("web", "df -h")).toBe(
      text(
        "Filesystem            Size    Used   Avail Capacity  Mounted on",
        "zroot/ROOT/default    100G      0B    100G     0%    /",
      ),
    );
  });

  test("with 1 it sees what is below its root as well", () => {
    const w = world();
    run(w, w.root, "jail -m name=web enforce_statfs=1");
    expect(run(w, w.web, "mount").stdout).toBe(
      text("zroot/ROOT/default on / (zfs, local)", "devfs on /dev (devfs)"),
    );
  });

  test("the devfs of a jail shows what its ruleset leaves", () => {
    expect(shows("web", "ls /dev")).toBe(
      text(..."crypto fd fuse null ptmx pts random stderr stdin stdout urandom zero zfs".split(" ")),
    );
    expect(shows("root", "devfs rule -s 4 show")).toBe(
      text("100 include 1", "200 include 2", "300 include 3", "400 path fuse unhide", "500 path zfs unhide"),
    );
  });

  test("zfs", () => {
    expect(shows("root", "zfs list -o name,mountpoint -r zroot/usr")).toBe(
      text(
        "NAME             MOUNTPOINT",
        "zroot/usr        /usr",
        "zroot/usr/ports  /usr/ports",
        "zroot/usr/src    /usr/src",
      ),
    );
    expect(shows("root", "zfs get -o property,value mounted,quota zroot/tmp")).toBe(
      text("PROPERTY  VALUE", "mounted   yes", "quota     none"),
    );
    expect(shows("web", "zfs list")).toBe("no datasets available\n");
    expect(shows("lab", "zfs list")).toBe(
      text(
        "internal error: failed to initialize ZFS library",
        "Unable to open /dev/zfs: No such file or directory.",
      ),
    );
    expect(shows("root", "zpool list -H | wc -l")).toBe("       2\n");
  });

  test("sizes of zfs have five characters at most", () => {
    const w = world({ pools: [{ name: "zroot", size: 107_374_182_400 }] });
    run(w, w.root, "echo x > /var/log/x");
    expect(run(w, w.root, "zfs list -H -o avail zroot").stdout).toBe("100G\n");
  });

  test("zfs get says what was set here", () => {
    const w = world();
    run(w, w.root, "zfs create zroot/a; zfs set jailed=on zroot/a; zfs set quota=1G zroot/a");
    expect(run(w, w.root, "zfs get -H jailed,quota,mounted zroot/a zroot/tmp").stdout).toBe(
      text(
        "zroot/a\tjailed\ton\tlocal",
        "zroot/a\tquota\t1G\tlocal",
        "zroot/a\tmounted\tno\t-",
        "zroot/tmp\tjailed\toff\tdefault",
        "zroot/tmp\tquota\tnone\tdefault",
        "zroot/tmp\tmounted\tyes\t-",
      ),
    );
  });

  test("zfs destroy names what is below", () => {
    const w = world();
    run(w, w.root, "zfs create zroot/a; zfs create zroot/a/b; zfs snapshot zroot/a@now");
    expect(run(w, w.root, "zfs destroy zroot/a").stderr).toBe(
      text(
        "cannot destroy 'zroot/a': filesystem has children",
        "use '-r' to destroy the following datasets:",
        "zroot/a/b",
        "zroot/a@now",
      ),
    );
  });

  test("mount names flags in its own words and order, and no other options", () => {
    const w = world();
    run(
      w,
      w.root,
      "mount -t tmpfs -o nosuid,ro,mode=1777,noexec tmpfs /mnt; mount -t nullfs -o ro /etc /media",
    );
    expect(run(w, w.root, "mount | tail -2").stdout).toBe(
      text(
        "tmpfs on /mnt (tmpfs, local, noexec, nosuid, read-only)",
        "/etc on /media (nullfs, local, read-only)",
      ),
    );
  });

  test("mount -p has the form of fstab(5)", () => {
    expect(shows("web", "mount -p")).toBe("zroot/ROOT/default\t/\t\tzfs\trw\t\t0 0\n");
  });
});
