import { datasetsOfContainer } from "@zonewarden/server/host/filesystem/datasetIndex";
import {
  mountsFrom,
  mountsOfContainer,
  mountsOfFileSystem,
  mountsOn,
  mountsShowing,
} from "@zonewarden/server/host/filesystem/mountIndex";
import {
  prisonsAfter,
  prisonsNamed,
  prisonsRootedAt,
  prisonsRootedOn,
} from "@zonewarden/server/host/freebsd/prisonIndex";
import type { Host } from "@zonewarden/server/host/host";
import { createdIn } from "@zonewarden/server/host/network/interfaceIndex";
import { allInterfaces, findCreated, findInterface, groupsWith } from "@zonewarden/server/host/network/links";
import {
  nextToExpire,
  socketsAt,
  socketsOfContainer,
  socketsOfStack,
  socketsOnPort,
} from "@zonewarden/server/host/network/socketIndex";
import {
  childrenOfProcess,
  holdersOf,
  processCount,
  processesAt,
  processesOfContainer,
  processesOn,
  userHas,
} from "@zonewarden/server/host/process/processIndex";
import type { Process } from "@zonewarden/server/host/process/types";

/** Names of the indexes that say something else than a search of the whole state. */
export function staleIndexes(host: Host): string[] {
  const { processes, network, files, freebsd } = host.state;
  const all = Object.values(processes.byPid);
  const sockets = Object.values(network.sockets);
  const prisons = Object.values(freebsd?.prisons ?? {}).filter(({ jid }) => jid !== 0);
  const jids = [0, ...prisons.map(({ jid }) => jid)];
  const stale = new Set<string>();
  const same = <T>(name: string, indexed: readonly T[], searched: readonly T[]) => {
    if (indexed.length !== searched.length || indexed.some((one, i) => one !== searched[i])) stale.add(name);
  };
  // Zombies have let go of everything.
  const nodesOf = ({ root, directory, jailDirectory, descriptors, state }: Process) =>
    (state === "zombie"
      ? []
      : [root, directory, jailDirectory, ...descriptors.map(({ vnode }) => vnode)]
    ).flatMap((vnode) => vnode ?? []);

  for (const jid of jids) {
    same(
      "processesOfContainer",
      processesOfContainer(host, jid),
      all.filter(({ credential }) => credential.container === jid),
    );
    same(
      "socketsOfContainer",
      socketsOfContainer(host, jid),
      sockets.filter((socket) => socket.container === jid),
    );
    if (jid === 0) continue;
    same(
      "mountsOfContainer",
      mountsOfContainer(host, jid),
      Object.values(files.mounts).filter((mount) => mount.container === jid),
    );
    same(
      "datasetsOfContainer",
      datasetsOfContainer(host, jid),
      Object.values(files.datasets)
        .filter((dataset) => dataset.container === jid)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }
  for (const { pid, credential } of all) {
    same(
      "childrenOfProcess",
      childrenOfProcess(host, pid),
      all.filter(({ parent }) => parent === pid),
    );
    const own = all.filter((other) => other.credential.ruid === credential.ruid).length;
    if (!userHas(host, credential.ruid, own) || userHas(host, credential.ruid, own + 1)) stale.add("userHas");
  }
  if (processCount(host) !== all.length) stale.add("processCount");
  for (const { id, vnode, protocol, local } of sockets) {
    const holds = ({ descriptors }: Process) =>
      descriptors.some((held) => held.kind === "socket" && held.id === id);
    same("holdersOf", holdersOf(host, "socket", id), all.filter(holds));
    if (vnode)
      same(
        "socketsAt",
        socketsAt(host, vnode),
        sockets.filter((one) => one.vnode?.node === vnode.node),
      );
    if (!local || local.port === 0) continue;
    const there = sockets.filter((one) => one.protocol === protocol && one.local?.port === local.port);
    same("socketsOnPort", socketsOnPort(host, protocol, { address: "*", port: local.port }), there);
  }
  for (const id of Object.keys(network.vnets).map(Number))
    same(
      "socketsOfStack",
      socketsOfStack(host, id),
      sockets.filter((socket) => socket.vnet === id),
    );
  const times = sockets.flatMap(({ lingersUntil }) => lingersUntil ?? []);
  if ((nextToExpire(host, Number.POSITIVE_INFINITY)?.at ?? Infinity) !== Math.min(...times))
    stale.add("nextToExpire");
  for (const stack of Object.values(network.vnets)) {
    for (const link of stack.interfaces) {
      same(
        "findInterface",
        [findInterface(stack, link.name)],
        [stack.interfaces.find(({ name }) => name === link.name)],
      );
      const { home, created = link.name } = link;
      const found = allInterfaces(host).find(
        ({ link: other }) => other.home === home && (other.created ?? other.name) === created,
      );
      same("findCreated", [findCreated(host, home, created)?.link], [found?.link]);
      const groups = stack.interfaces.filter(({ members }) => members?.includes(link.name));
      same("groupsWith", groupsWith(host, stack, link.name), groups);
    }
    const made = allInterfaces(host).filter(({ link: { home } }) => home === stack.id);
    same(
      "createdIn",
      createdIn(host, stack.id).map(({ link }) => link),
      made.map(({ link }) => link),
    );
  }
  for (const mount of Object.values(files.mounts)) {
    const { id, filesystem, root, from, type } = mount;
    same(
      "mountsOn",
      mountsOn(host, id),
      Object.values(files.mounts).filter(({ covers }) => covers?.mount === id),
    );
    if (type === "zfs" || from.startsWith("/dev/"))
      same(
        "mountsFrom",
        mountsFrom(host, from),
        Object.values(files.mounts).filter((other) => other.from === from),
      );
    const shown = Object.values(files.mounts).filter((other) => other.filesystem === filesystem);
    same("mountsOfFileSystem", mountsOfFileSystem(host, filesystem), shown);
    same(
      "mountsShowing",
      mountsShowing(host, filesystem, root),
      shown.filter((other) => other.root === root),
    );
    same(
      "processesOn",
      processesOn(host, id),
      all.filter((one) => nodesOf(one).some((node) => node.mount === id)),
    );
    same(
      "prisonsRootedOn",
      prisonsRootedOn(host, id),
      prisons.filter((jail) => jail.root.mount === id),
    );
  }
  for (const process of all)
    for (const { node } of nodesOf(process).filter(({ node }) => node !== 1))
      same(
        "processesAt",
        processesAt(host, node),
        all.filter((one) => nodesOf(one).some((at) => at.node === node)),
      );
  for (const { name, root } of prisons) {
    same(
      "prisonsNamed",
      prisonsNamed(host, name),
      prisons.filter((jail) => jail.name === name),
    );
    same(
      "prisonsRootedAt",
      prisonsRootedAt(host, root.node),
      prisons.filter((jail) => jail.root.node === root.node),
    );
  }
  same("prisonsAfter", [...prisonsAfter(host, 0)], prisons);
  return [...stale];
}
