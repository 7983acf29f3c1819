import { describe, expect, it } from "vitest";
import { boot, describedHost, programs, shell, stop } from "./boot.ts";

const RC = 'exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail";';

/** A host with the root of the jail `web`, whose rc.conf has these lines. */
function hostWith(rcConf: string) {
  const host = describedHost(["/jails/web"]);
  shell(host, "ifconfig lo1 create");
  for (const line of rcConf.split("\n").filter(Boolean))
    shell(host, `echo '${line}' >> /jails/web/etc/rc.conf`);
  return host;
}

const web = (more = "") => `web { path = /jails/web; ip4.addr = "lo1|10.0.0.2/24"; ${RC} ${more} }`;

describe("sh /etc/rc in a jail", () => {
  it("starts what a fresh system enables, without what is not for jails", () => {
    const { host } = boot(web(), hostWith(""));
    expect(programs(host, "web")).toEqual(["syslogd", "cron"]);
  });

  it("starts what rc.conf enables, on the address of the jail", () => {
    const { host } = boot(web(), hostWith('sshd_enable="YES"\ncron_enable=NO'));
    expect(programs(host, "web")).toEqual(["syslogd", "sshd"]);
    const sockets = Object.values(host.state.network.sockets).filter(
      ({ container: jid, type }) => jid === 1 && type === "stream",
    );
    expect(sockets.filter(({ family }) => family === "inet").map(({ local }) => local)).toEqual([
      { address: "10.0.0.2", port: 22 },
    ]);
  });

  it("leaves a daemon out that cannot have its port, and goes on", () => {
    const { host, report } = boot(web(), hostWith("nginx_enable=YES\napache24_enable=YES"));
    expect(report.status).toBe(0);
    expect(programs(host, "web")).toEqual(["syslogd", "nginx", "cron"]);
    const refused = host.events.find(({ kind, outcome }) => kind === "process.start" && outcome === "failed");
    expect(refused).toMatchObject({ container: "web" });
    expect(refused?.message).toContain("httpd cannot start");
  });

  it("needs sysvshm for PostgreSQL", () => {
    const start = (more: string) =>
      programs(boot(web(more), hostWith('postgresql_enable="YES"')).host, "web");
    expect(start("")).not.toContain("postgres");
    expect(start("sysvshm = new;")).toContain("postgres");
  });

  it("sets addresses and routes of rc.conf in a stack of its own, and none in a shared one", () => {
    const conf = 'ifconfig_epair0b="inet 10.0.0.2/24"\ndefaultrouter="10.0.0.1"';
    const vnet = `web { path = /jails/web; vnet; vnet.interface = epair0b; exec.prestart = "ifconfig epair0 create"; ${RC} }`;
    const { host } = boot(vnet, hostWith(conf));
    expect(shell(host, "jexec web ifconfig epair0b")).toContain("inet 10.0.0.2 netmask 0xffffff00");
    expect(shell(host, "jexec web route get 192.0.2.99")).toContain("gateway: 10.0.0.1");
    expect(boot(web(), hostWith(conf)).report.status).toBe(0);
  });

  it("is stopped by rc.shutdown", () => {
    const booted = boot(web("persist;"), hostWith('sshd_enable="YES"'));
    expect(shell(booted.host, "jexec web sh /etc/rc.shutdown jail")).toContain("Stopping sshd.");
    expect(programs(booted.host, "web")).toEqual([]);
    expect(stop(booted).status).toBe(0);
  });

  it("fails where there is no base system", () => {
    const host = describedHost([]);
    shell(host, "mkdir /jails /jails/web");
    expect(boot(web(), host).report).toMatchObject({ status: 1 });
  });
});

describe("service and sysrc", () => {
  const ready = () => boot(web("persist;"), hostWith("")).host;

  it.each([
    [
      "service sshd start",
      "1: Cannot 'start' sshd. Set sshd_enable to YES in /etc/rc.conf or use 'onestart' instead of 'start'.\n",
    ],
    ["service sshd onestart", "Starting sshd.\n"],
    ["service sshd onestart > /dev/null; service sshd status", /^sshd is running as pid \d+\.\n$/],
    ["service sshd status", /^1: /],
    ["service cron stop", /^Stopping cron\.\nWaiting for PIDS: \d+\.\n$/],
    ["service nothing start", /^1: nothing does not exist in \/etc\/rc\.d/],
    ["sysrc sshd_enable=YES", "sshd_enable: NO -> YES\n"],
    ["sysrc -n sshd_enable", "NO\n"],
    ["sysrc sshd_enable=YES > /dev/null; service sshd start", "Starting sshd.\n"],
    [
      "sysrc cloned_interfaces+=lo2 > /dev/null; sysrc cloned_interfaces+=lo3 > /dev/null; cat /etc/rc.conf",
      'cloned_interfaces="lo2 lo3"\n',
    ],
    ["sysrc nothing", "1: sysrc: unknown variable 'nothing'\n"],
  ])("%s", (line, says) => {
    const said = shell(ready(), `jexec web sh -c "${line.replaceAll('"', '\\"')}"`);
    if (typeof says === "string") expect(said).toBe(says);
    else expect(said).toMatch(says);
  });
});
