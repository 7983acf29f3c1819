import { ensureDirectory, putFile } from "@zonewarden/server/host/filesystem/build";
import { rename, symlink } from "@zonewarden/server/host/filesystem/entries";
import { editable } from "@zonewarden/server/host/filesystem/nodes";
import { zfsCreate } from "@zonewarden/server/host/filesystem/zfs";
import type { Host } from "@zonewarden/server/host/host";
import { createVnic } from "@zonewarden/server/host/illumos/network/dladm";
import { configureZone } from "@zonewarden/server/host/illumos/zonecfg";
import type { HostDescription } from "@zonewarden/server/host/machine/definition";
import { type Definition, define, globalRoot, installed, ok, running } from "../harness.ts";

/** A machine with one zone, and what is done to it. */
export interface Case {
  readonly definition?: Definition;
  readonly host?: Partial<HostDescription>;
  /** What is done to the machine once the zone is installed. */
  readonly prepare?: (host: Host) => void;
  /** The command that verifies. */
  readonly command?: string;
  readonly state?: "configured";
}

export const edit = (path: string, change: { mode?: number; uid?: number }) => (host: Host) => {
  Object.assign(editable(host, ensureDirectory(host, path, false)), change);
};

/** A file system on a zonepath, with the root of a zone in it. */
const mounted =
  (type: string, from: string, ...options: string[]) =>
  (host: Host) => {
    ok(host.kernel.files.mount(host, globalRoot(host), { type, from, on: "/zones/web", options }));
    edit("/zones/web", { mode: 0o700, uid: 0 })(host);
    ensureDirectory(host, "/zones/web/root", false);
  };

const at = (zonepath: string): Definition => ({ properties: { zonepath } });
const net = (ipType: "shared" | "exclusive", values: Record<string, string>): Definition => ({
  properties: { "ip-type": ipType },
  resources: [{ type: "net", ...values }],
});
const fs = (values: Record<string, string>): Definition => ({
  resources: [{ type: "fs", dir: "/data", ...values }],
});
const rctl = (name: string, value: string): Definition => ({ resources: [{ type: "rctl", name, value }] });
export const properties = (values: Record<string, string>): Definition => ({ properties: values });

/** What is verified of a zone, and the findings in their order. */
export const cases: readonly (readonly [text: string, about: Case, expected: string[]])[] = [
  ["a zone as it should be", {}, []],
  // The zonepath.
  [
    "a path that is not absolute",
    { state: "configured", definition: at("zones/web") },
    ["error zonepath-absolute"],
  ],
  ["the root directory", { state: "configured", definition: at("/") }, ["error zonepath-parent"]],
  [
    "a path with a double slash",
    { state: "configured", definition: at("/zones//web") },
    ["error zonepath-canonical"],
  ],
  [
    "a path with dots",
    { state: "configured", definition: at("/zones/../web") },
    ["error zonepath-canonical"],
  ],
  [
    "a path through a link",
    {
      prepare: (host) => {
        ok(rename(host, globalRoot(host), "/zones/web", "/zones/real"));
        ok(symlink(host, globalRoot(host), "/zones/real", "/zones/web"));
      },
    },
    ["error zonepath-canonical"],
  ],
  [
    "a path that is a file",
    { state: "configured", prepare: (host) => void putFile(host, "/zones/web", "") },
    ["error zonepath-directory"],
  ],
  ["a missing directory", { state: "configured" }, ["warning zonepath-missing"]],
  ["a missing directory, which install makes", { state: "configured", command: "install" }, []],
  ["a directory of somebody else", { prepare: edit("/zones/web", { uid: 100 }) }, ["error zonepath-owner"]],
  [
    "a directory that others may enter",
    { prepare: edit("/zones/web", { mode: 0o711 }) },
    ["error zonepath-mode"],
  ],
  [
    "a directory that its owner may not write",
    { prepare: edit("/zones/web", { mode: 0o500 }) },
    ["error zonepath-mode"],
  ],
  ["a parent of somebody else", { prepare: edit("/zones", { uid: 100 }) }, ["error parent-owner"]],
  ["a parent that the group may write", { prepare: edit("/zones", { mode: 0o775 }) }, ["error parent-mode"]],
  ["a directory on NFS", { prepare: mounted("nfs", "192.0.2.99:/web") }, ["error zonepath-nfs"]],
  [
    "a directory on a file system without set-id",
    { prepare: mounted("tmpfs", "swap", "nosuid") },
    ["error zonepath-nosuid"],
  ],
  ["a directory in memory", { prepare: mounted("tmpfs", "swap") }, ["warning zonepath-tmpfs"]],
  [
    "the directory of another installed zone",
    { prepare: (host) => void installed(host, define("db", at("/zones/web"))) },
    ["error zonepath-overlap"],
  ],
  [
    "a directory above that of another zone",
    { prepare: (host) => void installed(host, define("db", at("/zones/web/db"))) },
    ["error zonepath-overlap"],
  ],
  [
    "a directory in that of another zone",
    {
      definition: at("/zones/db/web"),
      prepare: (host) => {
        installed(host, define("db"));
        edit("/zones/db", { mode: 0o700 })(host);
      },
    },
    ["error zonepath-overlap"],
  ],
  [
    "the directory of a zone that is only configured",
    { prepare: (host) => void ok(configureZone(host, define("db", at("/zones/web")))) },
    [],
  ],
  [
    "the directory of another zone, at boot",
    { command: "boot", prepare: (host) => void installed(host, define("db", at("/zones/web"))) },
    [],
  ],
  [
    "a root where nothing is installed yet",
    {
      state: "configured",
      prepare: (host) => {
        ensureDirectory(host, "/zones/web/root", false);
        edit("/zones/web", { mode: 0o700 })(host);
        edit("/zones/web/root", { mode: 0o700 })(host);
      },
    },
    ["error root-mode"],
  ],
  [
    "the root of a detached zone",
    {
      state: "configured",
      prepare: (host) => {
        ensureDirectory(host, "/zones/web/root", false);
        edit("/zones/web", { mode: 0o700 })(host);
        putFile(host, "/zones/web/SUNWdetached.xml", "");
      },
    },
    ["error root-detached"],
  ],
  // Networks.
  [
    "an address that is none",
    { definition: net("shared", { address: "300.1.2.3", physical: "e1000g0" }) },
    ["error net-address"],
  ],
  [
    "an address with a prefix",
    { definition: net("shared", { address: "192.0.2.9/24", physical: "e1000g0" }) },
    [],
  ],
  [
    "an address by name",
    { definition: net("shared", { address: "web.example.org", physical: "e1000g0" }) },
    [],
  ],
  [
    "an interface that is not plumbed",
    { definition: net("shared", { address: "192.0.2.9", physical: "bge0" }) },
    ["warning net-interface"],
  ],
  [
    "a link that the global zone uses",
    { definition: net("exclusive", { physical: "e1000g0" }) },
    ["warning net-global"],
  ],
  [
    "a link that another zone has",
    {
      definition: net("exclusive", { physical: "vnic0" }),
      prepare: (host) => {
        ok(createVnic(host, globalRoot(host), { name: "vnic0", over: "e1000g0" }));
        running(host, define("db", net("exclusive", { physical: "vnic0" })));
      },
    },
    ["warning net-used"],
  ],
  // File systems.
  [
    "a type that is not for resources",
    { definition: fs({ fstype: "nfs", special: "192.0.2.99:/data" }) },
    ["error fs-type"],
  ],
  [
    "a type that nobody knows",
    { definition: fs({ fstype: "ext4", special: "/dev/dsk/c0t0d0s0" }) },
    ["error fs-unknown"],
  ],
  ["a disk without its raw device", { definition: fs({ fstype: "ufs", special: "/opt" }) }, ["error fs-raw"]],
  [
    "a raw device for a type without fsck",
    { definition: fs({ fstype: "lofs", special: "/opt", raw: "/opt" }) },
    ["error fs-raw"],
  ],
  [
    "a disk in a file, which needs no raw device",
    {
      definition: fs({ fstype: "ufs", special: "/disk" }),
      prepare: (host) => void putFile(host, "/disk", ""),
    },
    [],
  ],
  [
    "a directory that is not there",
    { definition: fs({ fstype: "lofs", special: "/none" }) },
    ["error fs-special"],
  ],
  [
    "a raw device that is not there",
    { definition: fs({ fstype: "ufs", special: "/opt", raw: "/none" }) },
    ["error fs-raw-missing"],
  ],
  [
    "a directory on NFS",
    {
      definition: fs({ fstype: "lofs", special: "/mnt" }),
      prepare: (host) =>
        void ok(
          host.kernel.files.mount(host, globalRoot(host), { type: "nfs", from: "192.0.2.99:/x", on: "/mnt" }),
        ),
    },
    ["error fs-nfs"],
  ],
  [
    "a dataset that is not there",
    { definition: fs({ fstype: "zfs", special: "rpool/none" }) },
    ["error fs-dataset"],
  ],
  [
    "a dataset that mounts itself",
    { definition: fs({ fstype: "zfs", special: "rpool/export" }) },
    ["error fs-mountpoint"],
  ],
  [
    "a dataset that is delegated as well",
    {
      definition: {
        resources: [
          { type: "fs", dir: "/data", fstype: "zfs", special: "rpool/data" },
          { type: "dataset", name: "rpool/data" },
        ],
      },
      prepare: (host) => void ok(zfsCreate(host, globalRoot(host), "rpool/data", { mountpoint: "legacy" })),
    },
    ["error fs-delegated"],
  ],
  // Limits.
  [
    "a control that is not known",
    { definition: rctl("zone.max-birds", "(priv=privileged,limit=1,action=deny)") },
    ["warning rctl-unknown"],
  ],
  ["a value that cannot be read", { definition: rctl("zone.max-lwps", "100") }, ["error rctl-value"]],
  [
    "a level that is not for zones",
    { definition: rctl("zone.max-lwps", "(priv=basic,limit=9,action=deny)") },
    ["error rctl-value"],
  ],
  [
    "shares that are denied",
    { definition: rctl("zone.cpu-shares", "(priv=privileged,limit=9,action=deny)") },
    ["error rctl-value"],
  ],
  [
    "a signal",
    { definition: rctl("zone.max-lwps", "(priv=privileged,limit=9,action=signal=KILL)") },
    ["error rctl-value"],
  ],
  [
    "a limit that is too high",
    { definition: rctl("zone.cpu-shares", "(priv=privileged,limit=70000,action=none)") },
    ["error rctl-value"],
  ],
  ["a pool while pools are off", { definition: properties({ pool: "web" }) }, ["warning pool-off"]],
  [
    "a pool that is not there",
    { definition: properties({ pool: "web" }), host: { resourcePools: [{ name: "db" }] } },
    ["warning pool-missing"],
  ],
  [
    "a pool that is there",
    { definition: properties({ pool: "web" }), host: { resourcePools: [{ name: "web" }] } },
    [],
  ],
  [
    "a brand that is not installed",
    { definition: properties({ brand: "solaris10" }) },
    ["error brand-unknown"],
  ],
  [
    "shared IP for lx",
    { definition: properties({ brand: "lx", "ip-type": "shared" }) },
    ["error brand-ip-type"],
  ],
  ["a host id for lx", { definition: properties({ brand: "lx", hostid: "1234" }) }, ["error brand-hostid"]],
  [
    "a dataset that is not there, to be delegated",
    { definition: { resources: [{ type: "dataset", name: "rpool/none" }] } },
    ["error dataset-missing"],
  ],
  [
    "a privilege that nobody knows",
    { definition: properties({ limitpriv: "default,fly" }) },
    ["error limitpriv-unknown"],
  ],
  [
    "a privilege that zones cannot have",
    { definition: properties({ limitpriv: "default,sys_config" }) },
    ["error limitpriv-prohibited"],
  ],
  [
    "a set without what zones need",
    { definition: properties({ limitpriv: "default,!proc_fork" }) },
    ["error limitpriv-missing-required"],
  ],
  [
    "a wrong set, which a mounted zone does not use",
    { command: "mount", definition: properties({ limitpriv: "default,fly" }) },
    [],
  ],
];
