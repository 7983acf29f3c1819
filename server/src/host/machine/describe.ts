import { mountsOn } from "../filesystem/mountIndex.ts";
import { allMounts, fileSystem, nodeIn } from "../filesystem/nodes.ts";
import type { FileNode, Mount } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import { isSystemMount } from "../illumos/filesystem/systemMounts.ts";
import { allInterfaces } from "../network/links.ts";
import type { Interface } from "../network/types.ts";
import { freshInstallation } from "./default.ts";
import { type HostDirectory, type HostFile, type HostLink, pathOf } from "./definition.ts";
import { describeDatalinks } from "./illumos/links.ts";
import { listenerText } from "./listeners.ts";
import { ruleText } from "./rulesets.ts";
import { sizeText } from "./sizes.ts";

/**
 * The state of a host written back as a host file, complete: building that again gives the same machine. Jails and what
 * belongs to them are no part of it, and what was only assumed to be there neither.
 */
export function describe(host: Host): HostFile {
  const { machine, network, freebsd } = host.state;
  const fresh = freshInstallation(machine.system, machine.release);
  const isFreeBsd = machine.system === "freebsd";
  return {
    name: machine.name,
    system: machine.system,
    release: machine.release,
    ...namesOf(host),
    cpus: machine.cpus,
    memory: sizeText(machine.memory),
    swap: sizeText(machine.swap),
    links: isFreeBsd
      ? allInterfaces(host)
          .filter(({ link }) => link.home === 0)
          .map(({ link }) => describeLink(link))
      : describeDatalinks(host),
    routes: (network.vnets[0]?.routes ?? []).map(({ destination, gateway, interface: link }) => ({
      destination,
      // A network that is reached directly has no next hop but the link itself.
      gateway: gateway.startsWith("link#") ? link : gateway,
      interface: link,
    })),
    pools: machine.pools.map(({ name, size }) => ({ name, size: sizeText(size) })),
    datasets: Object.values(host.state.files.datasets).map((dataset) => ({
      name: dataset.name,
      mountpoint: dataset.mountpoint,
      mounted: dataset.mounted,
      jailed: dataset.zoned,
      quota: sizeText(dataset.quota),
      used: sizeText(dataset.used),
      properties: { ...dataset.properties },
    })),
    directories: describeDirectories(host),
    mounts: allMounts(host)
      .filter((mount) => mount.container === 0 && !mount.assumed && !isImplied(host, mount))
      .map(({ from, path, type, options }) => ({ from, on: path, type, options: [...options] })),
    ...(isFreeBsd ? { options: wordsOf(machine.options, fresh.options) } : {}),
    modules: wordsOf(machine.modules, fresh.modules),
    loadableModules: wordsOf(machine.loadable, fresh.loadableModules),
    sysctls: { ...machine.sysctls, ...network.vnets[0]?.sysctls },
    ...(freebsd
      ? {
          devfsRulesets: Object.fromEntries(
            Object.entries(freebsd.devfsRulesets).map(([number, rules]) => [number, rules.map(ruleText)]),
          ),
        }
      : {}),
    users: machine.users.map((user) => ({ ...user })),
    groups: machine.groups.map((group) => ({ ...group, members: [...group.members] })),
    services: machine.services.map(({ name, user, listens }) => ({
      name,
      user,
      listens: listens.map(listenerText),
    })),
    ...(isFreeBsd
      ? {}
      : {
          brands: [...machine.brands],
          images: machine.images.map((image) => ({ ...image })),
          resourcePools: machine.resourcePools.map(({ scheduler, ...pool }) => ({
            ...pool,
            ...(scheduler !== "" && { scheduler }),
          })),
          schedulingClass: machine.schedulingClass,
          processorSets: machine.processorSets.map(({ name, cpus }) => ({ name, cpus: [...cpus] })),
        }),
    configurations: [...machine.configurations],
  };
}

/** All that is there, and with `!` what a fresh installation has in addition. */
function wordsOf(own: readonly string[], fresh: readonly string[]): string[] {
  return [...own, ...fresh.filter((word) => !own.includes(word)).map((word) => `!${word}`)];
}

function describeLink(link: Interface): HostLink {
  const { name, kind, up, mtu, mac, description, groups, vlan, peer, members } = link;
  return {
    name: link.created ?? name,
    // Groups for IPMP are of another system.
    kind: kind === "ipmp" ? "other" : kind,
    addresses: link.addresses
      .filter(({ container: jid }) => jid === null)
      .map(({ address, prefix }) => `${address}/${prefix}`),
    ...(mac !== "" && { mac }),
    mtu,
    up,
    ...(vlan && { over: vlan.parent }),
    ...(vlan && vlan.tag !== 0 && { vlan: vlan.tag }),
    ...(peer !== undefined && { peer }),
    ...(members && { members: [...members] }),
    groups: [...groups],
    ...(description !== "" && { description }),
  };
}

/** Mounts that a host file does not name: the root of a dataset, other datasets, and the devices. */
function isImplied(host: Host, { type, from, path }: Mount): boolean {
  return (
    (type === "zfs" && Object.hasOwn(host.state.files.datasets, from)) ||
    (type === host.kernel.files.devices.type && path === "/dev") ||
    (host.state.illumos !== undefined && isSystemMount(host, { type, from, path }))
  );
}

/**
 * Directories that are neither of a fresh installation nor made for a mount. One is named if nothing below it implies
 * it, or if it differs from what mkdir(1) makes.
 */
function describeDirectories(host: Host): HostDirectory[] {
  const { machine } = host.state;
  const found: HostDirectory[] = [];
  for (const mount of allMounts(host)) {
    if (
      mount.root !== 1 ||
      mount.type === host.kernel.files.devices.type ||
      mount.type === "nullfs" ||
      mount.container !== 0
    )
      continue;
    const fs = fileSystem(host, mount.filesystem);
    const covered = new Set(mountsOn(host, mount.id).map(({ covers }) => covers?.node));
    const visit = (number: number, path: string) => {
      const node = fs.nodes[number];
      // Nodes of a stock tree have negative numbers; what nobody changed is not stored.
      for (const [name, child] of Object.entries(node?.entries ?? {}))
        if (fs.nodes[child]?.kind === "directory") visit(child, `${path}/${name}`);
      if (!node || number <= 1 || node.assumed) return;
      const holds = Object.values(node.entries ?? {}).some((child) => nodeIn(fs, child).kind === "directory");
      const special = node.stock !== undefined || node.mode !== 0o755 || node.uid !== 0 || node.gid !== 0;
      if (!special && (holds || covered.has(number))) return;
      found.push(special ? describeDirectory(node, path, machine) : path);
    };
    visit(1, mount.path === "/" ? "" : mount.path);
  }
  return found.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

function describeDirectory(
  node: FileNode,
  path: string,
  { users, groups }: Host["state"]["machine"],
): HostDirectory {
  const owner = users.find(({ uid }) => uid === node.uid)?.name;
  const group = groups.find(({ gid }) => gid === node.gid)?.name;
  return {
    path,
    mode: node.mode.toString(8).padStart(4, "0"),
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...(node.stock !== undefined && { base: true }),
  };
}

/** The names of the host itself, which may have changed since it was built. */
function namesOf(host: Host): Pick<HostFile, "hostname" | "domainname" | "hostuuid" | "hostid"> {
  const { freebsd, illumos, machine } = host.state;
  const prison = freebsd?.prisons[0];
  if (prison) {
    const { hostname, domainname, hostuuid, hostid } = prison;
    return { hostname, domainname, hostuuid, hostid };
  }
  const zone = illumos?.zones[0];
  const { hostuuid } = freshInstallation(machine.system, machine.release);
  return {
    hostname: zone?.nodename ?? machine.hostname,
    domainname: zone?.domain ?? "",
    hostuuid,
    hostid: Number.parseInt(zone?.hostid ?? "0", 16),
  };
}
