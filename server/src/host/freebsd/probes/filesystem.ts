import type { Decision } from "../../decision.ts";
import { fchdir } from "../../filesystem/directories.ts";
import { mkfifo, mknod, open, read, write } from "../../filesystem/files.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { sameVnode } from "../../filesystem/nodes.ts";
import type { Process } from "../../process/types.ts";
import { jailAttach } from "../attach.ts";
import { chflags, extattrSet } from "../filesystem/attributes.ts";
import { chroot, passDescriptor } from "../filesystem/chroot.ts";
import { getfh, openHandle } from "../filesystem/handles.ts";
import { quotactl } from "../filesystem/quota.ts";
import { causeOf } from "../scope.ts";
import { type Attempt, call, containedBy, need, PLACE, type Scene } from "./scene.ts";

/** Attempts on files, directories and names. */
export const filesystemAttempts = {
  "fs.chroot-again": call((scene) => {
    const process = scene.root();
    const below = scene.directory("below");
    if (scene.varies("open-directory")) need(open(scene.host, process, "/", { directory: true }));
    return chroot(scene.host, process, below);
  }),
  "fs.chroot-fd-breakout": breakout,
  "fs.dotdot-root": call((scene) => {
    scene.file();
    return lookup(scene.host, scene.root(), `/../../../../../..${PLACE}/file`);
  }),
  "fs.symlink-escape": (scene) => {
    const { host } = scene;
    const target = `${PLACE}/secret`;
    const secret = scene.hostFile(target, "of the host\n");
    scene.file("secret");
    const found = lookup(host, scene.root(), scene.link("link", target));
    if (!found.ok) return found.decision;
    if (sameVnode(found.value, secret)) return found.decision;
    return containedBy("lookup/link", "The target is looked up from the root of the process.", [
      causeOf(scene.jail, "path", scene.jail.path),
    ]);
  },
  "fs.attach-open-dir": call((scene) => {
    const process = scene.hostRoot();
    if (!scene.varies("closed-directories")) need(open(scene.host, process, "/", { directory: true }));
    return jailAttach(scene.host, process, scene.jail.jid);
  }),
  "fs.inherited-file-fd": call((scene) => {
    const process = scene.hostRoot();
    scene.hostFile(`${PLACE}/of-the-host`);
    const fd = need(open(scene.host, process, `${PLACE}/of-the-host`, { write: true }));
    need(jailAttach(scene.host, process, scene.jail.jid));
    return write(scene.host, process, fd, "from the jail\n");
  }),
  "fs.dirfd-over-socket": passedDirectory,
  "fs.mknod-disk": call((scene) => mknod(scene.host, scene.root(), `${scene.directory("new")}/disk`)),
  "fs.mkfifo": call((scene) => mkfifo(scene.host, scene.root(), `${scene.directory("new")}/fifo`)),
  "fs.chflags-schg": call((scene) => chflags(scene.host, scene.root(), scene.file(), ["schg"])),
  "fs.chflags-uchg": call((scene) => chflags(scene.host, scene.root(), scene.file(), ["uchg"])),
  "fs.quota-get": call((scene) => quotactl(scene.host, scene.root(), "/", { command: "get", uid: 1001 })),
  "fs.quota-on": call((scene) => quotactl(scene.host, scene.root(), "/", { command: "on" })),
  "fs.extattr-system": call((scene) =>
    extattrSet(scene.host, scene.root(), scene.file(), "system", "zonewarden", "1"),
  ),
  "fs.file-handle": call((scene) => {
    const process = scene.root();
    const handle = getfh(scene.host, process, scene.file());
    return handle.ok ? openHandle(scene.host, process) : handle;
  }),
  "fs.read-directory": call((scene) => {
    const process = scene.root();
    const fd = open(scene.host, process, "/");
    return fd.ok ? read(scene.host, process, fd.value) : fd;
  }),
} satisfies Record<string, Attempt>;

/** From a saved descriptor upwards. */
function breakout(scene: Scene): Decision {
  const { host } = scene;
  const process = scene.root();
  const fd = need(open(host, process, "/", { directory: true }));
  const entered = chroot(host, process, scene.directory("below"));
  if (!entered.ok) return entered.decision;
  const back = fchdir(host, process, fd);
  return back.ok ? climb(scene, process) : back.decision;
}

/** Upwards from the current directory, as far as it goes. */
function climb(scene: Scene, process: Process): Decision {
  const found = lookup(scene.host, process, "../../../../../../../..");
  if (!found.ok || scene.contains(found.value)) return found.decision;
  return { ...found.decision, verdict: "allow", reason: "The walk leaves the directory of the jail." };
}

/** A directory of a neighbour, through a local socket that both can reach, and from it upwards. */
function passedDirectory(scene: Scene): Decision {
  const { host } = scene;
  const neighbour = scene.neighbour();
  const receiver = scene.root();
  const given = need(open(host, neighbour.root, "/", { directory: true }));
  const passed = passDescriptor(host, neighbour.root, given, receiver);
  if (!passed.ok) return passed.decision;
  const above = open(host, receiver, "../..", { at: passed.value });
  if (above.ok) return above.decision;
  const { rule, reason, causes, errno } = above.decision;
  return { ...containedBy(rule, reason, causes, errno), unsure: true };
}
