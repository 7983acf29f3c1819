import { zfsCreate, zfsList, zfsSet, zfsSnapshot, zpoolConfigure } from "../../filesystem/zfs.ts";
import { zfsInject } from "../filesystem/delegation.ts";
import { shareNfs } from "../filesystem/sharing.ts";
import { type Attempt, call, type Scene, seen } from "./scene.ts";

/** What is delegated to the zone; where nothing is, a dataset of the machine, which the zone does not see. */
function delegated({ host, zone }: Scene): string {
  return zone.datasets[0] ?? host.state.machine.pools[0]?.name ?? "rpool";
}

/** A dataset that the zone does not have: the pool below which it would be made. */
function elsewhere({ host, zone }: Scene): string {
  const pools = host.state.machine.pools.map(({ name }) => name);
  return [...pools, "rpool"].find((name) => !zone.datasets.includes(name)) ?? "rpool";
}

/** Attempts with zfs(8) and zpool(8). */
export const datasetAttempts = {
  "zfs-create-delegated": call((scene) =>
    zfsCreate(scene.host, scene.root, `${delegated(scene)}/zonewarden`),
  ),
  "zfs-create-elsewhere": call((scene) =>
    zfsCreate(scene.host, scene.root, `${elsewhere(scene)}/zonewarden`),
  ),
  "zfs-set-quota-top": call((scene) => zfsSet(scene.host, scene.root, delegated(scene), "quota", "none")),
  "zfs-set-zoned": call((scene) => zfsSet(scene.host, scene.root, delegated(scene), "zoned", "off")),
  "zfs-snapshot": call((scene) => zfsSnapshot(scene.host, scene.root, delegated(scene), "zonewarden")),
  "zpool-create": call((scene) => zpoolConfigure(scene.host, scene.root)),
  "zpool-list": (scene) => {
    const listed = zfsList(scene.host, scene.root);
    if (!listed.ok) return listed.decision;
    return seen(
      "zfs/list",
      `It shows the pools of the ${listed.value.length} datasets that the zone sees.`,
      "pools are shown for the sake of their datasets",
    );
  },
  zinject: call((scene) => zfsInject(scene.host, scene.root)),
  "nfs-share": call((scene) => shareNfs(scene.host, scene.root, delegated(scene))),
} satisfies Record<string, Attempt>;
