import { jailAttach } from "../attach.ts";
import { jailGet } from "../jailGet.ts";
import { jailSet } from "../jailSet.ts";
import { jailRemove } from "../remove.ts";
import { freebsdOf } from "../state.ts";
import { type Attempt, call } from "./scene.ts";

/** Attempts on jails in the jail, and on those around it. */
export const jailAttempts = {
  "jail.create-child": call((scene) => scene.createChild(scene.root())),
  "jail.child-more-rights": call((scene) => scene.createChild(scene.root(), { "allow.raw_sockets": true })),
  "jail.child-foreign-ip": call((scene) => {
    if (scene.varies("own-stack")) return scene.createChild(scene.root(), { vnet: "new" });
    const own = scene.varies("own-address") ? scene.jail.ip4.addresses[0] : undefined;
    return scene.createChild(scene.root(), { "ip4.addr": own ?? scene.foreignAddress() });
  }),
  "jail.attach-sibling": call((scene) => jailAttach(scene.host, scene.root(), scene.neighbour().jid)),
  "jail.attach-child": call((scene) => {
    const process = scene.root();
    const child = scene.createChild(process);
    return jailAttach(scene.host, process, child.ok ? child.value : freebsdOf(scene.host).lastJid + 1);
  }),
  "jail.remove-sibling": call((scene) => jailRemove(scene.host, scene.root(), scene.neighbour().jid)),
  "jail.get-host-list": call((scene) => {
    const process = scene.root();
    scene.neighbour();
    scene.createChild(process);
    return jailGet(scene.host, process, { lastjid: 0 }, ["jid", "name"]);
  }),
  "jail.set-own": call((scene) =>
    jailSet(
      scene.host,
      scene.root(),
      { jid: { value: scene.jail.jid }, "allow.raw_sockets": { value: true } },
      { update: true },
    ),
  ),
} satisfies Record<string, Attempt>;
