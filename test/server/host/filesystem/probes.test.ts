import { existsSync, readFileSync } from "node:fs";
import type { Outcome } from "@zonewarden/server/host/decision";
import { ensureDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { chdir, fchdir } from "@zonewarden/server/host/filesystem/directories";
import {
  close,
  mkdir,
  mkfifo,
  mknod,
  open,
  read,
  readFile,
  symlink,
  write,
} from "@zonewarden/server/host/filesystem/files";
import { zfsCreate, zfsList, zfsMount, zfsSet } from "@zonewarden/server/host/filesystem/zfs";
import { jailAttach } from "@zonewarden/server/host/freebsd/attach";
import { chflags, extattrSet } from "@zonewarden/server/host/freebsd/filesystem/attributes";
import { chroot, passDescriptor } from "@zonewarden/server/host/freebsd/filesystem/chroot";
import { makeDevice } from "@zonewarden/server/host/freebsd/filesystem/devfs";
import { addRule, applyRuleTo } from "@zonewarden/server/host/freebsd/filesystem/devfsRules";
import { getfh, openHandle, startNfsd } from "@zonewarden/server/host/freebsd/filesystem/handles";
import { mountFs, statfsView, unmountFs } from "@zonewarden/server/host/freebsd/filesystem/mounts";
import { quotactl } from "@zonewarden/server/host/freebsd/filesystem/quota";
import { zfsJail } from "@zonewarden/server/host/freebsd/filesystem/zfsJail";
import { kldload } from "@zonewarden/server/host/freebsd/modules";
import type { Host } from "@zonewarden/server/host/host";
import { fork } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { describe, expect, it } from "vitest";
import { hostRoot, makeJail, ok, testHost } from "../harness.ts";

/** The probes of the kernel reference on files and devices, in the jail that it starts from, and each enabled. */

interface Probe {
  id: string;
  defaultVerdict: "allow" | "deny" | "contained";
  errno: string | null;
  enabledBy: string[];
}

const FILE = "/work/shared/reference/jail-probes.json";
const probes: Probe[] = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as Probe[]).filter(({ id }) => /^(fs|dev)\./.test(id))
  : [];

interface Scene {
  host: Host;
  shell: Process;
  jid: number;
  root: Process;
}

interface Setting {
  parameters?: Parameters<typeof makeJail>[1];
  /** Ruleset of the devfs that the host mounts; null for none. */
  devfs?: number | null;
  /** On the host, before the jail is made. */
  before?: (host: Host) => void;
  after?: (scene: Scene) => void;
}

/** One IPv4 address, no stack of its own, devfs with ruleset 4; modules loaded so that their permissions exist. */
function scene({ parameters = {}, devfs = 4, before, after }: Setting = {}): Scene {
  const host = testHost();
  const shell = hostRoot(host);
  for (const module of ["nullfs", "fdescfs", "linprocfs", "linsysfs", "fusefs", "vmm"])
    ok(kldload(host, shell, module));
  before?.(host);
  const stack = parameters["vnet"] === undefined ? { "ip4.addr": ["192.0.2.10"] } : {};
  const made = makeJail(host, { ...stack, ...parameters });
  const path = String(parameters["path"] ?? "/jails/web");
  if (devfs !== null)
    ok(
      mountFs(host, shell, {
        type: "devfs",
        from: "devfs",
        on: `${path}/dev`,
        options: [`ruleset=${devfs}`],
      }),
    );
  const all = { host, shell, ...made };
  after?.(all);
  return all;
}

type Act = (scene: Scene) => Outcome<unknown>;

const mounting = (type: string, on = "/mnt", from = type, options: string[] = []): Act => {
  return ({ host, root }) => mountFs(host, root, { type, from, on, options });
};

const openDevice = (name: string, write = false): Act => {
  return ({ host, root }) => open(host, root, `/dev/${name}`, { write });
};

function delegate({ host, shell, jid }: Scene): void {
  ok(zfsCreate(host, shell, "zroot/data", { jailed: "on", mountpoint: "/mnt" }));
  ok(zfsJail(host, shell, jid, "zroot/data"));
}

const ACTS: Readonly<Record<string, Act>> = {
  "fs.chroot-again": ({ host, root }) => chroot(host, root, "/usr"),
  "fs.chroot-fd-breakout": ({ host, root }) => {
    const saved = ok(open(host, root, "/", { directory: true }));
    const deeper = chroot(host, root, "/usr");
    if (!deeper.ok) return deeper;
    ok(fchdir(host, root, saved));
    return chdir(host, root, "../../..");
  },
  "fs.dotdot-root": ({ host, root }) => open(host, root, "/../../etc/passwd"),
  "fs.symlink-escape": ({ host, root }) => {
    ok(symlink(host, root, "/etc/passwd", "/tmp/link"));
    return open(host, root, "/tmp/link");
  },
  "fs.attach-open-dir": ({ host, shell, jid }) => {
    const process = ok(fork(host, shell));
    ok(open(host, process, "/tmp", { directory: true }));
    return jailAttach(host, process, jid);
  },
  "fs.inherited-file-fd": ({ host, shell, jid }) => {
    const process = ok(fork(host, shell));
    const fd = ok(open(host, process, "/tmp/log", { write: true, create: true }));
    ok(jailAttach(host, process, jid));
    return write(host, process, fd, "x");
  },
  "fs.dirfd-over-socket": ({ host, root }) => {
    const { root: sibling } = makeJail(host, { name: "sibling" });
    const given = ok(open(host, sibling, "/tmp", { directory: true }));
    const fd = ok(passDescriptor(host, sibling, given, root));
    return open(host, root, "../etc/passwd", { at: fd });
  },
  "fs.mknod-disk": ({ host, root }) => mknod(host, root, "/tmp/disk"),
  "fs.mkfifo": ({ host, root }) => mkfifo(host, root, "/tmp/fifo"),
  "fs.mount-tmpfs": mounting("tmpfs"),
  "fs.mount-nullfs": mounting("nullfs", "/mnt", "/usr"),
  "fs.mount-devfs": mounting("devfs"),
  "fs.mount-devfs-ruleset": mounting("devfs", "/mnt", "devfs", ["ruleset=1"]),
  "fs.mount-fdescfs": mounting("fdescfs"),
  "fs.mount-procfs": mounting("procfs", "/proc"),
  "fs.mount-linprocfs": mounting("linprocfs"),
  "fs.mount-fusefs": mounting("fusefs", "/mnt", "/dev/fuse"),
  "fs.mount-zfs": (all) => {
    delegate(all);
    return zfsMount(all.host, all.root, "zroot/data");
  },
  "fs.zfs-list-host": ({ host, root }) => zfsList(host, root),
  "fs.zfs-set-quota": (all) => {
    delegate(all);
    return zfsSet(all.host, all.root, "zroot/data", "quota", "1T");
  },
  "fs.mount-ufs": mounting("ufs", "/mnt", "/dev/ada0p2"),
  "fs.mount-nfs": mounting("nfs", "/mnt", "server:/x"),
  "fs.unmount-host": ({ host, shell, root }) => {
    ok(mountFs(host, shell, { type: "nullfs", from: "/usr", on: "/jails/web/mnt" }));
    return unmountFs(host, root, "/mnt");
  },
  "fs.mount-over-root": mounting("tmpfs", "/"),
  "fs.statfs-view": ({ host, root }) => statfsView(host, root),
  "fs.chflags-schg": ({ host, root }) => chflags(host, root, "/etc/rc", ["schg"]),
  "fs.chflags-uchg": ({ host, root }) => chflags(host, root, "/etc/rc", ["uchg"]),
  "fs.quota-get": ({ host, root }) => quotactl(host, root, "/", { command: "get", uid: 1001 }),
  "fs.quota-on": ({ host, root }) => quotactl(host, root, "/", { command: "on" }),
  "fs.extattr-system": ({ host, root }) => extattrSet(host, root, "/etc/rc", "system", "note", "x"),
  "fs.file-handle": ({ host, root }) => {
    const handle = getfh(host, root, "/");
    return handle.ok ? openHandle(host, root) : handle;
  },
  "fs.read-directory": ({ host, root }) => read(host, root, ok(open(host, root, "/etc"))),
  "fs.nfsd": ({ host, root }) => startNfsd(host, root),
  "dev.disk-open": openDevice("ada0"),
  "dev.mem-read": openDevice("mem"),
  "dev.mem-write": openDevice("mem", true),
  "dev.io": openDevice("io"),
  "dev.bpf": openDevice("bpf"),
  "dev.pf": openDevice("pf"),
  "dev.vmm": openDevice("vmm/guest"),
  "dev.devfs-rule": ({ host, root }) => addRule(host, root, 4, { action: "unhide" }),
  "dev.devfs-symlink": ({ host, root }) => symlink(host, root, "null", "/dev/void"),
  "dev.pts-of-other": ({ host, root }) => {
    makeDevice(host, "pts/0", 0);
    return open(host, root, "/dev/pts/0");
  },
  "dev.null": openDevice("null"),
  "dev.dtrace": openDevice("dtrace/dtrace"),
};

/** Where the default verdict presumes something beside the starting jail. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  "dev.mem-write": { devfs: 0 },
  "dev.io": { devfs: 0 },
};

const unhiding = (...paths: string[]): Setting => ({
  after: ({ host, shell }) => {
    for (const path of paths) ok(applyRuleTo(host, shell, "/jails/web/dev", { path, action: "unhide" }));
  },
});

const mount = (type: string): Setting => ({
  parameters: { "allow.mount": true, [`allow.mount.${type}`]: true, enforce_statfs: 1 },
});

const nfs: Setting = {
  parameters: { path: "/export", vnet: "new", "allow.nfsd": true, enforce_statfs: 1 },
  before: (host) => {
    ensureDirectory(host, "/export");
    ok(mountFs(host, hostRoot(host), { type: "tmpfs", from: "tmpfs", on: "/export" }));
  },
};

/** What turns a refusal into a success, one setting for each alternative of the reference. */
const ENABLED: Readonly<Record<string, readonly Setting[]>> = {
  "fs.chroot-fd-breakout": [
    {
      before: (host) => {
        host.state.machine.sysctls["kern.chroot_allow_open_directories"] = 2;
      },
    },
  ],
  "fs.mount-tmpfs": [mount("tmpfs")],
  "fs.mount-nullfs": [mount("nullfs")],
  "fs.mount-devfs": [mount("devfs")],
  "fs.mount-fdescfs": [mount("fdescfs")],
  "fs.mount-procfs": [mount("procfs")],
  "fs.mount-linprocfs": [mount("linprocfs")],
  "fs.mount-fusefs": [mount("fusefs"), { ...mount("fusefs"), devfs: 5 }],
  "fs.mount-zfs": [mount("zfs")],
  "fs.chflags-schg": [{ parameters: { "allow.chflags": true } }],
  "fs.quota-get": [{ parameters: { "allow.quotas": true } }],
  "fs.extattr-system": [{ parameters: { "allow.extattr": true } }],
  "fs.nfsd": [nfs],
  "dev.disk-open": [unhiding("ada0"), { devfs: 0 }],
  "dev.mem-read": [unhiding("mem"), { devfs: 0 }],
  "dev.bpf": [unhiding("bpf*")],
  "dev.pf": [{ parameters: { vnet: "new" }, devfs: 5 }],
  "dev.vmm": [
    {
      parameters: { "allow.vmm": true },
      after: (all) => {
        makeDevice(all.host, "vmm/guest", all.jid);
        unhiding("vmm", "vmm/*").after?.(all);
      },
    },
  ],
};

describe.skipIf(probes.length === 0)("probes of files and devices", () => {
  it("are all acted out", () => {
    expect(probes.map(({ id }) => id).toSorted()).toEqual(Object.keys(ACTS).toSorted());
  });

  it.each(probes.map((probe) => [probe.id, probe.defaultVerdict, probe.errno] as const))(
    "%s: %s %s",
    (id, verdict, errno) => {
      const outcome = ACTS[id]?.(scene(SETTINGS[id]));
      if (!outcome) throw new Error(`${id} is not acted out`);
      if (errno !== null) expect(outcome).toMatchObject({ ok: false, errno });
      else expect(outcome).toMatchObject({ ok: true, decision: { verdict } });
    },
  );

  const enabled = Object.entries(ENABLED).flatMap(([id, settings]) =>
    settings.map((setting, index) => [id, index + 1, setting] as const),
  );

  it.each(enabled)("%s succeeds when enabled, alternative %i", (id, _, setting) => {
    const outcome = ACTS[id]?.(scene(setting));
    expect(outcome).toMatchObject({ ok: true });
  });
});

describe("what probes presume or forbid", () => {
  it("fs.attach-open-dir: attaches once the directory is closed", () => {
    const { host, shell, jid } = scene();
    const process = ok(fork(host, shell));
    ok(close(host, process, ok(open(host, process, "/tmp", { directory: true }))));
    expect(jailAttach(host, process, jid).ok).toBe(true);
  });

  it("fs.chroot-again: not with a directory open", () => {
    const { host, root } = scene();
    ok(open(host, root, "/etc", { directory: true }));
    expect(chroot(host, root, "/usr")).toMatchObject({ errno: "EPERM" });
  });

  it("fs.symlink-escape: the file of the jail is opened, not that of the host", () => {
    const { host, root } = scene();
    putFile(host, "/host-only", "of the host");
    ok(symlink(host, root, "/host-only", "/tmp/link"));
    expect(readFile(host, root, "/tmp/link")).toMatchObject({ errno: "ENOENT" });
  });

  it("fs.mount-devfs-ruleset: the own number may be asked for", () => {
    const { host, root } = scene({
      parameters: {
        "allow.mount": true,
        "allow.mount.devfs": true,
        enforce_statfs: 1,
        devfs_ruleset: 4,
      },
    });
    const request = { type: "devfs", from: "devfs", on: "/mnt" };
    expect(mountFs(host, root, { ...request, options: ["ruleset=1"] })).toMatchObject({ errno: "EPERM" });
    expect(mountFs(host, root, { ...request, options: ["ruleset=4"] }).ok).toBe(true);
  });

  it.each(["tmpfs", "ufs", "nfs"])(
    "a jail that may mount still does not mount %s over its root or as such",
    (type) => {
      const { host, root } = scene(mount("tmpfs"));
      const from = type === "ufs" ? "/dev/ada0p2" : "server:/x";
      const on = type === "tmpfs" ? "/" : "/mnt";
      expect(mountFs(host, root, { type, from, on })).toMatchObject({ errno: "EPERM" });
    },
  );

  it("fs.unmount-host: not even with the permission for the type", () => {
    expect(ACTS["fs.unmount-host"]?.(scene(mount("nullfs")))).toMatchObject({ errno: "EPERM" });
  });

  it("fs.quota-on: not even with allow.quotas", () => {
    const { host, shell, root } = scene({ parameters: { "allow.quotas": true } });
    ok(mountFs(host, shell, { type: "ufs", from: "/dev/ada0p2", on: "/jails/web/mnt" }));
    expect(quotactl(host, root, "/mnt", { command: "on" })).toMatchObject({ errno: "EPERM" });
  });

  it("fs.file-handle: with the conditions of NFS a handle is given, but not opened", () => {
    const { host, root } = scene(nfs);
    expect(getfh(host, root, "/").ok).toBe(true);
    expect(ACTS["fs.file-handle"]?.({ host, root, shell: root, jid: 0 })).toMatchObject({ errno: "EPERM" });
  });

  it("fs.extattr-system: no permission before 15", () => {
    const host = testHost({ release: "14.2" });
    const { root } = makeJail(host);
    expect(extattrSet(host, root, "/etc/rc", "system", "note", "x")).toMatchObject({ errno: "EPERM" });
  });

  it("fs.zfs-set-quota: below the delegated dataset it is the jail's", () => {
    const all = scene(mount("zfs"));
    delegate(all);
    ok(zfsCreate(all.host, all.root, "zroot/data/inner"));
    expect(zfsSet(all.host, all.root, "zroot/data/inner", "quota", "1G").ok).toBe(true);
  });

  it.each(["mem", "io"])("dev.%s: hidden, opening for writing finds nothing", (name) => {
    const { host, root } = scene();
    expect(open(host, root, `/dev/${name}`, { write: true })).toMatchObject({ errno: "ENOENT" });
  });

  it("dev.vmm: visible without allow.vmm it is refused", () => {
    const all = scene();
    makeDevice(all.host, "vmm/guest", all.jid);
    unhiding("vmm", "vmm/*").after?.(all);
    expect(ACTS["dev.vmm"]?.(all)).toMatchObject({ errno: "EPERM" });
  });

  it("dev.dtrace: visible it is refused", () => {
    expect(ACTS["dev.dtrace"]?.(scene({ devfs: 0 }))).toMatchObject({ errno: "EPERM" });
  });

  it("dev.pts-of-other: a terminal of the own jail is there", () => {
    const { host, jid, root } = scene();
    makeDevice(host, "pts/1", jid);
    expect(open(host, root, "/dev/pts/1").ok).toBe(true);
  });

  it.each([1, null])("dev.null: not with ruleset 1, nor without devfs (%s)", (devfs) => {
    expect(openDevice("null")(scene({ devfs }))).toMatchObject({ errno: "ENOENT" });
  });

  it.each([
    ["mem", 1, true],
    ["ada0", 2, true],
    ["pass0", 2, false],
  ])("securelevel keeps root from %s at level %i", (name, level, forWriting) => {
    const { host, root } = scene({ parameters: { securelevel: level }, devfs: 0 });
    expect(open(host, root, `/dev/${name}`, { write: forWriting })).toMatchObject({ errno: "EPERM" });
  });

  it("a directory is made where nothing was described, and marked", () => {
    const host = testHost();
    const at = ensureDirectory(host, "/tank/jails/web");
    expect(host.state.files.byId["1"]?.nodes[at.node]).toMatchObject({ kind: "directory", assumed: true });
    expect(mkdir(host, hostRoot(host), "/tank/jails/web/etc").ok).toBe(true);
  });
});
