import type { Outcome } from "../../decision.ts";
import { open } from "../../filesystem/files.ts";
import { zfsList, zfsMount, zfsSet } from "../../filesystem/zfs.ts";
import { startNfsd } from "../filesystem/handles.ts";
import { mountFs, statfsView, unmountFs } from "../filesystem/mounts.ts";
import { type Attempt, call, need, type Scene } from "./scene.ts";

/** Attempts on mounts, their table, and ZFS. */
export const mountAttempts = {
  "fs.mount-tmpfs": mounting("tmpfs", "tmpfs"),
  "fs.mount-nullfs": call((scene) =>
    mountFs(scene.host, scene.root(), {
      type: "nullfs",
      from: scene.directory("from"),
      on: scene.directory("on"),
    }),
  ),
  "fs.mount-devfs": mounting("devfs", "devfs"),
  "fs.mount-devfs-ruleset": call((scene) => {
    const other = scene.jail.devfsRuleset === 1 ? 2 : 1;
    return mount(scene, "devfs", "devfs", [`ruleset=${other}`]);
  }),
  "fs.mount-fdescfs": mounting("fdescfs", "fdesc"),
  "fs.mount-procfs": mounting("procfs", "proc"),
  "fs.mount-linprocfs": call((scene) => {
    const first = mount(scene, "linprocfs", "linproc");
    if (first.ok) return first;
    const second = mount(scene, "linsysfs", "linsys");
    return second.ok ? second : first;
  }),
  "fs.mount-fusefs": call((scene) => {
    // The program opens its channel to the kernel before it mounts.
    const process = scene.root();
    const channel = open(scene.host, process, "/dev/fuse", { write: true });
    if (!channel.ok) return channel;
    const request = { type: "fusefs", from: "/dev/fuse", on: scene.directory("on") };
    return mountFs(scene.host, process, request);
  }),
  "fs.mount-zfs": call((scene) => zfsMount(scene.host, scene.root(), scene.delegated().name)),
  "fs.zfs-list-host": call((scene) => zfsList(scene.host, scene.root())),
  "fs.zfs-set-quota": call((scene) =>
    zfsSet(scene.host, scene.root(), scene.delegated().name, "quota", "20G"),
  ),
  "fs.mount-ufs": call((scene) => mount(scene, "ufs", `/dev/${scene.disk()}`)),
  "fs.mount-nfs": mounting("nfs", "server.example.org:/export"),
  "fs.unmount-host": call((scene) => {
    const { host } = scene;
    const on = scene.directory("on");
    need(
      mountFs(host, scene.hostRoot(), {
        type: "nullfs",
        from: scene.outside(scene.directory("from")),
        on: scene.outside(on),
      }),
    );
    return unmountFs(host, scene.root(), on);
  }),
  "fs.mount-over-root": call((scene) =>
    mountFs(scene.host, scene.root(), { type: "tmpfs", from: "tmpfs", on: "/" }),
  ),
  "fs.statfs-view": call((scene) => statfsView(scene.host, scene.root())),
  "fs.nfsd": call((scene) => startNfsd(scene.host, scene.root())),
} satisfies Record<string, Attempt>;

function mounting(type: string, from: string): Attempt {
  return call((scene) => mount(scene, type, from));
}

function mount(scene: Scene, type: string, from: string, options: readonly string[] = []): Outcome<unknown> {
  return mountFs(scene.host, scene.root(), { type, from, on: scene.directory("on"), options });
}
