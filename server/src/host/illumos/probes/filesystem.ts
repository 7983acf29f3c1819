import type { Decision, Outcome } from "../../decision.ts";
import { chdir } from "../../filesystem/directories.ts";
import { mkfifo } from "../../filesystem/entries.ts";
import { chmod, link, mkdir, mknod, open, stat, writeFile } from "../../filesystem/files.ts";
import { mountFs, unmountFs } from "../filesystem/mounts.ts";
import { setAttributes } from "../filesystem/rules.ts";
import { type Attempt, call, PLACE, type Scene, seen } from "./scene.ts";

/** A disk that no zone has unless its configuration names it. */
const DISK = "c0t0d0s7";
/** More images than these are not mounted one after the other. */
const IMAGES = 8;

const mount = (type: string, from: string) =>
  call((scene) => mountFs(scene.host, scene.root, { type, from, on: scene.directory("mnt") }));

/** Attempts on mounts, files and directories. */
export const filesystemAttempts = {
  "mount-nfs": mount("nfs", "server:/export"),
  "mount-ufs": mount("ufs", `/dev/dsk/${DISK}`),
  "mount-pcfs": mount("pcfs", "/dev/dsk/c2t0d0p0:c"),
  "mount-hsfs-lofi": images,
  "mount-smbfs": mount("smbfs", "//user@server/share"),
  "mount-lofs": call((scene) =>
    mountFs(scene.host, scene.root, {
      ...{ type: "lofs", from: scene.directory("from"), on: scene.directory("mnt") },
    }),
  ),
  "mount-tmpfs": mount("tmpfs", "swap"),
  "mount-proc": mount("proc", "proc"),
  // Without a file system of the configuration, what zoneadmd mounts for every zone.
  "umount-config-fs": call((scene) => {
    const [first] = scene.configuredMounts();
    return unmountFs(scene.host, scene.root, first ? scene.inside(first) : "/dev");
  }),
  "remount-config-fs": call((scene) => {
    const own = scene.configuredMounts();
    const chosen = own.find(({ readOnly }) => readOnly) ?? own[0];
    const on = chosen ? scene.inside(chosen) : scene.givenReadOnly();
    const { type, from } = chosen ?? { type: "lofs", from: `${PLACE}/given` };
    return mountFs(scene.host, scene.root, { type, from, on, options: ["remount", "rw"] });
  }),
  "mknod-chr": call((scene) => mknod(scene.host, scene.root, `${scene.directory("new")}/kmem`)),
  "mknod-fifo": call((scene) => mkfifo(scene.host, scene.root, `${scene.directory("new")}/pipe`)),
  "open-planted-device": call((scene) => {
    const on = scene.directory("mnt");
    const mounted = mountFs(scene.host, scene.root, { type: "lofs", from: "/dev", on });
    return mounted.ok ? open(scene.host, scene.root, `${on}/null`) : mounted;
  }),
  chroot: call((scene) => scene.host.kernel.files.chroot(scene.host, scene.root, scene.directory("below"))),
  "escape-dotdot": call((scene) => {
    scene.globalFile(`${PLACE}/outside`);
    return stat(scene.host, scene.root, `/${"../".repeat(9)}${PLACE.slice(1)}/outside`);
  }),
  "write-usr-sparse": call((scene) => writeFile(scene.host, scene.root, "/usr/bin/zonewarden", "x")),
  "write-fs-ro": call((scene) => {
    const own = scene.configuredMounts();
    const chosen = own.find(({ readOnly }) => readOnly) ?? own[0];
    const directory = chosen ? scene.inside(chosen) : scene.givenReadOnly();
    return writeFile(scene.host, scene.root, `${directory}/zonewarden`, "x");
  }),
  "set-immutable": call((scene) => setAttributes(scene.host, scene.root, scene.file(), { immutable: true })),
  "suid-root": call((scene) => chmod(scene.host, scene.root, scene.file("tool"), 0o4755)),
  "link-dir": call((scene) =>
    link(scene.host, scene.root, scene.directory("from"), `${scene.directory("new")}/to`),
  ),
  "newfs-disk": call((scene) => open(scene.host, scene.root, `/dev/rdsk/${DISK}`, { write: true })),
  "gz-user-enter-path": call((scene) => chdir(scene.host, scene.globalUser(), scene.zone.path)),
} satisfies Record<string, Attempt>;

/** Images are mounted one after the other until one is refused, or there have been many. */
function images(scene: Scene): Decision {
  const { host, root } = scene;
  const image = scene.file("image");
  const below = scene.directory("images");
  for (let i = 0; i < IMAGES; i++) {
    const on = `${below}/${i}`;
    const made = mkdir(host, root, on);
    const done: Outcome<unknown> = made.ok ? mountFs(host, root, { type: "hsfs", from: image, on }) : made;
    if (!done.ok) return done.decision;
  }
  return seen("mount", `${IMAGES} images are mounted, and nothing has refused one more.`);
}
