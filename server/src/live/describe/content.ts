import { freshInstallation } from "../../host/machine/default.ts";
import { type HostDirectory, type HostFile, type HostLink, pathOf } from "../../host/machine/definition.ts";
import { validateHostFile } from "../../host/machine/validate.ts";
import type { Draft, System } from "./draft.ts";

/** The host file that a draft comes to, on top of the one that was there. */

type Content = { -readonly [Key in keyof HostFile]: HostFile[Key] };

/** @returns with the names of what a host file cannot say of such a machine */
export function contentOf(
  draft: Draft,
  old: HostFile,
  system: System,
): { file: HostFile; dropped: string[] } {
  const fresh = freshInstallation(system);
  const file: Content = { ...old, ...draft.scalars, system };
  const links = linksOf(draft);
  if (links.length > 0) file.links = byName(old.links ?? [], links);
  if (draft.routes.length > 0) file.routes = draft.routes;
  if (draft.pools.size > 0) file.pools = byName(old.pools ?? [], [...draft.pools.values()]);
  if (draft.datasets.size > 0)
    file.datasets = onceMounted(byName(old.datasets ?? [], [...draft.datasets.values()]), draft.mounted);
  if (draft.mounts.size > 0)
    file.mounts = by((mount) => mount.on, old.mounts ?? [], [...draft.mounts.values()]);
  if (draft.directories.size > 0)
    file.directories = by<HostDirectory>(pathOf, old.directories ?? [], [...draft.directories.values()]);
  if (draft.services.size > 0) file.services = byName(old.services ?? [], [...draft.services.values()]);
  if (draft.brands.size > 0) file.brands = [...new Set([...(old.brands ?? fresh.brands), ...draft.brands])];
  if (draft.images.length > 0) file.images = by((image) => image.uuid, old.images ?? [], draft.images);
  const modules = [...draft.modules].filter((name) => !fresh.modules.includes(name) && name !== "kernel");
  if (modules.length > 0) file.modules = [...new Set([...(old.modules ?? []), ...modules])];
  if (Object.keys(draft.sysctls).length > 0) file.sysctls = { ...old.sysctls, ...draft.sysctls };
  const users = others([...draft.users.values()], fresh.users);
  if (users.length > 0) file.users = byName(old.users ?? [], users);
  const known = new Set(
    [...fresh.groups, ...(old.groups ?? []), ...draft.groups.values()].map(({ gid }) => gid),
  );
  // Each user of the system has mostly a group of its own name, whether or not that was copied, too.
  for (const { name, gid } of users) if (!known.has(gid)) draft.groups.set(name, { name, gid });
  const groups = others([...draft.groups.values()], fresh.groups);
  if (groups.length > 0) file.groups = byName(old.groups ?? [], groups);
  return validated(file);
}

/** Those of the host: without the halves of epairs whose other half is in a jail, and without addresses of containers. */
function linksOf({ links, borrowed }: Draft): HostLink[] {
  return [...links.values()]
    .filter(({ peer }) => peer === undefined || links.has(peer))
    .map(({ addresses, ...link }) => {
      const own = addresses?.filter((text) => !borrowed.has(text.split("/")[0] ?? ""));
      return { ...link, ...(own && own.length > 0 && { addresses: own }) };
    });
}

/** Of boot environments only one is mounted: the one that is seen to be, else the first. */
function onceMounted(
  datasets: NonNullable<HostFile["datasets"]>,
  mounted: ReadonlySet<string>,
): NonNullable<HostFile["datasets"]> {
  const holders = new Map<string, string>();
  for (const { name, mountpoint } of datasets)
    if (mountpoint?.startsWith("/") && (!holders.has(mountpoint) || mounted.has(name)))
      holders.set(mountpoint, name);
  return datasets.map((dataset) => {
    const holder = dataset.mountpoint === undefined ? undefined : holders.get(dataset.mountpoint);
    return holder === undefined || holder === dataset.name ? dataset : { ...dataset, mounted: false };
  });
}

function byName<T extends { readonly name: string }>(old: readonly T[], more: readonly T[]): T[] {
  return by(({ name }) => name, old, more);
}

/** The old ones, with what is known better now; then the new ones. */
function by<T>(keyOf: (item: T) => string, old: readonly T[], more: readonly T[]): T[] {
  const found = new Map(old.map((item) => [keyOf(item), item]));
  for (const item of more) {
    const before = found.get(keyOf(item));
    found.set(
      keyOf(item),
      typeof item === "object" && typeof before === "object" ? { ...before, ...item } : item,
    );
  }
  return [...found.values()];
}

/** Accounts that a fresh installation does not have in the same way. */
function others<T extends { readonly name: string; readonly gid: number; readonly uid?: number }>(
  all: readonly T[],
  known: readonly T[],
): T[] {
  return all.filter(
    ({ name, gid, uid }) => !known.some((one) => one.name === name && one.gid === gid && one.uid === uid),
  );
}

/** Takes out, until nothing is wrong any more, what a host file cannot say. */
function validated(content: Content): { file: HostFile; dropped: string[] } {
  const file = structuredClone(content) as Record<string, unknown>;
  const dropped: string[] = [];
  for (;;) {
    const { file: good, problems } = validateHostFile(file);
    const [first] = problems;
    if (good) return { file: good, dropped };
    if (!first || first.path.length === 0) throw new Error(first?.message ?? "This makes no host file.");
    dropped.push(takeOut(file, first.path));
  }
}

/** @returns what it is called */
function takeOut(file: Record<string, unknown>, path: readonly (string | number)[]): string {
  const [key = "", index, property] = path;
  const list = file[key];
  if (index === undefined || typeof list !== "object" || list === null) {
    delete file[key];
    return String(key);
  }
  if (!Array.isArray(list)) {
    delete (list as Record<string, unknown>)[index];
    return String(index);
  }
  const item: unknown = list[Number(index)];
  if (typeof item === "object" && item !== null && property !== undefined && !NEEDED.has(String(property))) {
    const part = item as Record<string, unknown>;
    const values = part[property];
    const [, , , position] = path;
    if (Array.isArray(values) && typeof position === "number") return String(values.splice(position, 1)[0]);
    const text = String(values);
    delete part[property];
    return text;
  }
  list.splice(Number(index), 1);
  return typeof item === "object" && item !== null && "name" in item ? String(item.name) : String(item);
}

/** Without these an item says nothing. */
const NEEDED: ReadonlySet<string> = new Set([
  "name",
  "kind",
  "from",
  "on",
  "type",
  "destination",
  "gateway",
  "size",
  "uid",
  "gid",
  "uuid",
  "version",
]);
