import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

/** dd(8), vfsstat(8), ziostat(8) and kstat(8) as they are typed. */

const priority = (value: number) => ({
  properties: { brand: "joyent" },
  resources: [
    { type: "rctl", name: "zone.zfs-io-priority", value: `(priv=privileged,limit=${value},action=none)` },
  ],
});
const WRITE = "dd if=/dev/zero of=/root/big &";

describe("dd", () => {
  test.each([
    ["dd if=/dev/zero of=/root/f count=2", "2+0 records in\n2+0 records out\n1024 bytes transferred in "],
    ["printf 0123456789 | dd bs=4", "01234567892+1 records in\n2+1 records out\n10 bytes transferred in "],
    ["printf 0123456789 | dd bs=4 count=1", "01231+0 records in\n"],
    ["printf 0123456789 | dd bs=2x3 > /root/f; cat /root/f", "01234567891+1 records in\n"],
  ])("%s", (line, expected) => {
    const { type } = machine();
    expect(type(line).slice(0, expected.length)).toBe(expected);
  });

  test.each([
    ["dd foo", 'dd: bad argument: "foo"\n'],
    ["dd bs=1q", 'dd: bad numeric argument: "1q"\n'],
    ["dd bs=0", "dd: buffer sizes cannot be zero\n"],
    ["dd if=/none", "dd: /none: open: No such file or directory\n"],
    ["dd if=/dev/zero of=/none/f", "dd: /none/f: open: No such file or directory\n"],
    ["dd if=/etc/passwd skip=1", "dd: not modelled: skip=\n"],
    ["dd if=/dev/zero of=/root/f", "(interrupted: dd would wait without end)\n"],
  ])("%s: %j", (line, expected) => {
    expect(machine().type(line)).toBe(expected);
  });

  test("does not fill memory without end", () => {
    const { inside } = machine("omnios", { a: {} });
    expect(inside("a", "dd if=/dev/zero of=/tmp/f")).toBe(
      "dd: not modelled: to write without end to a file system of type tmpfs\n",
    );
  });

  test("zeros do not get to the disk where they are compressed, but other data does", () => {
    const { host, type } = machine("smartos");
    type("zfs set compression=lz4 zones/opt; dd if=/dev/zero of=/opt/f & sleep 1");
    expect(host.state.illumos?.io).toBeUndefined();
    type("dd if=/dev/urandom of=/opt/g &");
    expect(host.state.illumos?.io?.streams).toMatchObject([{ reads: false, block: 512, pool: "zones" }]);
  });

  test("reads a volume, whose records are on the disk", () => {
    const { type } = machine("smartos");
    type("zfs create -V 10g zones/vol; dd if=/dev/zvol/rdsk/zones/vol of=/dev/null bs=8k &");
    expect(type("zfs list -o name,type,mountpoint zones/vol")).toBe(
      "NAME       TYPE    MOUNTPOINT\nzones/vol  volume  -\n",
    );
    type("sleep 4");
    expect(type("kstat -p zone_zfs:0:global:reads")).toMatch(/^zone_zfs:0:global:reads\t[1-9]\d{3}\n$/);
    expect(type("kstat -p zone_vfs:0:global:rcnt zone_vfs:0:global:wcnt")).toBe(
      "zone_vfs:0:global:rcnt\t1\nzone_vfs:0:global:wcnt\t0\n",
    );
  });
});

describe("vfsstat", () => {
  const HEADER = "  r/s   w/s  kr/s  kw/s ractv wactv read_t writ_t  %r  %w   d/s  del_t zone";

  test("shows who writes, and who is held up", () => {
    const { type, inside } = machine("smartos", { gold: priority(100), bronze: priority(1) });
    for (const zone of ["gold", "bronze"]) inside(zone, WRITE);
    type("sleep 20");
    const lines = type("vfsstat -Z 1 2").trimEnd().split("\n");
    expect(lines.filter((line) => line === HEADER)).toHaveLength(2);
    expect(lines.slice(-3)).toEqual([
      "  0.0   0.0   0.0   0.0   0.0   0.0    0.0    0.0   0   0   0.0    0.0 global (0)",
      "  0.0 18648.0   0.0 9324.0   0.0   1.0    0.0   53.6   0 100   0.0    0.0 gold (1)",
      "  0.0 9880.0   0.0 4940.0   0.0   1.0    0.0  101.2   0 100 9880.0  100.0 bronze (2)",
    ]);
  });

  test("in a zone shows that alone, and other forms", () => {
    const { inside } = machine("smartos", { gold: priority(100), bronze: priority(1) });
    inside("bronze", WRITE);
    inside("bronze", "sleep 5");
    expect(inside("bronze", "vfsstat -Z").trimEnd().split("\n")).toHaveLength(2);
    expect(inside("bronze", "vfsstat -rM").split("\n")[0]).toBe(
      "r/s,w/s,Mr/s,Mw/s,ractv,wactv,read_t,writ_t,%r,%w,d/s,del_t,zone",
    );
    expect(inside("gold", "vfsstat -z").trimEnd().split("\n")).toHaveLength(1);
    expect(inside("bronze", "ziostat -I 1 1")).toMatch(
      /^ {4}r\/i {3}kr\/i {3}actv wsvc_t asvc_t {2}%b zone\n/,
    );
  });

  test("takes the time of its intervals, and would go on without end", () => {
    const { host, type } = machine("smartos");
    const begin = host.now;
    expect(type("vfsstat 5")).toContain("(interrupted: vfsstat would wait without end)");
    expect(host.now - begin).toBeGreaterThanOrEqual(10_000);
  });

  test.each(["vfsstat -q", "vfsstat 0", "ziostat -h", "vfsstat x"])("%s: how it is used", (line) => {
    expect(machine("smartos").type(line)).toContain("[-hIMrzZ] [interval [count]]\n   eg, ");
  });

  test("is a program of SmartOS", () => {
    expect(machine("omnios").type("vfsstat")).toBe("-bash: vfsstat: command not found\n");
  });
});

describe("kstat", () => {
  test("has what zones have been held up, on kernels with the throttle", () => {
    const { type, inside } = machine("omnios", {
      gold: { ...priority(100), properties: {} },
      bronze: { ...priority(1), properties: {} },
    });
    for (const zone of ["gold", "bronze"]) inside(zone, WRITE);
    type("sleep 20");
    expect(type("kstat -p 'zone_vfs:*:*:delay_cnt'")).toMatch(
      /^zone_vfs:0:global:delay_cnt\t0\nzone_vfs:1:gold:delay_cnt\t0\nzone_vfs:2:bronze:delay_cnt\t[1-9]\d+\n$/,
    );
    expect(inside("bronze", "kstat -p -m zone_vfs -s 10ms_ops")).toBe("zone_vfs:2:bronze:10ms_ops\t0\n");
    expect(type("kstat -p zone_zfs:0::writes")).toMatch(/\t[1-9]\d+\n$/);
    expect(machine("illumos").type("kstat -p zone_vfs || echo none")).toBe("none\n");
  });

  test("says which it does not know", () => {
    expect(machine().type("kstat -p zfs:0:arcstats:size")).toContain("not modelled");
  });
});

test("dtrace tells of the throttle who is slowed down, and by which priority", () => {
  const { type, inside } = machine("smartos", { gold: priority(100), bronze: priority(1) });
  for (const zone of ["gold", "bronze"]) inside(zone, WRITE);
  type("sleep 10");
  expect(type("dtrace -n sdt:::zfs-zone-throttle")).toMatch(
    /zone\.io:bronze It is slowed down.*priority 1 of 101/,
  );
});
