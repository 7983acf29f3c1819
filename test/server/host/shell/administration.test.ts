import { describe, expect, it } from "vitest";
import { boot, describedHost, shell } from "../jail8/boot.ts";

/** What programs of the administrator say on the host, and in a jail that shares its network stack. */

const host = () => describedHost(["/jails/web"]);
const jailed = (line: string, more = "") => {
  const { host: machine } = boot(
    `web { path = /jails/web; persist; ip4.addr = "lo0|10.0.0.2"; ${more} }`,
    host(),
  );
  return shell(machine, `jexec web ${line}`);
};

describe("on the host", () => {
  it.each([
    ["ifconfig bridge create", "bridge0\n"],
    ["ifconfig epair create", "epair0a\n"],
    ["ifconfig epair5 create", "epair5a\n"],
    ["ifconfig bridge7 create && ifconfig bridge7 addm em0 up && ifconfig bridge7", /member: em0/],
    [
      "ifconfig em0 inet 198.51.100.9/24 alias && ifconfig em0",
      /inet 198\.51\.100\.9 netmask 0xffffff00 broadcast 198\.51\.100\.255/,
    ],
    [
      "ifconfig em0 198.51.100.9 netmask 255.255.255.0 && ifconfig em0",
      /inet 198\.51\.100\.9 netmask 0xffffff00/,
    ],
    [
      "ifconfig lo1 create; ifconfig lo1 inet6 2001:db8::9 prefixlen 64; ifconfig lo1",
      /inet6 2001:db8::9 prefixlen 64/,
    ],
    [
      "ifconfig em0 -alias 198.51.100.9",
      "1: ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\n",
    ],
    ["ifconfig em9", "1: ifconfig: interface em9 does not exist\n"],
    ["ifconfig em0 destroy", "1: ifconfig: SIOCIFDESTROY: Invalid argument\n"],
    ["ifconfig lo1 create; ifconfig lo1 name jails", "jails\n"],
    ["ifconfig vlan5 create vlan 5 vlandev em0 && ifconfig vlan5", /vlan: 5 parent interface: em0/],
    ["ifconfig em0 vnet nothing", '1: ifconfig: jail "nothing" not found\n'],
    ["route add 203.0.113.0/24 192.0.2.1", "add net 203.0.113.0/24: gateway 192.0.2.1\n"],
    ["route add default 192.0.2.9", "1: add net default: gateway 192.0.2.9 fib 0: route already in table\n"],
    ["route -n get 192.0.2.9", /interface: em0/],
    ["route -n get default", /route to: default\ndestination: default\n {4}gateway: 192\.0\.2\.1\n/],
    [
      "ifconfig em0 name a-name-of-16-byte",
      "1: ifconfig: ioctl SIOCSIFNAME (set name): File name too long\n",
    ],
    ["uname -v", "FreeBSD 15.0-RELEASE GENERIC\n"],
    ["freebsd-version -ku", "15.0-RELEASE\n15.0-RELEASE\n"],
    ["route delete 203.0.113.0/24", /^1: delete net 203\.0\.113\.0\/24 fib 0: not in table\n$/],
    ["mount -t tmpfs tmpfs /mnt && mount -t tmpfs", /^tmpfs on \/mnt \(tmpfs/],
    ["mount_nullfs -o ro /usr /mnt && mount -t nullfs", "/usr on /mnt (nullfs, local, read-only)\n"],
    ["mount -t nullfs /none /mnt", "1: mount_nullfs: /mnt: No such file or directory\n"],
    ["umount /mnt", "1: umount: /mnt: not a file system root directory\n"],
    ["mount -t tmpfs tmpfs /mnt; umount /mnt; mount -t tmpfs", ""],
    ["echo 'tmpfs /mnt tmpfs rw 0 0' > /etc/fstab; mount -a; mount -t tmpfs", /^tmpfs on \/mnt/],
    ["zfs create -p zroot/a/b && zfs list -H -o name zroot/a/b", "zroot/a/b\n"],
    ["cp -R / /tmp/x", /^1: cp: \/\/tmp\/x: cannot be copied into itself\n/],
    ["zfs create", "2: missing filesystem argument\n"],
    ["zfs create zroot/", "1: cannot create 'zroot/': trailing slash in name\n"],
    ["zfs create zroot//a", "1: cannot create 'zroot//a': empty component in name\n"],
    ["zfs create /zroot", "1: cannot create '/zroot': leading slash in name\n"],
    ["zfs create newpool", "1: cannot create 'newpool': missing dataset name\n"],
    ["zfs create 'zroot/a!'", "1: cannot create 'zroot/a!': invalid character '!' in name\n"],
    ["zfs create zroot/a@b", "1: cannot create 'zroot/a@b': snapshot delimiter '@' is not expected here\n"],
    ["zfs snapshot zroot@", "1: cannot create snapshot 'zroot@': empty component in name\n"],
    ["zfs create zroot/a; zfs rename zroot/a b", "1: cannot rename to 'b': missing dataset name\n"],
    ["zfs rename zroot/a", "2: missing target dataset argument\n"],
    ["zfs set a=b", "2: missing dataset name(s)\n"],
    ["zfs create zroot/none/b", "1: cannot create 'zroot/none/b': parent does not exist\n"],
    [
      "zfs create zroot/a; zfs snapshot zroot/a@1; zfs clone zroot/a@1 zroot/b; zfs list -H -o name,mountpoint zroot/b",
      "zroot/b\t/zroot/b\n",
    ],
    ["zfs create zroot/a; zfs snapshot zroot/a@1; zfs destroy zroot/a", /^1: cannot destroy 'zroot\/a'/],
    ["zfs create zroot/a; zfs snapshot zroot/a@1; zfs destroy -r zroot/a", ""],
    ["zfs jail 1 zroot", "2: invalid jail name or ID: 1\n"],
    ["rctl -a jail:web:memoryuse:deny=1g", /RACCT\/RCTL present, but disabled/],
    ["cpuset -l 0 -j nothing", '1: cpuset: jail "nothing" not found\n'],
    [
      "jail -c name=a path=/jails/web persist && jail -m name=a allow.raw_sockets && jls -j a allow.raw_sockets",
      "a: created\na: updated\ntrue\n",
    ],
    ["jail -c name=a path=/jails/web", "1: jail: a: new jail must persist or attach\n"],
    ["jail -c name=a path=/jails/web command=/bin/echo hello world", "a: created\nhello world\n"],
    ["jail -i -c name=a path=/jails/web persist", "1\n"],
    ["jail -r nothing", '1: jail: "nothing" not found\n'],
  ])("%s", (line, says) => {
    const said = shell(host(), line);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });
});

describe("in a jail that shares the stack", () => {
  it.each([
    ["ifconfig lo0 inet 10.0.0.9/32 alias", "1: ifconfig: ioctl (SIOCAIFADDR): Operation not permitted\n"],
    ["ifconfig bridge create", "1: ifconfig: SIOCIFCREATE2: Operation not permitted\n"],
    ["route add default 10.0.0.1", /Operation not permitted/],
    ["mount -t tmpfs tmpfs /mnt", "1: mount: tmpfs: Operation not permitted\n"],
    ["jail -c name=a path=/ persist", /^1: jail: a: jail_set: Operation not permitted\n/],
    ["zfs create zroot/a", /^1: /],
  ])("%s is refused", (line, says) => {
    const said = jailed(line);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });

  it("mount works with allow.mount.tmpfs and enforce_statfs=1", () => {
    const more = "allow.mount; allow.mount.tmpfs; enforce_statfs = 1;";
    expect(jailed("mount -t tmpfs tmpfs /mnt", more)).toBe("");
  });

  it("jails may be made below with children.max", () => {
    expect(jailed("jail -c name=a path=/ persist", "children.max = 1;")).toBe("a: created\n");
  });
});

describe("programs that are told of a jail", () => {
  const limited = () =>
    boot(
      "web { path = /jails/web; persist; vnet; exec.poststart = 'rctl -a jail:web:memoryuse:deny=1g'; }",
      describedHost(["/jails/web"], { sysctls: { "kern.racct.enable": 1 } }),
    ).host;

  it("rctl -h writes amounts with four digits and a letter", () => {
    expect(shell(limited(), "rctl -h")).toBe("jail:web:memoryuse:deny=1024M\n");
    for (const flags of ["-hu", "-h -u"])
      expect(shell(limited(), `jexec web service syslogd onestart; rctl ${flags} jail:web`)).toMatch(
        /^memoryuse=\d{4}K$/m,
      );
  });

  it("top -J shows its processes alone", () => {
    expect(shell(limited(), "top -b -J web")).not.toContain("cron");
  });

  it("sockstat -j looks into a stack of its own from inside", () => {
    const host = limited();
    expect(
      shell(host, "jexec web ifconfig lo0 10.9.9.9/32 up; jexec web service syslogd onestart"),
    ).toContain("Starting syslogd.");
    expect(shell(host, "sockstat -4 -j web")).toContain("*:514");
  });

  it("freebsd-version finds no kernel in it", () => {
    expect(shell(limited(), "jexec web freebsd-version -k")).toBe(
      "1: freebsd-version: unable to locate kernel\n",
    );
  });
});
