import { describe, expect, test } from "vitest";
import { machine } from "../commands/world.ts";

const web = { properties: { "ip-type": "shared" } };

describe("a zone that boots", () => {
  test("mounts what it has at every boot, and what its vfstab says", () => {
    const { inside } = machine("omnios", { web });
    expect(inside("web", "mount -p | awk '{print $1 $3}'").split("\n").slice(-4)).toEqual([
      "fd/dev/fd",
      "swap/var/run",
      "swap/tmp",
      "",
    ]);
    inside("web", "echo 'swap - /scratch tmpfs - yes size=10m' >> /etc/vfstab; mkdir /scratch; reboot");
    expect(inside("web", "mount | grep scratch")).toMatch(/^\/scratch on swap read\/write\//);
  });

  test("keeps its own /tmp in memory, which counts for its swap and is gone after a boot", () => {
    const { type, inside } = machine("omnios", { web });
    type("prctl -n zone.max-swap -v 1g -t privileged -i zone web");
    const usage = () => type("prctl -n zone.max-swap -i zone web | grep usage").trim().split(/ +/)[1];
    const before = usage();
    inside("web", "cp /lib/libc.so.1 /tmp/file; yes | head -100000 > /tmp/more");
    expect(usage()).not.toBe(before);
    type("zoneadm -z web reboot");
    expect(inside("web", "ls /tmp")).toBe("");
  });

  test("may unmount it, as it is its own", () => {
    const { inside } = machine("omnios", { web });
    expect(inside("web", "umount /tmp; mount | grep -c '^/tmp '")).toBe("0\n");
  });

  test("leaves /tmp alone where the configuration has mounted something", () => {
    const { inside } = machine("omnios", {
      web: {
        ...web,
        resources: [{ type: "fs", dir: "/tmp", special: "swap", fstype: "tmpfs", options: "size=5m" }],
      },
    });
    expect(inside("web", "mount | grep -c '^/tmp '")).toBe("1\n");
  });

  test("does not get far with a line that cannot be mounted", () => {
    const { inside } = machine("omnios", { web });
    inside("web", "echo 'swap - /nowhere tmpfs - yes -' >> /etc/vfstab; reboot");
    expect(inside("web", "svcs -H -o state filesystem/local multi-user").split("\n")).toEqual([
      expect.stringContaining("maintenance"),
      expect.stringContaining("offline"),
      "",
    ]);
    expect(inside("web", "svcs -x filesystem/local")).toMatch(/Reason: .*\/nowhere/);
    expect(inside("web", "pgrep cron")).toBe("");
  });

  test("on Solaris 11 has no tmpfs of its own on /var/run", () => {
    const { inside } = machine("solaris", { web: { properties: { brand: "solaris", "ip-type": "shared" } } });
    expect(inside("web", "mount | grep -c '^/var/run '")).toBe("0\n");
    expect(inside("web", "mount | grep -c '^/tmp '")).toBe("1\n");
  });
});
