import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const zones = {
  web: {
    properties: { "ip-type": "shared" },
    resources: [{ type: "net", physical: "e1000g0", address: "192.0.2.10/24" }],
  },
};

describe("links", () => {
  test("are made, shown and deleted", () => {
    const { type } = machine();
    expect(type("dladm create-etherstub stub0; dladm create-vnic -l stub0 -m 2:8:20:1:2:3 -v 7 v1")).toBe("");
    expect(type("dladm show-link")).toBe(
      "LINK        CLASS     MTU    STATE    BRIDGE     OVER\n" +
        "e1000g0     phys      1500   up       --         --\n" +
        "stub0       etherstub 9000   unknown  --         --\n" +
        "v1          vnic      9000   up       --         stub0\n",
    );
    expect(type("dladm show-vnic -p -o link,vid,macaddress")).toBe("v1:7:2\\:8\\:20\\:1\\:2\\:3\n");
    expect(type("dladm delete-etherstub stub0")).toBe("dladm: could not delete stub0: link busy\n");
    expect(type("dladm delete-vnic v1; dladm delete-etherstub stub0; dladm show-etherstub")).toBe("");
  });

  test("have properties, lists with commas among them", () => {
    const { type } = machine();
    type("dladm create-vnic -l e1000g0 v0");
    expect(type("dladm set-linkprop -p protection=mac-nospoof,ip-nospoof,maxbw=10M v0")).toBe("");
    expect(type("dladm show-linkprop -c -o property,value -p protection,maxbw v0")).toBe(
      "maxbw:10M\nprotection:mac-nospoof,ip-nospoof\n",
    );
    expect(type("dladm set-linkprop -p protection=foo v0")).toBe(
      "dladm: warning: cannot set link property 'protection' on 'v0': invalid value\n",
    );
  });

  test("have lists that go on below their column", () => {
    const { type } = machine();
    expect(type("dladm show-linkprop -p protection,allowed-dhcp-cids e1000g0")).toBe(
      [
        "LINK         PROPERTY        PERM VALUE          DEFAULT        POSSIBLE",
        "e1000g0      protection      rw   --             --             mac-nospoof,",
        "                                                                restricted,",
        "                                                                ip-nospoof,",
        "                                                                dhcp-nospoof",
        "e1000g0      allowed-dhcp-cids rw --             --             --",
        "",
      ].join("\n"),
    );
  });

  test.each([
    ["dladm create-vnic -l nosuch0 v0", "dladm: vnic creation over nosuch0 failed: object not found\n"],
    ["dladm create-vnic -l e1000g0 bad", "dladm: vnic creation over e1000g0 failed: invalid link\n"],
    ["dladm show-link nosuch0", "dladm: invalid link name 'nosuch0'\n"],
    ["dladm frobnicate", "dladm: unknown subcommand 'frobnicate'\nusage:  dladm <subcommand> <args> ...\n"],
  ])("%s", (line, text) => {
    expect(machine().type(line)).toBe(text);
  });

  test.each(["dladm show-link -s", "dladm show-link -s -i 1 e1000g0"])(
    "`%s` is refused rather than filled with zeros",
    (line) => {
      expect(machine().type(line)).toBe(
        "dladm: not modelled: show-link -s, as packets and bytes of links are not counted\n",
      );
    },
  );

  test("a zone makes none", () => {
    const { inside } = machine("omnios", { db: {} });
    expect(inside("db", "dladm create-etherstub stub0")).toBe(
      "dladm: etherstub creation failed: insufficient privileges\n",
    );
  });
});

describe("addresses", () => {
  test("have flags: up, and kept for the next boot", () => {
    const { type } = machine("omnios", zones);
    type("ipadm create-addr -t -T static -a 192.0.2.77/24 e1000g0/tmp");
    type("ipadm create-addr -T static -a 192.0.2.78/24 e1000g0/kept");
    expect(type("ipadm show-addr -o addrobj,current,persistent")).toBe(
      [
        "ADDROBJ           CURRENT PERSISTENT",
        "lo0/v4            U----   ---",
        "lo0/?             U----   ---",
        "e1000g0/v4        U----   U--",
        "e1000g0/?         U----   ---",
        "e1000g0/tmp       U----   ---",
        "e1000g0/kept      U----   U--",
        "lo0/v6            U----   ---",
        "lo0/?             U----   ---",
        "e1000g0/v6        U----   U--",
        "",
      ].join("\n"),
    );
  });

  test("the global zone sees those of zones with their names", () => {
    const { type } = machine("omnios", zones);
    expect(type("ifconfig e1000g0:1")).toBe(
      "e1000g0:1: flags=1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4> mtu 1500 index 2\n" +
        "\tzone web\n\tinet 192.0.2.10 netmask ffffff00 broadcast 192.0.2.255 \n",
    );
    expect(type("ipadm show-addr -p -o addrobj,addr | grep 192")).toBe(
      "e1000g0/v4:192.0.2.2/24\ne1000g0/?:192.0.2.10/24\n",
    );
  });

  test("a zone sees its own", () => {
    const { inside } = machine("omnios", zones);
    expect(inside("web", "ifconfig -a4 | grep inet")).toBe(
      "\tinet 127.0.0.1 netmask ff000000 \n\tinet 192.0.2.10 netmask ffffff00 broadcast 192.0.2.255 \n",
    );
  });

  test("come and go with ipadm under their names", () => {
    const { type } = machine();
    expect(type("ipadm create-addr -T static -a 192.0.2.77/24 e1000g0/www")).toBe("");
    expect(type("ipadm show-addr e1000g0/www")).toBe(
      "ADDROBJ           TYPE     STATE        ADDR\ne1000g0/www       static   ok           192.0.2.77/24\n",
    );
    expect(type("ipadm delete-addr e1000g0/www; ipadm show-addr e1000g0/www")).toBe(
      "ipadm: address object not found\n",
    );
  });

  test("that the global zone manages say so within the zone", () => {
    const own = {
      db: {
        properties: { "ip-type": "exclusive" },
        resources: [
          { type: "net", physical: "db0", "global-nic": "e1000g0", "allowed-address": "192.0.2.11/24" },
        ],
      },
    };
    const { inside, type } = machine("omnios", { ...zones, ...own });
    expect(inside("web", "ipadm show-addr -p -o type,addr")).toContain("from-gz:192.0.2.10/24\n");
    const shown = inside("db", "ipadm show-addr -p -o type,addr");
    expect(shown).toContain("from-gz:192.0.2.11/24\n");
    expect(shown).toContain("static:127.0.0.1/8\n");
    expect(type("ipadm show-addr -p -o type,addr")).toContain("static:192.0.2.2/24\n");
  });

  test("nobody on the own network has a packet wait, but does not refuse it", () => {
    const { type } = machine();
    type("dladm create-etherstub stub0; dladm create-vnic -l stub0 v0; ipadm create-if v0");
    type("ipadm create-addr -T static -a 10.7.0.1/24 v0/v4");
    expect(type("ping 10.7.0.2 3")).toBe("no answer from 10.7.0.2\n");
  });

  test("are not changed by a zone on the shared stack", () => {
    const { inside } = machine("omnios", zones);
    expect(inside("web", "ifconfig e1000g0 addif 192.0.2.99/24")).toBe(
      "ifconfig: addif: SIOCSLIFADDR: e1000g0: Not owner\n",
    );
    expect(inside("web", "ifconfig e1000g1 plumb")).toBe(
      "ifconfig: plumb: e1000g1: No such file or directory\n",
    );
    expect(inside("web", "route add 10.0.0.0/8 192.0.2.1")).toBe(
      "add net 10.0.0.0/8: gateway 192.0.2.1: insufficient privileges\n",
    );
  });
});

describe("netstat", () => {
  test("shows sockets of the own zone alone", () => {
    const { type, inside } = machine("omnios", zones);
    inside("web", "nc -l 8080 &");
    expect(inside("web", "netstat -an -f inet -P tcp")).toBe(
      "\nTCP: IPv4\n" +
        "   Local Address        Remote Address    Swind Send-Q Rwind Recv-Q    State\n" +
        "-------------------- -------------------- ----- ------ ----- ------ -----------\n" +
        "      *.22                 *.*                0      0 128000      0 LISTEN\n" +
        "      *.8080               *.*                0      0 128000      0 LISTEN\n",
    );
    expect(type("netstat -an | grep 8080")).toBe("");
  });

  test("shows routes that the zone can use", () => {
    const { type, inside } = machine("omnios", zones);
    type("route add 10.0.0.0/8 198.51.100.1");
    expect(inside("web", "netstat -rn -f inet")).toBe(
      "\nRouting Table: IPv4\n" +
        "  Destination           Gateway           Flags  Ref     Use     Interface \n" +
        "-------------------- -------------------- ----- ----- ---------- --------- \n" +
        "default              192.0.2.1            UG        1          0           \n" +
        "127.0.0.1            127.0.0.1            UH        1          0 lo0:1     \n" +
        "192.0.2.0            192.0.2.10           U         1          0 e1000g0:1 \n",
    );
  });
});

test.each([
  ["ping 192.0.2.2", "192.0.2.2 is alive\n"],
  ["ping 127.0.0.1", "127.0.0.1 is alive\n"],
  ["ping nosuch", "ping: unknown host nosuch\n"],
  ["nc -zv 192.0.2.2 22", "Connection to 192.0.2.2 22 port [tcp/ssh] succeeded!\n"],
  ["nc -zv 192.0.2.2 81", "nc: connect to 192.0.2.2 port 81 (tcp) failed: Connection refused\n"],
  ["snoop", "snoop: No network interface devices found\n"],
])("in a zone: %s", (line, text) => {
  expect(machine("omnios", zones).inside("web", line)).toBe(text);
});

describe("what is configured in a zone", () => {
  const links = { web: { resources: [{ type: "net", physical: "vnic0", "global-nic": "e1000g0" }] } };

  test("an interface that was deleted does not come back with the next boot, another does", () => {
    const { type, inside } = machine("omnios", links);
    const create = "ipadm create-if vnic0; ipadm create-addr -T static -a 192.0.2.10/24 vnic0/v4";
    inside("web", create);
    type("zoneadm -z web reboot");
    expect(inside("web", "ipadm show-addr -p -o addr")).toContain("192.0.2.10/24");
    inside("web", "ipadm delete-if vnic0");
    type("zoneadm -z web reboot");
    expect(inside("web", create)).toBe("");
  });

  test("kstat counts what the protection of links drops, for those who see the link", () => {
    const { type, inside } = machine("omnios", links);
    inside("web", "ipadm create-if vnic0; ipadm create-addr -T static -a 192.0.2.10/24 vnic0/v4");
    type("dladm set-linkprop -p protection=ip-nospoof,allowed-ips=192.0.2.10 vnic0");
    type("dladm set-linkprop -p allowed-ips=192.0.2.10 vnic0");
    inside("web", "syscall send_forged 192.0.2.66 192.0.2.1; syscall send_forged 192.0.2.10 192.0.2.1");
    const counted = "vnic0:0:mac_misc_stat:ipspoofed\t1\n";
    expect(type("kstat -p vnic0:0:mac_misc_stat:ipspoofed")).toBe(counted);
    expect(inside("web", "kstat -p -m vnic0 -n mac_misc_stat -s ipspoofed")).toBe(counted);
    expect(type("kstat -p nosuch0:0:mac_misc_stat")).toBe("");
  });
});

describe("properties", () => {
  test("of an interface", () => {
    const { type } = machine("omnios", zones);
    type("ipadm set-prop -p forwarding=on ipv4");
    expect(type("ipadm show-ifprop -m ipv4 e1000g0")).toBe(
      [
        "IFNAME      PROPERTY        PROTO PERM CURRENT    PERSISTENT DEFAULT    POSSIBLE",
        "e1000g0     arp             ipv4  rw   on         --         on         on,off",
        "e1000g0     forwarding      ipv4  rw   on         --         off        on,off",
        "e1000g0     metric          ipv4  rw   0          --         0          --",
        "e1000g0     mtu             ipv4  rw   1500       --         1500       68-1500",
        "e1000g0     exchange_routes ipv4  rw   on         --         on         on,off",
        "e1000g0     usesrc          ipv4  rw   none       --         none       --",
        "",
      ].join("\n"),
    );
    expect(type("ipadm show-ifprop -c -o ifname,proto,current -p mtu")).toBe(
      "lo0:ipv4:8232\nlo0:ipv6:8252\ne1000g0:ipv4:1500\ne1000g0:ipv6:1500\n",
    );
    expect(type("ipadm show-ifprop -p nosuch e1000g0")).toBe(
      "ipadm: show-ifprop: nosuch: Unknown property\n",
    );
    expect(type("ipadm show-ifprop nosuch0")).toContain("Interface does not exist");
  });

  test("of an address", () => {
    const { inside, type } = machine("omnios", zones);
    expect(type("ipadm show-addrprop e1000g0/v4")).toBe(
      [
        "ADDROBJ           PROPERTY   PERM CURRENT         PERSISTENT      DEFAULT         POSSIBLE",
        "e1000g0/v4        broadcast  r-   192.0.2.255     --              192.0.2.255     --",
        "e1000g0/v4        deprecated rw   off             --              off             on,off",
        "e1000g0/v4        prefixlen  rw   24              24              24              1-30,32",
        "e1000g0/v4        primary    r-   --              --              --              --",
        "e1000g0/v4        private    rw   off             --              off             on,off",
        "e1000g0/v4        reqhost    rw   --              --              --              --",
        "e1000g0/v4        transmit   rw   on              --              on              on,off",
        "e1000g0/v4        zone       rw   global          --              global          --",
        "",
      ].join("\n"),
    );
    expect(type("ipadm show-addrprop -c -o current -p zone | sort | uniq")).toBe("global\nweb\n");
    expect(inside("web", "ipadm show-addrprop -c -o current -p zone | sort | uniq")).toBe("\n");
    expect(type("ipadm show-addrprop e1000g0/nosuch")).toBe("ipadm: address object not found\n");
  });
});

describe("traceroute", () => {
  const hop = (number: number, text: string, time: string): string =>
    `${String(number).padStart(2)}  ${text}  ${time} ms  ${time} ms  ${time} ms\n`;

  test("finds what is on the own machine and network in one step", () => {
    const { inside, type } = machine("omnios", zones);
    expect(type("traceroute localhost")).toBe(
      `${hop(1, "localhost (127.0.0.1)", "0.030")}traceroute to localhost (127.0.0.1), 30 hops max, 40 byte packets\n(times are assumed)\n`,
    );
    expect(inside("web", "traceroute -n 192.0.2.10")).toContain(hop(1, "192.0.2.10", "0.200"));
    expect(type("traceroute -n 192.0.2.99")).toContain(hop(1, "192.0.2.99", "0.200"));
  });

  test("goes through the gateway, and says what it takes for granted behind it", () => {
    const { type } = machine("omnios", zones);
    type("route add default 192.0.2.1");
    const said = type("traceroute 198.51.100.7");
    expect(said).toContain(
      hop(1, "192.0.2.1 (192.0.2.1)", "0.200") + hop(2, "198.51.100.7 (198.51.100.7)", "0.200"),
    );
    expect(said).toContain("(routers behind the gateway and the times are assumed)\n");
    expect(type("traceroute -n -m 1 198.51.100.7")).not.toContain(" 2  ");
  });

  test("passes a zone that forwards", () => {
    const net = (physical: string) => ({ type: "net", physical, "global-nic": "e1000g0" });
    const own = { "ip-type": "exclusive" };
    const { inside, type } = machine("omnios", {
      router: { properties: own, resources: [net("rt0"), net("rt1")] },
      end: { properties: own, resources: [net("en0")] },
    });
    const give = (zone: string, link: string, address: string): string =>
      inside(zone, `ipadm create-if ${link}; ipadm create-addr -T static -a ${address} ${link}/v4`);
    give("router", "rt0", "192.0.2.50/24");
    give("router", "rt1", "10.8.0.1/24");
    give("end", "en0", "10.8.0.2/24");
    inside("router", "ipadm set-prop -p forwarding=on ipv4");
    inside("end", "route add default 10.8.0.1");
    type("route add 10.8.0.0/24 192.0.2.50");
    expect(type("traceroute -n 10.8.0.2")).toBe(
      `${hop(1, "192.0.2.50", "0.200")}${hop(2, "10.8.0.2", "0.200")}traceroute to 10.8.0.2 (10.8.0.2), 30 hops max, 40 byte packets\n(times are assumed)\n`,
    );
  });

  test("waits in vain for who is not there", () => {
    const { type } = machine();
    type("dladm create-etherstub stub0; dladm create-vnic -l stub0 v0");
    type("ipadm create-if v0; ipadm create-addr -T static -a 10.7.0.1/24 v0/v4");
    expect(type("traceroute -m 2 10.7.0.2")).toBe(
      " 1  * * *\n 2  * * *\ntraceroute to 10.7.0.2 (10.7.0.2), 2 hops max, 40 byte packets\n",
    );
  });
});
