import { describe, expect, it } from "vitest";
import { addressesOn, boot, describedHost, shell, states, stop } from "./boot.ts";

/** `ip_hostname`: jail(8) looks up the addresses of `host.hostname`. */

const TEXT = "web { path = /jails/web; persist; host.hostname = web.example.org; ip_hostname;";

function host(hosts = "192.0.2.9 web.example.org web\n2001:db8::9 WEB.example.org # v6\n192.0.2.8 db\n") {
  const machine = describedHost(["/jails/web"]);
  shell(machine, `echo '${hosts}' >> /etc/hosts`);
  return machine;
}

describe("ip_hostname", () => {
  it("adds what hosts(5) says, of both families", () => {
    const { host: machine } = boot(`${TEXT} ip4.addr = 192.0.2.2; }`, host());
    expect(shell(machine, "jls -j web ip4.addr ip6.addr")).toBe("192.0.2.2,192.0.2.9 2001:db8::9\n");
  });

  it("sets the addresses on the interface, and takes them away", () => {
    const booted = boot(`${TEXT} interface = em0; }`, host());
    expect(addressesOn(booted.host, "em0")).toContain("192.0.2.9/32");
    stop(booted);
    expect(addressesOn(booted.host, "em0")).not.toContain("192.0.2.9/32");
  });

  it("takes a name that is an address as it is", () => {
    const { host: machine } = boot(
      "web { path = /jails/web; persist; host.hostname = 192.0.2.7; ip_hostname; }",
      host(),
    );
    expect(shell(machine, "jls -j web ip4.addr")).toBe("192.0.2.7\n");
  });

  it("leaves to DNS what it does not know, visibly", () => {
    const { host: machine, report } = boot(`${TEXT} }`, host(""));
    expect(states(report)).toEqual(["web: running"]);
    expect(
      machine.events.filter(({ outcome }) => outcome === "assumed").map(({ message }) => message),
    ).toEqual([
      "The addresses of web.example.org may come from DNS, which is not modelled: the jail is started without them.",
    ]);
  });

  it("does nothing where it is false", () => {
    const { host: machine } = boot(TEXT.replace("ip_hostname", "noip_hostname").concat(" }"), host());
    expect(shell(machine, "jls -j web ip4.addr")).not.toContain("192.0.2.9");
  });
});
