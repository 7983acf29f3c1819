import { putFile } from "@zonewarden/server/host/filesystem/build";
import { unlink } from "@zonewarden/server/host/filesystem/entries";
import type { Host } from "@zonewarden/server/host/host";
import { servicesOf } from "@zonewarden/server/host/illumos/smf/instances";
import {
  changeMilestone,
  clearService,
  disableService,
  enableService,
  findService,
  markService,
  restartService,
} from "@zonewarden/server/host/illumos/smf/operations";
import type { Zone } from "@zonewarden/server/host/illumos/types";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { setCredential } from "@zonewarden/server/host/process/credentials";
import { exit } from "@zonewarden/server/host/process/processes";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { define, enter, globalRoot, ok, running, zoneHost } from "../harness.ts";

function scene(brand = "lipkg") {
  const host = zoneHost();
  return { host, ...running(host, define("web", { properties: { brand } })) };
}

function stateOf(host: Host, zone: Zone, name: string) {
  const manifest = ok(findService(host, zone, name));
  return servicesOf(host, zone).find(({ fmri }) => fmri === `svc:/${manifest.fmri}`)?.state;
}

function pidsOf(host: Host, zone: Zone, command: string): number[] {
  return processesOfContainer(host, zone.id)
    .filter((process) => process.command === command && process.state !== "zombie")
    .map(({ pid }) => pid);
}

describe("services of a zone", () => {
  it("are online after the boot as far as they are enabled", () => {
    const { host, zone } = scene();
    const wrong = servicesOf(host, zone).filter(({ enabled, state }) => enabled !== (state === "online"));
    expect(wrong).toEqual([]);
  });

  it("stop when they are disabled, which the next boot keeps", () => {
    const { host, zone, root } = scene();
    const ssh = ok(findService(host, zone, "ssh"));
    ok(disableService(host, root, zone, ssh));
    expect(stateOf(host, zone, "ssh")).toBe("disabled");
    expect(pidsOf(host, zone, "sshd")).toEqual([]);
    expect(zoneadm(host, globalRoot(host), { zone: "web", command: "reboot" }).status).toBe(0);
    expect(stateOf(host, zoneNamed(host, "web") as Zone, "ssh")).toBe("disabled");
  });

  it("come back at the next boot where they were disabled only for now", () => {
    const { host, zone, root } = scene();
    ok(disableService(host, root, zone, ok(findService(host, zone, "ssh")), { temporary: true }));
    expect(stateOf(host, zone, "ssh")).toBe("disabled");
    zoneadm(host, globalRoot(host), { zone: "web", command: "reboot" });
    expect(stateOf(host, zoneNamed(host, "web") as Zone, "ssh")).toBe("online");
  });

  it("listen once they are enabled", () => {
    const { host, zone, root } = scene();
    const http = ok(findService(host, zone, "http:nginx"));
    expect(stateOf(host, zone, "http:nginx")).toBe("disabled");
    expect(ok(enableService(host, root, zone, http))).toMatchObject({ state: "online" });
    expect(pidsOf(host, zone, "nginx")).toHaveLength(1);
  });

  it("let others go on that need them", () => {
    const { host, zone, root } = scene();
    ok(disableService(host, root, zone, ok(findService(host, zone, "cron"))));
    expect(stateOf(host, zone, "milestone/multi-user")).toBe("online");
  });

  it("cannot be named by what means several", () => {
    const { host, zone } = scene();
    expect(findService(host, zone, "http")).toMatchObject({ ok: false, decision: { rule: "svc/several" } });
    expect(findService(host, zone, "nothing")).toMatchObject({ ok: false, errno: "ENOENT" });
  });

  it("are restarted in another process", () => {
    const { host, zone, root } = scene();
    const [before] = pidsOf(host, zone, "sshd");
    ok(restartService(host, root, zone, ok(findService(host, zone, "ssh"))));
    const [after] = pidsOf(host, zone, "sshd");
    expect(after).toBeGreaterThan(before ?? 0);
  });

  it("are started again when they die, and given up when that happens too often", () => {
    const { host, zone } = scene();
    const kill = () => {
      const process = processesOfContainer(host, zone.id).find(
        ({ command, state }) => command === "sshd" && state !== "zombie",
      );
      if (process) exit(host, process, 1);
    };
    kill();
    expect(stateOf(host, zone, "ssh")).toBe("online");
    for (let i = 0; i < 6; i++) kill();
    expect(stateOf(host, zone, "ssh")).toBe("maintenance");
  });

  it("are given up at once where their start method fails, until that is cleared", () => {
    const host = zoneHost();
    const { zone, root } = running(
      host,
      define("web", { properties: { limitpriv: "default,!net_privaddr" } }),
    );
    const ssh = () => servicesOf(host, zone).find(({ fmri }) => fmri === "svc:/network/ssh:default");
    expect(ssh()).toMatchObject({ state: "maintenance", restarts: 0 });
    expect(ssh()?.reason).toContain("net_privaddr");
    expect(
      host.events.filter(({ kind, outcome }) => kind === "service.start" && outcome === "failed"),
    ).toMatchObject([{ errno: "EACCES", causes: [{ what: "limitpriv=default,!net_privaddr" }] }]);
    ok(clearService(host, root, zone, ok(findService(host, zone, "ssh"))));
    expect(ssh()).toMatchObject({ state: "maintenance" });
  });

  it("leave maintenance when that is cleared", () => {
    const { host, zone, root } = scene();
    const cron = ok(findService(host, zone, "cron"));
    ok(markService(host, root, zone, cron, "maintenance"));
    expect(stateOf(host, zone, "cron")).toBe("maintenance");
    expect(pidsOf(host, zone, "cron")).toEqual([]);
    ok(clearService(host, root, zone, cron));
    expect(stateOf(host, zone, "cron")).toBe("online");
  });

  it("are managed by root alone", () => {
    const { host, zone } = scene();
    const user = enter(host, zone);
    setCredential(host, user, { uid: 100, ruid: 100, svuid: 100 });
    expect(disableService(host, user, zone, ok(findService(host, zone, "ssh")))).toMatchObject({
      ok: false,
      errno: "EPERM",
    });
  });

  it("stop and start with the milestone", () => {
    const { host, zone, root } = scene();
    ok(changeMilestone(host, root, zone, "single-user"));
    expect(pidsOf(host, zone, "sshd")).toEqual([]);
    expect(stateOf(host, zone, "milestone/single-user")).toBe("online");
    ok(changeMilestone(host, root, zone, "all"));
    expect(stateOf(host, zone, "ssh")).toBe("online");
  });

  it("do not exist in virtual machines and in Linux systems", () => {
    const { host, zone } = scene();
    expect(findService(host, { ...zone, brand: "bhyve" }, "ssh")).toMatchObject({
      ok: false,
      decision: { rule: "svc/repository" },
    });
  });
});

describe("boot arguments", () => {
  it.each([
    ["-s", "single-user", []],
    ["-m milestone=none", "none", []],
    ["-m milestone=multi-user", "multi-user", ["cron"]],
  ])("%s bring up milestone %s", (words, milestone, commands) => {
    const { host } = scene();
    zoneadm(host, globalRoot(host), { zone: "web", command: "reboot", options: ["--", ...words.split(" ")] });
    const zone = zoneNamed(host, "web") as Zone;
    expect(zone.milestone).toBe(milestone);
    expect(pidsOf(host, zone, "sshd")).toEqual([]);
    for (const command of commands) expect(pidsOf(host, zone, command)).toHaveLength(1);
  });
});

describe("the first boot of Solaris 10", () => {
  function solaris10(brand: string, system: "solaris" | "illumos", ...options: string[]) {
    const host = zoneHost({ system, release: system === "solaris" ? "10" : "5.11", brands: [brand] });
    ok(configureZone(host, define("web", { properties: { brand, "ip-type": "shared" } })));
    const run = (command: string, ...words: string[]) =>
      expect(
        zoneadm(host, globalRoot(host), { zone: "web", command, options: words }),
        command,
      ).toMatchObject({ status: 0 });
    run("install", ...options);
    return { host, run, zone: () => zoneNamed(host, "web") as Zone };
  }

  it.each([
    ["native", "solaris", []],
    ["solaris10", "illumos", ["-a", "/system.flar", "-u"]],
  ] as const)("stops at the identification of the system (%s)", (brand, system, options) => {
    const { host, run, zone } = solaris10(brand, system, ...options);
    run("boot");
    expect(stateOf(host, zone(), "sysidtool")).toBe("offline");
    expect(stateOf(host, zone(), "single-user")).toBe("online");
    expect(stateOf(host, zone(), "multi-user")).toBe("offline");
    expect(pidsOf(host, zone(), "sshd")).toEqual([]);
    expect(host.state.illumos?.daemons["web"]?.console.map(({ text }) => text)).toContain(
      "Select a Language",
    );
  });

  it("finds the answers in /etc/sysidcfg, and asks no more", () => {
    const { host, run, zone } = solaris10("native", "solaris");
    putFile(host, "/zones/web/root/etc/sysidcfg", "system_locale=C\n");
    run("boot");
    expect(pidsOf(host, zone(), "sshd")).toHaveLength(1);
    ok(unlink(host, globalRoot(host), "/zones/web/root/etc/sysidcfg"));
    run("reboot");
    expect(stateOf(host, zone(), "multi-user")).toBe("online");
  });

  it("has an identity already where that was kept", () => {
    const { host, run, zone } = solaris10("solaris10", "illumos", "-a", "/system.flar", "-p");
    run("boot");
    expect(pidsOf(host, zone(), "sshd")).toHaveLength(1);
  });
});
