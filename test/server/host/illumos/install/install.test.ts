import { ensureDirectory, findDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { nodeOf } from "@zonewarden/server/host/filesystem/nodes";
import type { Host } from "@zonewarden/server/host/host";
import { installZone } from "@zonewarden/server/host/illumos/install/install";
import { namesIn } from "@zonewarden/server/host/illumos/install/zonepaths";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { zoneNamed } from "@zonewarden/server/host/illumos/zoneIndex";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { processesOfContainer } from "@zonewarden/server/host/process/processIndex";
import { describe, expect, it } from "vitest";
import { define, globalRoot, zoneHost } from "../harness.ts";
import { configured, statesOf, work } from "./work.ts";

const MB = 1 << 20;

function describedHost() {
  return zoneHost({ described: true });
}

function assumptions(host: Host): string[] {
  return host.events.filter(({ outcome }) => outcome === "assumed").map(({ message }) => message);
}

describe("zoneadm install", () => {
  it("puts packages of the ipkg family into a boot environment below the dataset of the zonepath", () => {
    const host = zoneHost();
    const entry = configured(host, define("web"));
    expect(installZone(work(host, entry))).toMatchObject({ ok: true });
    expect(statesOf(host, "web")).toEqual(["incomplete", "installed"]);
    expect(entry.installation).toMatchObject({
      brand: "lipkg",
      by: "install",
      dataset: "rpool/zones/web",
      root: "rpool/zones/web/ROOT/zbe",
      inherited: [],
    });
    const { datasets } = host.state.files;
    expect(datasets["rpool/zones/web"]).toMatchObject({ mountpoint: "/zones/web", mounted: true });
    expect(datasets["rpool/zones/web/ROOT"]).toMatchObject({ mountpoint: "legacy", mounted: false });
    expect(datasets["rpool/zones/web/ROOT/zbe"]).toMatchObject({ mountpoint: "legacy", mounted: true });
    expect(namesIn(host, "/zones/web/root")).toContain("usr");
    expect(findDirectory(host, "/zones/web/root/sbin/init")).toBeDefined();
  });

  it("makes a zonepath that only root enters", () => {
    const host = zoneHost();
    installZone(work(host, configured(host, define("web"))));
    const zonepath = findDirectory(host, "/zones/web");
    expect(zonepath && nodeOf(host, zonepath)).toMatchObject({ mode: 0o700, uid: 0 });
  });

  it("charges what the files take to the dataset and to those above it", () => {
    const host = zoneHost();
    const entry = configured(host, define("web"));
    installZone(work(host, entry));
    const { datasets } = host.state.files;
    const bytes = entry.installation?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(500 * MB);
    for (const name of ["rpool/zones/web/ROOT/zbe", "rpool/zones/web", "rpool/zones", "rpool"])
      expect(datasets[name]?.used).toBe(bytes);
  });

  it("needs little room for a sparse root, whose directories are those of the host", () => {
    const host = zoneHost();
    const entry = configured(host, define("web", { properties: { brand: "sparse" } }));
    installZone(work(host, entry));
    expect(entry.installation?.inherited).toEqual(["/lib", "/sbin", "/usr"]);
    expect(entry.installation?.bytes).toBeLessThan(100 * MB);
    expect(namesIn(host, "/zones/web/root/usr")).toEqual([]);
    expect(namesIn(host, "/zones/web/root/etc")).toContain("passwd");
  });

  it("needs about 100 MB on Solaris 10 with inherit-pkg-dir, and gigabytes without", () => {
    const bytes = (inherited: readonly string[]) => {
      const host = zoneHost({ system: "solaris", release: "10", brands: ["native"] });
      const entry = configured(
        host,
        define("web", {
          properties: { brand: "native" },
          resources: inherited.map((dir) => ({ type: "inherit-pkg-dir", dir })),
        }),
      );
      expect(installZone(work(host, entry))).toMatchObject({ ok: true });
      return entry.installation?.bytes ?? 0;
    };
    const sparse = bytes(["/lib", "/platform", "/sbin", "/usr"]);
    expect(sparse).toBeGreaterThan(80 * MB);
    expect(sparse).toBeLessThan(120 * MB);
    expect(bytes([])).toBeGreaterThan(2000 * MB);
  });

  it("takes further packages", () => {
    const host = zoneHost();
    const entry = configured(host, define("web"));
    installZone(work(host, entry, "-e", "apache-24", "-e", "my/own"));
    expect(entry.installation?.packages).toEqual(
      expect.arrayContaining(["SUNWcs", "ooce/server/apache-24", "my/own"]),
    );
  });

  it("makes a directory with -x nodataset, which the ipkg family does not take", () => {
    const host = zoneHost();
    const entry = configured(host, define("web"));
    const done = installZone(work(host, entry), { dataset: false });
    expect(done).toMatchObject({ ok: false, decision: { rule: "install/dataset" } });
    expect(entry.state).toBe("incomplete");
    expect(host.state.files.datasets["rpool/zones/web"]).toBeUndefined();
  });

  it("makes a directory where the one above is no dataset, for brands that do not need one", () => {
    const host = zoneHost();
    const entry = configured(
      host,
      define("vm", { properties: { brand: "bhyve", zonepath: "/export/vms/vm" } }),
    );
    expect(installZone(work(host, entry))).toMatchObject({ ok: true });
    expect(entry.installation?.dataset).toBeUndefined();
    expect(namesIn(host, "/export/vms/vm/root")).toEqual(expect.arrayContaining(["dev", "etc", "usr"]));
  });

  it("takes what nobody has described to be there, and says so", () => {
    const host = zoneHost();
    const entry = configured(host, define("web", { properties: { zonepath: "/tank/zones/web" } }));
    expect(installZone(work(host, entry))).toMatchObject({ ok: true });
    expect(entry.installation?.dataset).toBe("tank/zones/web");
    expect(assumptions(host)).toEqual([
      expect.stringContaining("tank/zones"),
      expect.stringContaining("publisher"),
    ]);
  });

  it("fails on a described machine where the directory above the zonepath is no dataset", () => {
    const host = describedHost();
    const entry = configured(host, define("web", { properties: { zonepath: "/tank/zones/web" } }));
    expect(installZone(work(host, entry))).toMatchObject({
      ok: false,
      decision: { rule: "install/dataset", causes: [{ what: "zonepath=/tank/zones/web" }] },
    });
    expect(statesOf(host, "web")).toEqual(["incomplete"]);
  });

  it("leaves nothing where the archive is missing, so that it can be tried again", () => {
    const host = describedHost();
    const entry = configured(host, define("web"));
    expect(installZone(work(host, entry, "-a", "/no.tar", "-u"))).toMatchObject({ errno: "ENOENT" });
    expect(statesOf(host, "web")).toEqual(["incomplete", "configured"]);
    expect(host.state.files.datasets["rpool/zones/web"]).toBeUndefined();
    expect(findDirectory(host, "/zones/web")).toBeUndefined();
    putFile(host, "/no.tar", "");
    expect(installZone(work(host, entry, "-a", "/no.tar", "-u"))).toMatchObject({ ok: true });
  });

  it("leaves the zone incomplete where the image is missing", () => {
    const host = describedHost();
    const entry = configured(host, define("web", { properties: { brand: "lx" } }));
    expect(installZone(work(host, entry, "-s", "rpool/images/none"))).toMatchObject({ errno: "ENOENT" });
    expect(entry.state).toBe("incomplete");
  });

  it("fails where the pool has no room", () => {
    const host = zoneHost({ described: true, pools: [{ name: "rpool", size: "100M" }] });
    const entry = configured(host, define("web"));
    expect(installZone(work(host, entry))).toMatchObject({ errno: "ENOSPC" });
    expect(entry.state).toBe("incomplete");
  });

  it.each([
    ["lipkg", ["-a", "/x.tar"], "-u or -p"],
    ["lipkg", ["-a", "/x.tar", "-u", "-p"], "exclude"],
    ["lipkg", ["-a", "/x.tar", "-d", "/x", "-u"], "exclude"],
    ["lipkg", ["-P", "omnios"], "publisher=uri"],
    ["lipkg", ["-a", "/x.tar", "-e", "vim", "-u"], "packages"],
    ["lipkg", ["-Z"], "illegal option"],
    ["lx", [], "source"],
    ["bhyve", ["-s", "x"], "illegal option"],
  ])("does not understand %s %j", (brand, words, reason) => {
    const host = zoneHost();
    const entry = configured(host, define("web", { properties: { brand } }));
    const done = installZone(work(host, entry, ...words));
    // What zoneadm itself does not take changes nothing.
    const unknown = reason === "illegal option";
    expect(done).toMatchObject({
      ok: false,
      decision: { rule: unknown ? "install/usage" : "install/options" },
    });
    expect(done.decision.reason).toContain(reason);
    expect(entry.state).toBe(unknown ? "configured" : "incomplete");
  });
});

describe("an image", () => {
  const images = {
    datasets: [
      ...freshInstallation("omnios").datasets,
      { name: "rpool/images", mountpoint: "none" },
      { name: "rpool/images/debian", mountpoint: "/images/debian" },
    ],
  };

  it("becomes the zonepath of an lx zone, as a clone of a snapshot", () => {
    const host = zoneHost(images);
    putFile(host, "/images/debian/root/etc/debian_version", "12\n");
    const entry = configured(host, define("web", { properties: { brand: "lx" } }));
    expect(installZone(work(host, entry, "-s", "rpool/images/debian"))).toMatchObject({ ok: true });
    expect(host.state.files.datasets["rpool/zones/web"]?.properties["origin"]).toBe(
      "rpool/images/debian@zone-1",
    );
    expect(namesIn(host, "/zones/web/root/etc")).toEqual(["debian_version"]);
    expect(entry.installation?.bytes).toBeLessThan(MB);
  });

  it("becomes the root of a zone of brand illumos", () => {
    const host = zoneHost(images);
    const entry = configured(host, define("web", { properties: { brand: "illumos" } }));
    expect(installZone(work(host, entry, "-s", "/image.zfs"))).toMatchObject({ ok: true });
    expect(entry.installation).toMatchObject({ root: "rpool/zones/web/root" });
    expect(namesIn(host, "/zones/web/root")).toContain("sbin");
  });

  it("of SmartOS gets a quota", () => {
    const host = zoneHost({ system: "smartos" });
    const entry = configured(host, define("web", { properties: { brand: "joyent" } }));
    installZone(work(host, entry, "-t", "d34c301e", "-q", "10"));
    expect(host.state.files.datasets["zones/web"]?.quota).toBe(10 * 2 ** 30);
  });
});

/** System, brand, options of the installation, ip-type, and what runs afterwards. */
const BRANDS: readonly (readonly [string, string, readonly string[], string])[] = [
  ["omnios", "lipkg", [], "svc.startd"],
  ["omnios", "ipkg", [], "svc.startd"],
  ["omnios", "sparse", [], "svc.startd"],
  ["omnios", "pkgsrc", [], "svc.startd"],
  ["omnios", "illumos", ["-s", "/image.zfs"], "svc.startd"],
  ["omnios", "lx", ["-s", "/image.tar"], "rsyslogd"],
  ["omnios", "bhyve", [], "bhyve"],
  ["omnios", "kvm", [], "qemu-system-x86"],
  ["omnios", "emu", [], "qemu-system-x86"],
  ["illumos", "ipkg", [], "svc.startd"],
  ["illumos", "solaris10", ["-a", "/system.flar", "-u"], "svc.startd"],
  ["smartos", "joyent", ["-t", "d34c301e"], "svc.startd"],
  ["smartos", "lx", ["-t", "d34c301e"], "rsyslogd"],
  ["smartos", "bhyve", ["-t", "d34c301e"], "bhyve"],
  ["smartos", "kvm", ["-t", "d34c301e"], "qemu-system-x86"],
  ["solaris", "solaris", [], "svc.startd"],
];

describe("a zone of each brand", () => {
  it.each(BRANDS)(
    "%s %s is installed, boots, halts and is uninstalled",
    (system, brand, options, program) => {
      const host = zoneHost({ system: system as "omnios" });
      const before = Object.keys(host.state.files.datasets);
      const root = globalRoot(host);
      configured(host, define("web", { properties: { brand } }));
      const run = (command: string, ...words: string[]) => {
        const { status, stderr } = zoneadm(host, root, { zone: "web", command, options: words });
        expect(stderr).toBe("");
        expect(status).toBe(0);
      };
      run("install", ...options);
      run("boot");
      const zone = zoneNamed(host, "web");
      const commands = zone ? processesOfContainer(host, zone.id).map(({ command }) => command) : [];
      expect(commands).toContain(program);
      run("halt");
      run("uninstall", "-F");
      expect(Object.keys(host.state.files.datasets)).toEqual(before);
      expect(findDirectory(host, "/zones/web")).toBeUndefined();
    },
  );
});

describe("the zonepath", () => {
  it("stays with the files of others that are in it", () => {
    const host = zoneHost();
    const root = globalRoot(host);
    configured(host, define("web"));
    zoneadm(host, root, { zone: "web", command: "install" });
    putFile(host, "/zones/web/notes", "mine\n");
    const { stderr, status } = zoneadm(host, root, { zone: "web", command: "uninstall", options: ["-F"] });
    expect(status).toBe(0);
    expect(stderr).toContain("notes");
    expect(namesIn(host, "/zones/web")).toEqual(["notes"]);
    expect(host.state.files.datasets["rpool/zones/web"]).toBeDefined();
    expect(host.state.files.datasets["rpool/zones/web/ROOT"]).toBeUndefined();
  });

  it("is not removed while something is mounted below its root", () => {
    const host = zoneHost();
    const root = globalRoot(host);
    const entry = configured(host, define("web"));
    zoneadm(host, root, { zone: "web", command: "install" });
    ensureDirectory(host, "/zones/web/root/mnt", false);
    expect(
      host.kernel.files.mount(host, root, { type: "tmpfs", from: "swap", on: "/zones/web/root/mnt" }).ok,
    ).toBe(true);
    const { status, stderr } = zoneadm(host, root, { zone: "web", command: "uninstall", options: ["-F"] });
    expect(status).toBe(1);
    expect(stderr).toContain("/zones/web/root/mnt");
    expect(entry.state).toBe("installed");
  });
});
