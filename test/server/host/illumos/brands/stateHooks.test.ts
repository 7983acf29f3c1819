import { findDirectory } from "@zonewarden/server/host/filesystem/build";
import { nodeOf } from "@zonewarden/server/host/filesystem/nodes";
import { zfsDestroy } from "@zonewarden/server/host/filesystem/zfs";
import type { Host } from "@zonewarden/server/host/host";
import { datasetOn } from "@zonewarden/server/host/illumos/install/datasets";
import { rebootHost } from "@zonewarden/server/host/illumos/smf/hostReboot";
import { illumosOf } from "@zonewarden/server/host/illumos/state";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { stateOf } from "@zonewarden/server/host/illumos/zones";
import { exit, findProcess } from "@zonewarden/server/host/process/processes";
import { describe, expect, it } from "vitest";
import { type Definition, define, globalRoot, ok, zoneHost } from "../harness.ts";
import { configured } from "../install/work.ts";

function installed(more: Definition = {}, ...options: string[]) {
  const host = zoneHost();
  const entry = configured(host, define("web", more));
  expect(run(host, "install", ...options)).toMatchObject({ status: 0 });
  return { host, entry };
}

function run(host: Host, command: string, ...options: string[]) {
  return zoneadm(host, globalRoot(host), { zone: "web", command, options });
}

function contentOf(host: Host, path: string): string | undefined {
  const file = findDirectory(host, path);
  return file && nodeOf(host, file).content;
}

const attr = (name: string, value: string) => ({ type: "attr", name, value, valueType: "string" });

describe("the root of an ipkg zone", () => {
  const ROOT = "rpool/zones/web/ROOT/zbe";

  it("is mounted by the brand before the zone is ready, and stays mounted when it halts", () => {
    const { host } = installed();
    ok(host.kernel.files.unmount(host, globalRoot(host), "/zones/web/root"));
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    expect(run(host, "halt")).toMatchObject({ status: 0 });
    expect(datasetOn(host, "/zones/web/root")).toBe(ROOT);
  });

  it("is not mounted when the host has booted, until sysboot or a boot", () => {
    const { host } = installed();
    host.state.illumos?.index.pop();
    rebootHost(host);
    expect(datasetOn(host, "/zones/web/root")).toBeUndefined();
    const again = installed();
    rebootHost(again.host);
    expect(datasetOn(again.host, "/zones/web/root")).toBe(ROOT);
  });

  it("stops the boot where somebody has destroyed it", () => {
    const { host } = installed();
    ok(zfsDestroy(host, globalRoot(host), ROOT));
    const { status, decisions } = run(host, "boot");
    expect(status).toBe(1);
    expect(decisions).toContainEqual(expect.objectContaining({ rule: "hook/dataset", errno: "ENOENT" }));
    expect(stateOf(host, "web")).toBe("installed");
  });
});

describe("VNICs on demand", () => {
  const net = { type: "net", physical: "web0", "global-nic": "e1000g0" };

  it("are made before the zone is ready and deleted when it halts", () => {
    const { host } = installed({ resources: [net] });
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    expect(illumosOf(host).links["web0"]).toMatchObject({ class: "vnic", zone: zoneNamed(host, "web")?.id });
    expect(run(host, "halt")).toMatchObject({ status: 0 });
    expect(illumosOf(host).links["web0"]).toBeUndefined();
  });

  it("stop the boot where their link does not exist", () => {
    const { host } = installed({ resources: [{ ...net, "global-nic": "nowhere0" }] });
    const { status, decisions } = run(host, "boot");
    expect(status).toBe(1);
    expect(
      decisions.some(({ causes }) => causes.some(({ what }) => what === "net global-nic=nowhere0")),
    ).toBe(true);
    expect(stateOf(host, "web")).toBe("installed");
  });
});

describe("a virtual machine", () => {
  const guest = (...resources: NonNullable<Definition["resources"]>) =>
    installed({ properties: { brand: "bhyve" }, resources });

  it("gets its attributes as settings of the hypervisor", () => {
    const { host, entry } = guest(
      attr("vcpus", "2"),
      attr("ram", "4G"),
      attr("bootdisk", "rpool/vm/root"),
      { type: "device", match: "/dev/zvol/rdsk/rpool/vm/root" },
      { type: "net", physical: "web0", "global-nic": "e1000g0" },
    );
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    expect(contentOf(host, "/zones/web/root/etc/bhyve.cfg")?.split("\n")).toEqual(
      expect.arrayContaining([
        "name=web",
        `uuid=${entry.uuid}`,
        "cpus=2",
        "memory.size=4G",
        "pci.0.4.0.path=/dev/zvol/rdsk/rpool/vm/root",
        "pci.0.6.0.vnic=web0",
      ]),
    );
    expect(host.events.filter(({ kind, outcome }) => kind === "zone.boot" && outcome === "failed")).toEqual(
      [],
    );
  });

  it("runs as the init of its zone, and comes back under the same pid when it ends well", () => {
    const { host } = guest();
    run(host, "boot");
    const init = zoneNamed(host, "web")?.init ?? 0;
    const process = findProcess(host, init);
    expect(process).toMatchObject({ command: "bhyve", args: ["bhyve-web", "-k", "/etc/bhyve.cfg"] });
    if (process) exit(host, process, 0);
    expect(findProcess(host, init)).toMatchObject({ command: "bhyve" });
    expect(stateOf(host, "web")).toBe("running");
  });

  it.each([
    ["ram", "much"],
    ["vcpus", "two"],
    ["disk99", "rpool/vm/data"],
  ])("does not boot with %s=%s", (name, value) => {
    const { host } = guest(attr(name, value));
    const { status, decisions } = run(host, "boot");
    expect(status).toBe(1);
    expect(decisions).toContainEqual(expect.objectContaining({ rule: "guest/attribute" }));
    expect(stateOf(host, "web")).toBe("installed");
  });

  it.each([
    ["1", "1 CPU"],
    ["cpus=4", "4 CPUs"],
    ["4,sockets=2,cores=2", "4 CPUs"],
    ["sockets=2,cores=4,threads=1", "8 CPUs"],
  ])("boots with vcpus=%s, which is %s", (value, cpus) => {
    const { host } = guest(attr("vcpus", value));
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    expect(host.events.map(({ message }) => message)).toContain(
      `The guest gets ${cpus}, 1G of memory and 0 disks.`,
    );
  });

  it("is told to lack a disk that no device lets in", () => {
    const { host } = guest(attr("disk", "rpool/vm/data"));
    run(host, "boot");
    expect(host.events).toContainEqual(
      expect.objectContaining({ kind: "zone.boot", outcome: "failed", errno: "ENOENT" }),
    );
  });
});

describe("a Linux zone", () => {
  it("has native programs in the place of those that set up the network", () => {
    const { host } = installed({ properties: { brand: "lx" } }, "-s", "/image.tar");
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    const ifconfig = findDirectory(host, "/zones/web/root/usr/sbin/ifconfig");
    expect(ifconfig && nodeOf(host, ifconfig).program).toBe("/sbin/ifconfig");
    expect(findProcess(host, zoneNamed(host, "web")?.init ?? 0)).toMatchObject({ command: "init" });
  });
});

describe("name servers of a Linux zone", () => {
  const path = "/zones/web/root/etc/resolv.conf";
  const booted = (...resources: ReturnType<typeof attr>[]) => {
    const { host } = installed({ properties: { brand: "lx" }, resources }, "-s", "/image.tar");
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    return host;
  };

  it("are those of its attributes", () => {
    const host = booted(attr("resolvers", "192.0.2.53,192.0.2.54"), attr("dns-domain", "example.org"));
    expect(contentOf(host, path)).toBe(
      "# AUTOMATIC ZONE CONFIG\nnameserver 192.0.2.53\nnameserver 192.0.2.54\nsearch example.org\n",
    );
  });

  it("are its own affair without them", () => {
    expect(contentOf(booted(attr("dns-domain", "example.org")), path)).toBeUndefined();
  });
});

describe("a zone of brand solaris10", () => {
  it("has native programs in the place of those that the kernel does not serve any more", () => {
    const host = zoneHost({ system: "illumos" });
    configured(host, define("web", { properties: { brand: "solaris10" } }));
    expect(run(host, "install", "-a", "/system.flar", "-u")).toMatchObject({ status: 0 });
    expect(run(host, "boot")).toMatchObject({ status: 0 });
    const driver = findDirectory(host, "/zones/web/root/usr/sbin/add_drv");
    expect(driver && nodeOf(host, driver).program).toBe("/usr/bin/true");
  });
});
