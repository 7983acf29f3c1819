import { describe, expect, test } from "vitest";
import { shows, text } from "./world.ts";

describe("the network", () => {
  test("a jail without a stack of its own sees all interfaces, but its address alone", () => {
    expect(shows("web", "ifconfig em0 | grep inet")).toBe("\tinet 192.0.2.10 netmask 0xffffffff\n");
    expect(shows("web", "ifconfig -l")).toBe("em0 lo0\n");
    expect(shows("web", "netstat -rn")).toBe(
      text(
        "Routing tables",
        "",
        "Internet:",
        "Destination        Gateway            Flags         Netif Expire",
        "192.0.2.10         link#1             UHS             lo0",
      ),
    );
  });

  test("one with a stack has a loopback of its own", () => {
    expect(shows("lab", "ifconfig -l")).toBe("lo0\n");
    expect(shows("lab", "netstat -rn")).toBe("Routing tables\n");
  });

  test("routes of the host", () => {
    expect(shows("root", "netstat -4rn")).toBe(
      text(
        "Routing tables",
        "",
        "Internet:",
        "Destination        Gateway            Flags         Netif Expire",
        "default            192.0.2.1          UGS             em0",
        "192.0.2.0/24       link#1             U               em0",
        "192.0.2.2          link#1             UHS             lo0",
        "192.0.2.10         link#1             UHS             lo0",
        "127.0.0.1          link#2             UH              lo0",
      ),
    );
  });

  test("sockets and who has them", () => {
    const header = "USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS";
    const nginx = "root     nginx      609   3   tcp4   192.0.2.10:80         *:*";
    expect(shows("web", "sockstat -4l")).toBe(text(header, nginx));
    expect(shows("root", "sockstat -j web")).toBe(text(header, nginx));
    expect(shows("root", "sockstat -4l -p 22,80")).toBe(
      text(header, "root     sshd       603   3   tcp4   *:22                  *:*", nginx),
    );
    expect(shows("web", "netstat -an -p tcp")).toBe(
      text(
        "Active Internet connections (including servers)",
        "Proto Recv-Q Send-Q Local Address          Foreign Address        (state)",
        "tcp4       0      0 192.0.2.10.80          *.*                    LISTEN",
      ),
    );
  });

  test("interfaces with their networks", () => {
    expect(shows("lab", "netstat -in")).toBe(
      text(
        "Name       Mtu Network       Address              Ipkts Ierrs Idrop    Opkts Oerrs  Coll",
        "lo0      16384 <Link#1>      lo0                      0     0     0        0     0     0",
      ),
    );
  });

  test("an echo, and its absence", () => {
    expect(shows("root", "ping -c 1 192.0.2.10")).toBe(
      text(
        "PING 192.0.2.10 (192.0.2.10): 56 data bytes",
        "64 bytes from 192.0.2.10: icmp_seq=0 ttl=64 time=0.050 ms",
        "",
        "--- 192.0.2.10 ping statistics ---",
        "1 packets transmitted, 1 packets received, 0.0% packet loss",
        "round-trip min/avg/max/stddev = 0.050/0.050/0.050/0.000 ms",
      ),
    );
  });

  test("a service is reached, or nobody answers", () => {
    expect(shows("root", "nc -z 192.0.2.10 80")).toBe(
      "Connection to 192.0.2.10 80 port [tcp/http] succeeded!\n",
    );
    expect(shows("root", "nc -vz 192.0.2.2 81")).toBe(
      "nc: connect to 192.0.2.2 port 81 (tcp) failed: Connection refused\n",
    );
  });
});
