import { inPrefix, parseNetwork } from "../network/addresses.ts";
import { withLoopback } from "./buildNetwork.ts";
import { freshInstallation } from "./default.ts";
import {
  type HostDescription,
  type HostDirectory,
  type HostFile,
  type HostLink,
  pathOf,
} from "./definition.ts";
import { parseListener } from "./listeners.ts";
import { bytes } from "./sizes.ts";

/**
 * A host file with all that it leaves out: what a fresh installation has, as far as it fits to what the file says.
 * Accounts, directories, options, modules, sysctls and devfs rulesets are added to those of the installation, other
 * lists take the place of its own.
 */
export function complete({ $schema: _, ...file }: HostFile): HostDescription {
  const fresh = freshInstallation(file.system, file.release);
  const links = file.links ?? fresh.links;
  const pools = file.pools ?? fresh.pools;
  const options = withWords(fresh.options, file.options);
  const hostname = file.hostname ?? fresh.hostname;
  return {
    described: true,
    name: file.name ?? hostname,
    system: file.system,
    release: fresh.release,
    hostname,
    domainname: file.domainname ?? fresh.domainname,
    hostuuid: file.hostuuid ?? fresh.hostuuid,
    hostid: file.hostid ?? fresh.hostid,
    cpus: file.cpus ?? fresh.cpus,
    memory: bytes(file.memory ?? fresh.memory),
    swap: bytes(file.swap ?? fresh.swap),
    links,
    routes: file.routes ?? fresh.routes.filter(({ gateway }) => isReachable(gateway, links)),
    pools,
    datasets: [
      ...missingRoot(file, fresh),
      ...(file.datasets ?? fresh.datasets).filter(
        (dataset) => file.datasets || pools.some(({ name }) => name === dataset.name.split("/")[0]),
      ),
    ],
    directories: withPaths(fresh.directories, file.directories),
    mounts: file.mounts ?? fresh.mounts,
    options,
    modules: withWords(fresh.modules, file.modules),
    loadableModules: withWords(fresh.loadableModules, file.loadableModules),
    sysctls: { ...fresh.sysctls, ...file.sysctls },
    devfsRulesets: { ...fresh.devfsRulesets, ...file.devfsRulesets },
    users: withNames(fresh.users, file.users),
    groups: withNames(fresh.groups, file.groups),
    services:
      file.services ??
      withVarpd(fresh.services, links).map((service) => withPossibleSockets(service, links, options)),
    brands: file.brands ?? fresh.brands,
    images: file.images ?? fresh.images,
    resourcePools: file.resourcePools ?? fresh.resourcePools,
    schedulingClass: file.schedulingClass ?? fresh.schedulingClass,
    processorSets: file.processorSets ?? fresh.processorSets,
    configurations: file.configurations ?? fresh.configurations,
  };
}

/**
 * The root of a system that starts from ZFS alone, with what is above it, where the datasets of a file leave it out but
 * its pool is there. FreeBSD may have its root on a partition. Source: beadm(8).
 */
function missingRoot(file: HostFile, fresh: HostDescription): HostDescription["datasets"] {
  const { datasets, mounts = [], pools = fresh.pools } = file;
  const root = fresh.datasets.find(({ mountpoint }) => mountpoint === "/");
  const isElsewhere =
    file.system === "freebsd" ||
    !datasets ||
    datasets.some(({ mountpoint }) => mountpoint === "/") ||
    mounts.some(({ on }) => on === "/");
  if (isElsewhere || !root || pools.every(({ name }) => name !== root.name.split("/")[0])) return [];
  return fresh.datasets.filter(
    ({ name }) =>
      (root.name === name || root.name.startsWith(`${name}/`)) && datasets.every((one) => one.name !== name),
  );
}

/** A list with further items; one with the name of another takes its place. */
function withNames<T extends { name: string }>(fresh: readonly T[], more: readonly T[] = []): T[] {
  const replaced = fresh.map((item) => more.find(({ name }) => name === item.name) ?? item);
  return [...replaced, ...more.filter(({ name }) => fresh.every((item) => item.name !== name))];
}

function withPaths(fresh: readonly HostDirectory[], more: readonly HostDirectory[] = []): HostDirectory[] {
  const named = new Set(more.map(pathOf));
  return [...fresh.filter((directory) => !named.has(pathOf(directory))), ...more];
}

function isReachable(gateway: string, links: readonly HostLink[]): boolean {
  return links.some(({ addresses = [] }) =>
    addresses.some((text) => {
      const network = parseNetwork(text);
      return network !== undefined && inPrefix(gateway, network.address, network.prefix);
    }),
  );
}

/** Where the machine has overlays, the daemon runs that they need. */
function withVarpd(
  services: HostDescription["services"],
  links: readonly HostLink[],
): HostDescription["services"] {
  const needed = links.some(({ kind }) => kind === "overlay");
  const known = services.some(({ name }) => name === VARPD);
  return needed && !known ? [...services, { name: VARPD }] : services;
}

const VARPD = "varpd";

/** With the sockets alone whose address the machine has and whose family the kernel. */
function withPossibleSockets(
  service: HostDescription["services"][number],
  links: readonly HostLink[],
  options: readonly string[],
): HostDescription["services"][number] {
  const own = addressesOf(links);
  const listens = (service.listens ?? []).filter((text) => {
    const { family, address } = parseListener(text);
    if (family === "local") return true;
    return options.includes(FAMILY_OPTION[family]) && (address === "*" || own.has(address));
  });
  return { ...service, listens };
}

/** The kernel options of the families. Source: sys/conf/NOTES. */
export const FAMILY_OPTION = { inet: "INET", inet6: "INET6" } as const;

/** All addresses of a machine, those of lo0 included. */
export function addressesOf(links: readonly HostLink[]): ReadonlySet<string> {
  const own = new Set<string>();
  for (const { addresses = [] } of withLoopback(links))
    for (const text of addresses) own.add(parseNetwork(text)?.address ?? text);
  return own;
}

/** Words and further ones; `!WORD` takes one away. */
export function withWords(fresh: readonly string[], more: readonly string[] = []): string[] {
  const gone = new Set(more.filter((word) => word.startsWith("!")).map((word) => word.slice(1)));
  const added = more.filter((word) => !word.startsWith("!") && !fresh.includes(word));
  return [...fresh.filter((word) => !gone.has(word)), ...new Set(added)];
}
