import { buildHost } from "@zonewarden/server/host/machine/build";
import { describeHost } from "@zonewarden/server/live/describe/describe";
import { readHostFile } from "@zonewarden/server/workspace/hostFile";
import { describe, expect, it } from "vitest";

/** Outputs as the tools print them; addresses are of the ranges for documentation. */
const IFCONFIG = `root@fbsd:~ # ifconfig -a
igb0: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 9000
	options=4e527bb<RXCSUM,TXCSUM>
	ether 02:00:5e:00:53:01
	inet 192.0.2.5 netmask 0xffffff00 broadcast 192.0.2.255
	inet 192.0.2.50 netmask 0xffffffff broadcast 192.0.2.50
	inet6 fe80::5eff:fe00:5301%igb0 prefixlen 64 scopeid 0x1
	inet6 2001:db8::5 prefixlen 64
	media: Ethernet autoselect (1000baseT <full-duplex>)
	status: active
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384
	inet 127.0.0.1 netmask 0xff000000
	inet6 ::1 prefixlen 128
	groups: lo
bridge0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
	ether 58:9c:fc:10:ff:01
	member: igb0 flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>
	groups: bridge
epair0a: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
	ether 02:ab:cd:00:00:0a
	groups: epair
vlan20: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
	vlan: 20 vlanproto: 802.1q vlanpcp: 0 parent interface: igb0
`;
const ZFS = `$ zfs list
NAME                 USED  AVAIL  REFER  MOUNTPOINT
zroot               12.5G   400G    96K  /zroot
zroot/ROOT          2.10G   400G    96K  none
zroot/ROOT/14.2     1.00G   400G  1.00G  /
zroot/ROOT/default  1.10G   400G  1.10G  /
zroot/jails          512M   400G    96K  /usr/jails
zroot/swap             1G   401G    56K  -
`;
const MORE = `# uname -a
FreeBSD fbsd.example.org 14.3-RELEASE FreeBSD 14.3-RELEASE GENERIC amd64
# netstat -rn
Routing tables

Internet:
Destination        Gateway            Flags         Netif Expire
default            192.0.2.1          UGS            igb0
127.0.0.1          link#2             UH              lo0
192.0.2.0/24       link#1             U              igb0
198.51.100.0/24    192.0.2.7          UGS            igb0

Internet6:
Destination                       Gateway                       Flags     Netif Expire
default                           2001:db8::1                   UGS        igb0
fe80::%lo0/64                     link#2                        U           lo0
# sysctl security.jail hw.ncpu hw.physmem
security.jail.param.children.max: 0
security.jail.children.max: 999999
security.jail.enforce_statfs: 1
hw.ncpu: 16
hw.physmem: 17179869184
# kldstat
Id Refs Address                Size Name
 1   30 0xffffffff80200000  1f3e2d0 kernel
 2    1 0xffffffff82140000     7560 if_epair.ko
# sockstat -l
USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS
root     sshd       1200  4   tcp6   *:22                  *:*
root     sshd       1200  5   tcp4   *:22                  *:*
root     syslogd    1100  6   stream /var/run/log
git:*:211:211:git daemon:/usr/local/git:/usr/local/libexec/git-shell
root:*:0:0:Charlie &:/root:/bin/sh
this is no output of anything
# jls
   JID  IP Address      Hostname                      Path
     3  192.0.2.50      www.example.org               /usr/jails/www
# mount -p
zroot/ROOT/default	/			zfs	rw,noatime 	0 0
devfs			/dev			devfs	rw		0 0
/dev/ada0p1		/boot/efi		msdosfs	rw		2 2
tmpfs			/scratch		tmpfs	rw,nosuid	0 0
`;

const fileOf = (text: string) => {
  const { file, problems } = readHostFile(text);
  expect(problems).toEqual([]);
  return file;
};

describe("a FreeBSD host from what its tools print", () => {
  const { text, found, ignored } = describeHost({ text: IFCONFIG + ZFS + MORE });
  const file = fileOf(text);

  it("is a host file that can be booted", () => {
    const { description } = readHostFile(text);
    expect(description && buildHost(description).state.machine.name).toBe("fbsd.example.org");
  });
  it("has system, release, hardware and names", () => {
    expect(file).toMatchObject({
      system: "freebsd",
      release: "14.3",
      hostname: "fbsd.example.org",
      cpus: 16,
    });
    expect(file?.memory).toBe(17_179_869_184);
  });
  it("has links without what jails have of them", () => {
    expect(file?.links).toEqual([
      {
        name: "igb0",
        kind: "physical",
        mtu: 9000,
        mac: "02:00:5e:00:53:01",
        addresses: ["192.0.2.5/24", "2001:db8::5/64"],
      },
      { name: "lo0", kind: "loopback", addresses: ["127.0.0.1/8", "::1/128"] },
      { name: "bridge0", kind: "bridge", mac: "58:9c:fc:10:ff:01", members: ["igb0"] },
      { name: "vlan20", kind: "vlan", vlan: 20, over: "igb0" },
    ]);
  });
  it("has the routes that lead to routers", () => {
    expect(file?.routes).toEqual([
      { destination: "default", gateway: "192.0.2.1", interface: "igb0" },
      { destination: "198.51.100.0/24", gateway: "192.0.2.7", interface: "igb0" },
      { destination: "default", gateway: "2001:db8::1", interface: "igb0" },
    ]);
  });
  it("has pools and datasets, of boot environments the mounted one", () => {
    expect(file?.pools).toEqual([{ name: "zroot", size: "422400M" }]);
    expect(file?.datasets?.map(({ name }) => name)).not.toContain("zroot/swap");
    const roots = file?.datasets?.filter(({ mountpoint }) => mountpoint === "/");
    expect(roots?.map(({ name, mounted }) => [name, mounted ?? true])).toEqual([
      ["zroot/ROOT/14.2", false],
      ["zroot/ROOT/default", true],
    ]);
  });
  it("has mounts, modules, values, daemons, accounts and roots of jails", () => {
    expect(file?.mounts).toEqual([
      { from: "/dev/ada0p1", on: "/boot/efi", type: "msdosfs" },
      { from: "tmpfs", on: "/scratch", type: "tmpfs", options: ["nosuid"] },
    ]);
    expect(file?.modules).toEqual(["if_epair"]);
    expect(file?.sysctls).toEqual({ "security.jail.enforce_statfs": 1 });
    expect(file?.services).toEqual([
      { name: "sshd", user: "root", listens: ["tcp6 *:22", "tcp4 *:22"] },
      { name: "syslogd", user: "root", listens: ["unix /var/run/log"] },
    ]);
    expect(file?.users?.map(({ name }) => name)).toEqual(["git"]);
    expect(file?.directories).toEqual([{ path: "/usr/jails/www", base: true }]);
  });
  it("says what was found and what was not understood", () => {
    expect(found).toContain("ifconfig: 5 interfaces");
    expect(found).toContain("uname -a: FreeBSD 14.3");
    expect(ignored.map(({ text: line }) => line)).toEqual(["this is no output of anything"]);
  });
});

const OMNIOS = `SunOS omni 5.11 omnios-r151054-abcdef i86pc i386 i86pc
LINK        CLASS     MTU    STATE    BRIDGE     OVER
e1000g0     phys      1500   up       --         --
web0        vnic      1500   up       --         e1000g0
stub0       etherstub 9000   unknown  --         --
ADDROBJ           TYPE     STATE        ADDR
lo0/v4            static   ok           127.0.0.1/8
e1000g0/_a        static   ok           192.0.2.9/24
e1000g0/v6        addrconf ok           fe80::8:20ff:fe00:1/10
0:global:running:/::ipkg:shared:0
1:web:running:/zones/web:11111111-2222-3333-4444-555555555555:lipkg:excl:1
-:old:configured:/zones/old::lx:excl:0
Memory size: 32768 Megabytes
rpool - / zfs - no rw,devices
`;

describe("an illumos host from what its tools print", () => {
  const { text, found } = describeHost({ text: OMNIOS });
  it("has links, addresses and brands", () => {
    const file = fileOf(text);
    expect(file).toMatchObject({ system: "omnios", release: "r151054", hostname: "omni", memory: "32768M" });
    expect(file?.links?.map(({ name, kind, over, addresses }) => [name, kind, over, addresses])).toEqual([
      ["e1000g0", "physical", undefined, ["192.0.2.9/24"]],
      ["web0", "vnic", "e1000g0", undefined],
      ["stub0", "etherstub", undefined, undefined],
      ["lo0", "loopback", undefined, ["127.0.0.1/8"]],
    ]);
    expect(file?.brands).toEqual(expect.arrayContaining(["lipkg", "lx"]));
    expect(found).toContain("dladm show-link: 3 links");
  });
});

describe("a host file that is there already", () => {
  const old = `// Mine.
{
  "system": "freebsd", // what else
  "cpus": 2,
  "links": [
    { "name": "em0", "addresses": ["192.0.2.2/24"] }
  ],
}
`;
  it("keeps comments and what the output does not tell of", () => {
    const { text } = describeHost({ text: "hw.ncpu: 8\nhw.physmem: 1073741824\n", hostFile: old });
    expect(text).toContain("// Mine.");
    expect(text).toContain("// what else");
    expect(fileOf(text)).toEqual({
      system: "freebsd",
      cpus: 8,
      memory: 1_073_741_824,
      links: [{ name: "em0", addresses: ["192.0.2.2/24"] }],
    });
  });
  it("stays as it is where nothing is found", () => {
    const outcome = describeHost({ text: "lorem ipsum", hostFile: old });
    expect(outcome).toMatchObject({ text: old, found: [], ignored: [{ line: 0, text: "lorem ipsum" }] });
  });
  it("is refused with a sentence if it has mistakes", () => {
    expect(() => describeHost({ text: "hw.ncpu: 8", hostFile: '{ "system": "beos" }' })).toThrow(/line 1/);
  });
});

it("a file to begin with comes of no text", () => {
  const { text, found } = describeHost({ text: "", system: "smartos" });
  expect(fileOf(text)?.system).toBe("smartos");
  expect(found).toEqual([]);
});

it("what a host file cannot say is told instead of making a file with mistakes", () => {
  const { text, ignored } = describeHost({
    text: "em0: flags=8843<UP> metric 0 mtu 1500\nbridge0: flags=8843<UP> metric 0 mtu 1500\n\tmember: gone0 flags=1\n",
  });
  expect(fileOf(text)?.links?.[1]).toEqual({ name: "bridge0", kind: "bridge", members: [] });
  expect(ignored).toEqual([{ line: 2, text: "\tmember: gone0 flags=1" }]);
});

it("what the old file had and that fits no longer is none of the lines that were not understood", () => {
  const { text: hostFile } = describeHost({ text: "", system: "freebsd" });
  const { found, ignored } = describeHost({
    text: "em0: flags=8843<UP> metric 0 mtu 1500\n\tinet 192.0.2.1 netmask 0xffffff00\n",
    hostFile,
  });
  expect(found).toEqual(["ifconfig: 1 interface"]);
  expect(ignored).toEqual([]);
});
