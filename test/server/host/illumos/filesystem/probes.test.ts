import type { ZoneSetting } from "@zonewarden/server/catalog/illumos/probe";
import { ZONE_PROBES, type ZoneProbeId } from "@zonewarden/server/catalog/illumos/probes";
import { rctls, rctlValue } from "@zonewarden/server/catalog/zonecfg/rctls";
import { allowed, type Outcome } from "@zonewarden/server/host/decision";
import { putFile } from "@zonewarden/server/host/filesystem/build";
import { chdir } from "@zonewarden/server/host/filesystem/directories";
import {
  chmod,
  link,
  mkdir,
  mkfifo,
  mknod,
  open,
  stat,
  writeFile,
} from "@zonewarden/server/host/filesystem/files";
import {
  zfsCreate,
  zfsList,
  zfsSet,
  zfsSnapshot,
  zpoolConfigure,
} from "@zonewarden/server/host/filesystem/zfs";
import type { Host } from "@zonewarden/server/host/host";
import { zfsInject } from "@zonewarden/server/host/illumos/filesystem/delegation";
import { mountFs, unmountFs } from "@zonewarden/server/host/illumos/filesystem/mounts";
import { setAttributes } from "@zonewarden/server/host/illumos/filesystem/rules";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, test } from "vitest";
import { define, globalRoot, ok, running, zoneHost } from "../harness.ts";
import { userIn } from "../process/world.ts";

interface Scene {
  readonly host: Host;
  readonly root: Process;
}

const mount = (type: string, from: string) => (scene: Scene) =>
  mountFs(scene.host, scene.root, { type, from, on: "/mnt" });
const reading = (path: string) => (scene: Scene) => open(scene.host, scene.root, path);
const writing = (path: string) => (scene: Scene) => writeFile(scene.host, scene.root, path, "x");
const ISO = "/var/tmp/iso";

/** Images are mounted one after the other until one is refused, or there have been many. */
function images(scene: Scene): Outcome<unknown> {
  const { host, root } = scene;
  ok(writeFile(host, root, ISO, "image"));
  let last: Outcome<unknown> = allowed(undefined, "none", "Nothing is mounted yet.");
  for (let i = 0; last.ok && i < 8; i++) {
    ok(mkdir(host, root, `/mnt/${i}`));
    last = mountFs(host, root, { type: "hsfs", from: ISO, on: `/mnt/${i}` });
  }
  return last;
}

/** By id. What a program refuses by itself is no call. */
const ATTEMPTS: Partial<Record<ZoneProbeId, (scene: Scene) => Outcome<unknown>>> = {
  "mount-nfs": mount("nfs", "server:/export"),
  "mount-ufs": mount("ufs", "/dev/dsk/c0t0d0s7"),
  "mount-pcfs": mount("pcfs", "/dev/dsk/c2t0d0p0:c"),
  "mount-hsfs-lofi": images,
  "mount-smbfs": mount("smbfs", "//user@server/share"),
  "mount-lofs": mount("lofs", "/opt"),
  "mount-tmpfs": mount("tmpfs", "swap"),
  "mount-proc": mount("proc", "proc"),
  "umount-config-fs": ({ host, root }) => unmountFs(host, root, "/data"),
  "remount-config-fs": ({ host, root }) =>
    mountFs(host, root, { type: "lofs", from: "/export/data", on: "/data", options: ["remount", "rw"] }),
  "mknod-chr": ({ host, root }) => mknod(host, root, "/dev/kmem"),
  "mknod-fifo": ({ host, root }) => mkfifo(host, root, "/var/tmp/p"),
  "open-planted-device": (scene) => {
    ok(mount("lofs", "/dev")(scene));
    return open(scene.host, scene.root, "/mnt/null");
  },
  chroot: ({ host, root }) => host.kernel.files.chroot(host, root, "/var/tmp"),
  "escape-dotdot": ({ host, root }) => {
    putFile(host, "/outside", "");
    return stat(host, root, `/${"../".repeat(9)}outside`);
  },
  "write-usr-sparse": writing("/usr/bin/x"),
  "write-fs-ro": writing("/data/x"),
  "set-immutable": ({ host, root }) => {
    ok(writeFile(host, root, "/var/tmp/file", ""));
    return setAttributes(host, root, "/var/tmp/file", { immutable: true });
  },
  "suid-root": ({ host, root }) => {
    ok(writeFile(host, root, "/opt/tool", ""));
    return chmod(host, root, "/opt/tool", 0o4755);
  },
  "link-dir": ({ host, root }) => link(host, root, "/opt", "/opt2"),
  "newfs-disk": ({ host, root }) => open(host, root, "/dev/rdsk/c0t0d0s7", { write: true }),
  "gz-user-enter-path": ({ host }) => chdir(host, userIn(host, 0, 1000), "/zones/web/root"),
  "open-kmem": reading("/dev/kmem"),
  "open-mem": reading("/dev/mem"),
  "open-disk": reading("/dev/rdsk/c0t0d0s2"),
  "mdb-kernel": reading("/dev/kmem"),
  dumpadm: reading("/dev/dump"),
  "zfs-create-delegated": ({ host, root }) => zfsCreate(host, root, "tank/z1/data"),
  "zfs-create-elsewhere": ({ host, root }) => zfsCreate(host, root, "tank/other/data"),
  "zfs-set-quota-top": ({ host, root }) => zfsSet(host, root, "tank/z1", "quota", "none"),
  "zfs-set-zoned": ({ host, root }) => zfsSet(host, root, "tank/z1", "zoned", "off"),
  "zfs-snapshot": ({ host, root }) => zfsSnapshot(host, root, "tank/z1", "a"),
  "zpool-create": ({ host, root }) => zpoolConfigure(host, root),
  "zpool-list": ({ host, root }) => zfsList(host, root),
  zinject: ({ host, root }) => zfsInject(host, root),
};

type IpType = "shared" | "exclusive";
type Configured = Exclude<ZoneSetting, { global: string } | { given: string }>;

const isConfigured = (setting: ZoneSetting): setting is Configured =>
  "property" in setting || "resource" in setting;

/** The type of a file system is a property of its own there. */
const renamed = ({ type, ...others }: Readonly<Record<string, string>>): Record<string, string> =>
  type === undefined ? others : { ...others, fstype: type };

/** A zone with these settings: a later one of a property or of the same directory takes the place of an earlier one. */
function scene(ipType: IpType, settings: readonly ZoneSetting[]): Scene {
  const host = zoneHost();
  for (const name of ["tank", "tank/other"])
    host.state.files.datasets[name] = {
      ...{ name, mountpoint: `/${name}`, mounted: false, zoned: false, container: 0, quota: 0, used: 0 },
      properties: {},
    };
  ok(mkdir(host, globalRoot(host), "/export/data", 0o777));
  const properties: Record<string, string> = { brand: "ipkg", "ip-type": ipType };
  const resources = new Map<string, { type: string } & Record<string, string>>();
  for (const [i, setting] of settings.filter(isConfigured).entries()) {
    if ("resource" in setting) {
      const key = setting.properties["dir"] ?? setting.properties["name"] ?? String(i);
      resources.set(key, { type: setting.resource, ...renamed(setting.properties) });
      continue;
    }
    const control = rctls.find(({ alias }) => alias === setting.property);
    if (control)
      resources.set(control.name, {
        type: "rctl",
        name: control.name,
        value: rctlValue(control, setting.value),
      });
    else properties[setting.property] = setting.value;
  }
  const { root } = running(host, define("web", { properties, resources: [...resources.values()] }));
  return { host, root };
}

const told = (outcome: Outcome<unknown>): string => (outcome.ok ? "allow" : outcome.errno);
const probes = ZONE_PROBES.filter(({ id }) => ATTEMPTS[id] !== undefined);
const attempt = (id: ZoneProbeId, ipType: IpType, settings: readonly ZoneSetting[]) =>
  told(ATTEMPTS[id]?.(scene(ipType, settings)) as Outcome<unknown>);

describe("what zones attempt with files, datasets and devices", () => {
  const rows = probes.flatMap(({ id, verdict, errno = "", setup }) =>
    (["shared", "exclusive"] as const).map((ipType) => ({
      ...{ id, ipType, setup },
      expected: verdict[ipType] === "allow" ? "allow" : errno,
    })),
  );
  test.each(rows)("$id in a zone with $ipType IP: $expected", ({ id, ipType, setup, expected }) => {
    expect(attempt(id, ipType, setup)).toBe(expected);
  });

  const enabling = probes.flatMap(({ id, setup, enabledBy }) =>
    enabledBy.filter(({ all }) => all.every(isConfigured)).map(({ all }) => ({ id, setup, all })),
  );
  test.each(enabling)("$id with $all: allow", ({ id, setup, all }) => {
    expect(attempt(id, "exclusive", [...setup, ...all])).toBe("allow");
  });

  const restricting = probes.flatMap(({ id, setup, restrictedBy }) =>
    restrictedBy
      .filter(({ all }) => all.every(isConfigured))
      .map(({ all, errno = "" }) => ({ id, setup, all, errno })),
  );
  test.each(restricting)("$id with $all: $errno", ({ id, setup, all, errno }) => {
    expect(attempt(id, "exclusive", [...setup, ...all])).toBe(errno);
  });
});
