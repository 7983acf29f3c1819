import { buildHost } from "@zonewarden/server/host/machine/build";
import { complete } from "@zonewarden/server/host/machine/complete";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import type { HostFile } from "@zonewarden/server/host/machine/definition";
import { describe as describeHost } from "@zonewarden/server/host/machine/describe";
import { writeHostFile, writeTemplate } from "@zonewarden/server/host/machine/template";
import { readHostFile } from "@zonewarden/server/workspace/hostFile";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../properties.ts";
import { makeJail, testHost } from "../harness.ts";

const SYSTEMS: [HostFile["system"], string?][] = [
  ["freebsd", "12"],
  ["freebsd", "13"],
  ["freebsd", "14"],
  ["freebsd", "15"],
  ["illumos"],
  ["omnios"],
  ["smartos"],
  ["solaris"],
  ["solaris", "10"],
];

/** The state after writing it as a file, reading that and booting again. */
function again(file: HostFile) {
  const { description, problems } = readHostFile(writeHostFile(file));
  expect(problems).toEqual([]);
  if (!description) throw new Error("a file without problems describes a machine");
  return buildHost(description);
}

describe("a fresh installation", () => {
  it.each(SYSTEMS)("of %s %s is the same after it was written and read", (system, release) => {
    const host = buildHost({ ...freshInstallation(system, release), described: true });
    const file = describeHost(host);
    const second = again(file);
    expect(second.state).toEqual(host.state);
    expect(describeHost(second)).toEqual(file);
  });

  it.each(SYSTEMS)("of %s %s is what its template describes", (system, release) => {
    const fresh = freshInstallation(system, release);
    const { description, problems } = readHostFile(writeTemplate(fresh));
    expect(problems).toEqual([]);
    expect(description).toEqual({ ...fresh, described: true, name: fresh.hostname.split(".")[0] });
  });

  it("is what a file describes that only names the system", () => {
    const fresh = freshInstallation("freebsd");
    expect(complete({ system: "freebsd" })).toEqual({ ...fresh, described: true, name: fresh.hostname });
  });
});

describe("what is left out", () => {
  it("keeps of the fresh routes those that a link reaches", () => {
    const { routes } = complete({
      system: "freebsd",
      links: [{ name: "igb0", addresses: ["192.0.2.77/25"] }],
    });
    expect(routes).toEqual([{ destination: "default", gateway: "192.0.2.1" }]);
  });

  it("keeps of the fresh datasets those whose pool is there", () => {
    expect(complete({ system: "freebsd", pools: [{ name: "tank", size: "1T" }] }).datasets).toEqual([]);
    expect(complete({ system: "freebsd", pools: [{ name: "zroot", size: "1T" }] }).datasets).not.toEqual([]);
  });

  it("gives a system that starts from ZFS alone its root, where the datasets of a file do not name it", () => {
    const datasets = [{ name: "rpool/zones", mountpoint: "/zones" }];
    const names = (file: Parameters<typeof complete>[0]) => complete(file).datasets.map(({ name }) => name);
    expect(names({ system: "omnios", datasets })).toEqual([
      ...["rpool", "rpool/ROOT", "rpool/ROOT/omnios", "rpool/zones"],
    ]);
    expect(names({ system: "omnios", datasets: [{ name: "rpool/ROOT/be1", mountpoint: "/" }] })).toEqual([
      "rpool/ROOT/be1",
    ]);
    expect(names({ system: "freebsd", datasets: [{ name: "zroot/jails" }] })).toEqual(["zroot/jails"]);
    const host = buildHost(complete({ system: "omnios", datasets }));
    expect(Object.values(host.state.files.mounts)[0]).toMatchObject({
      type: "zfs",
      from: "rpool/ROOT/omnios",
    });
  });

  it("keeps of the fresh daemons' sockets those on addresses that are there", () => {
    const { services } = complete({ system: "freebsd", links: [] });
    expect(services.find(({ name }) => name === "ntpd")?.listens).toEqual([
      "udp4 *:123",
      "udp6 *:123",
      "udp4 127.0.0.1:123",
      "udp6 [::1]:123",
    ]);
  });

  it("adds accounts, options, modules and sysctls to the fresh ones", () => {
    const file: HostFile = {
      system: "freebsd",
      users: [
        { name: "root", uid: 0, gid: 0, shell: "/bin/csh" },
        { name: "eve", uid: 1001, gid: 0 },
      ],
      options: ["DTRACE", "!VIMAGE"],
      modules: ["pf"],
    };
    const { users, options, modules } = complete(file);
    expect(users[0]?.shell).toBe("/bin/csh");
    expect(users.at(-1)?.name).toBe("eve");
    expect(options).toContain("DTRACE");
    expect(options).toContain("INET");
    expect(options).not.toContain("VIMAGE");
    expect(modules).toContain("zfs");
    expect(modules.at(-1)).toBe("pf");
  });
});

describe("writing a host back", () => {
  it("leaves jails out, and what they brought", () => {
    const host = testHost({ described: true });
    const before = describeHost(host);
    makeJail(host, { name: "web", "ip4.addr": ["192.0.2.10"] });
    const { directories, ...after } = describeHost(host);
    expect(after).toEqual({ ...before, directories: undefined });
    // The jail's root stays: it is a directory of the host.
    expect(directories).toEqual([
      { path: "/jails/web", mode: "0755", owner: "root", group: "wheel", base: true },
    ]);
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/srv/${parts.join("/")}`);
  const byte = fc.integer({ min: 1, max: 254 });
  const link = fc.record({
    address: fc.tuple(byte, byte, byte).map(([a, b, c]) => `10.${a}.${b}.${c}/24`),
    up: fc.boolean(),
    mtu: fc.integer({ min: 576, max: 9000 }),
  });
  const file = fc
    .record({
      cpus: fc.integer({ min: 1, max: 64 }),
      memory: fc.integer({ min: 1, max: 512 }).map((n) => `${n}G`),
      hostname: name,
      links: fc.array(link, { maxLength: 4 }),
      datasets: fc.uniqueArray(name, { maxLength: 4 }),
      jailed: fc.boolean(),
      directories: fc.uniqueArray(path, { maxLength: 5 }),
      mode: fc.constantFrom("0755", "0700", "1777"),
      base: fc.boolean(),
      rules: fc.array(fc.constantFrom("hide", "include 1", "path bpf* unhide", "type disk mode 600"), {
        maxLength: 4,
      }),
      sysctl: fc.integer({ min: 0, max: 1 }),
      port: fc.integer({ min: 1, max: 65_535 }),
      module: fc.constantFrom("pf", "nullfs", "!zfs"),
    })
    .map(
      (raw): HostFile => ({
        system: "freebsd",
        hostname: raw.hostname,
        cpus: raw.cpus,
        memory: raw.memory,
        links: raw.links.map(({ address, ...link }, i) => ({
          name: `igb${i}`,
          addresses: [address],
          ...link,
        })),
        datasets: raw.datasets.map((name) => ({ name: `zroot/${name}`, jailed: raw.jailed, quota: "1G" })),
        directories: raw.directories.map((path, i) =>
          i % 2 === 0 ? path : { path, mode: raw.mode, owner: "www", group: "www", base: raw.base },
        ),
        mounts: [{ from: "tmpfs", on: "/srv", type: "tmpfs", options: ["local", "nosuid"] }],
        devfsRulesets: { "10": raw.rules },
        sysctls: { "kern.racct.enable": raw.sysctl, "net.inet.ip.forwarding": raw.sysctl },
        services: [{ name: "d", user: "www", listens: [`tcp4 *:${raw.port}`, "unix /var/run/d.sock"] }],
        modules: [raw.module],
      }),
    );

  it("gives a file that makes the same machine, whatever it is", () => {
    fc.assert(
      fc.property(file, (random) => {
        const host = buildHost(complete(random));
        const written = describeHost(host);
        const second = again(written);
        expect(second.state).toEqual(host.state);
        expect(describeHost(second)).toEqual(written);
      }),
      { numRuns: runs(200) },
    );
  });
});
