import { parseIpv6 } from "../../configuration/inet.ts";
import { effective } from "../../configuration/jail-conf/effective.ts";
import type { ResolvedJail } from "../../configuration/jail-conf/types.ts";
import { parseAddressEntry, parseInteger } from "../../configuration/jail-conf/values.ts";
import { isLimited } from "./rules/limits.ts";
import type { JailIndex } from "./topic.ts";

/** A multimap from which single members can be taken out again. */
class Groups {
  private readonly groups = new Map<string, ResolvedJail[]>();
  /** The keys with more than one member: usually few, and all that a check has to look at. */
  readonly crowded = new Set<string>();

  get(key: string): readonly ResolvedJail[] {
    return this.groups.get(key) ?? NONE;
  }

  add(key: string, jail: ResolvedJail) {
    const group = this.groups.get(key);
    if (!group) this.groups.set(key, [jail]);
    else if (group.push(jail) === 2) this.crowded.add(key);
  }

  remove(key: string, jail: ResolvedJail) {
    const group = this.groups.get(key);
    const at = group ? group.indexOf(jail) : -1;
    if (!group || at < 0) return;
    group.splice(at, 1);
    if (group.length === 1) this.crowded.delete(key);
    if (group.length === 0) this.groups.delete(key);
  }
}

const NONE: readonly ResolvedJail[] = [];

/** The facts about all jails that checks across jails need, kept by adding and removing single jails. */
export class JailFacts implements JailIndex {
  private readonly names = new Groups();
  private readonly jids = new Groups();
  private readonly addresses = new Groups();
  private readonly interfaces = new Groups();
  private readonly epairs = new Groups();
  private readonly paths = new Groups();
  /** How many jails have their root below a directory. */
  private readonly counts = new Map<string, number>();
  /** The roots of jails that have other roots below them. */
  private readonly outer = new Set<string>();
  private readonly below = new Set<ResolvedJail>();
  readonly limited = new Set<ResolvedJail>();
  private jails: readonly ResolvedJail[] = [];
  private positions: Map<ResolvedJail, number> | undefined;
  private readonly moved = new Map<string, number>();
  private version = 0;

  add(jail: ResolvedJail) {
    this.move(jail, 1);
    this.names.add(jail.name, jail);
    const jid = jidOf(jail);
    if (jid) this.jids.add(jid, jail);
    for (const address of addressesOf(jail)) this.addresses.add(address, jail);
    for (const name of vnetInterfacesOf(jail)) this.interfaces.add(name, jail);
    for (const name of epairsOf(jail)) this.epairs.add(name, jail);
    const path = rootOf(jail);
    if (path) {
      this.paths.add(path, jail);
      this.count(path, 1);
    }
    if (isLimited(jail)) this.limited.add(jail);
    if (jail.name.includes(".")) this.below.add(jail);
  }

  remove(jail: ResolvedJail) {
    this.move(jail, -1);
    this.names.remove(jail.name, jail);
    const jid = jidOf(jail);
    if (jid) this.jids.remove(jid, jail);
    for (const address of addressesOf(jail)) this.addresses.remove(address, jail);
    for (const name of vnetInterfacesOf(jail)) this.interfaces.remove(name, jail);
    for (const name of epairsOf(jail)) this.epairs.remove(name, jail);
    const path = rootOf(jail);
    if (path) {
      this.paths.remove(path, jail);
      this.count(path, -1);
    }
    this.limited.delete(jail);
    this.below.delete(jail);
  }

  /** Says where each jail stands in the files now. */
  order(jails: readonly ResolvedJail[]) {
    this.jails = jails;
    this.positions = undefined;
  }

  get dependencyVersion(): number {
    if (this.moved.size > 0) this.version++;
    this.moved.clear();
    return this.version;
  }

  /** Takes note of a jail that came or went: one that comes back with the same wishes has changed no dependency. */
  private move(jail: ResolvedJail, by: 1 | -1) {
    const key = `${jail.name}\0${(jail.find("depend")?.values ?? []).map((value) => value.text).join("\0")}`;
    const count = (this.moved.get(key) ?? 0) + by;
    if (count === 0) this.moved.delete(key);
    else this.moved.set(key, count);
  }

  named(name: string): readonly ResolvedJail[] {
    return this.inOrder(this.names.get(name));
  }

  get duplicateNames(): Iterable<string> {
    return this.names.crowded;
  }

  *sharedJids(): Iterable<readonly [string, readonly ResolvedJail[]]> {
    for (const jid of this.jids.crowded) yield [jid, this.inOrder(this.jids.get(jid))];
  }

  *sharedAddresses(): Iterable<readonly [string, readonly ResolvedJail[]]> {
    for (const address of this.addresses.crowded) yield [address, this.inOrder(this.addresses.get(address))];
  }

  *sharedInterfaces(): Iterable<readonly [string, readonly ResolvedJail[]]> {
    for (const name of this.interfaces.crowded) yield [name, this.inOrder(this.interfaces.get(name))];
  }

  *sharedEpairs(): Iterable<readonly [string, readonly ResolvedJail[]]> {
    for (const name of this.epairs.crowded) yield [name, this.inOrder(this.epairs.get(name))];
  }

  *sharedPaths(): Iterable<readonly [string, readonly ResolvedJail[]]> {
    for (const path of this.paths.crowded) yield [path, this.inOrder(this.paths.get(path))];
  }

  *nestedPaths(): Iterable<readonly [readonly ResolvedJail[], readonly ResolvedJail[]]> {
    for (const path of this.outer)
      yield [
        this.inOrder(this.paths.get(path)),
        this.jails.filter((jail) => rootOf(jail)?.startsWith(`${path}/`)),
      ];
  }

  /** Takes note of a root that came or went, in all directories above it. */
  private count(path: string, by: 1 | -1) {
    this.noteOuter(path);
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const above = path.slice(0, slash);
      const count = (this.counts.get(above) ?? 0) + by;
      if (count === 0) this.counts.delete(above);
      else this.counts.set(above, count);
      this.noteOuter(above);
    }
  }

  private noteOuter(path: string) {
    if (this.counts.has(path) && this.paths.get(path).length > 0) this.outer.add(path);
    else this.outer.delete(path);
  }

  get nested(): Iterable<ResolvedJail> {
    return this.below;
  }

  private inOrder(jails: readonly ResolvedJail[]): readonly ResolvedJail[] {
    if (jails.length < 2) return jails;
    const positions = this.positions ?? new Map(this.jails.map((jail, i) => [jail, i]));
    this.positions = positions;
    return [...jails].sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));
  }
}

const jidCache = new WeakMap<ResolvedJail, { readonly jid: string | undefined }>();

/** The jid that a jail is to have, in its shortest spelling; 0 leaves the choice to the kernel. */
function jidOf(jail: ResolvedJail): string | undefined {
  let known = jidCache.get(jail);
  if (!known) {
    const jid = parseInteger(effective(jail).text("jid") ?? "");
    known = { jid: jid ? String(jid) : undefined };
    jidCache.set(jail, known);
  }
  return known.jid;
}

const addressCache = new WeakMap<ResolvedJail, readonly string[]>();

/** The addresses of a jail as the kernel gets them, each once. */
export function addressesOf(jail: ResolvedJail): readonly string[] {
  let known = addressCache.get(jail);
  if (!known) {
    const addresses = new Set<string>();
    for (const name of ["ip4.addr", "ip6.addr"])
      for (const value of jail.find(name)?.values ?? [])
        for (const entry of value.text.split(",")) addresses.add(canonical(parseAddressEntry(entry).address));
    addresses.delete("");
    addresses.delete("-");
    known = [...addresses];
    addressCache.set(jail, known);
  }
  return known;
}

const interfaceCache = new WeakMap<ResolvedJail, readonly string[]>();

/** The interfaces that are handed over to a jail's own network stack, each once. */
function vnetInterfacesOf(jail: ResolvedJail): readonly string[] {
  let known = interfaceCache.get(jail);
  if (!known) {
    const view = effective(jail);
    known = view.vnet ? [...new Set(view.list("vnet.interface").map((value) => value.text))] : [];
    interfaceCache.set(jail, known);
  }
  return known;
}

const epairCache = new WeakMap<ResolvedJail, readonly string[]>();
const EPAIR = /\bifconfig\s+(epair\d+)\s+create\b/;

/** The epairs that commands of a jail make, whether or not they are there already; each once. */
function epairsOf(jail: ResolvedJail): readonly string[] {
  let known = epairCache.get(jail);
  if (!known) {
    const names = new Set<string>();
    for (const { list, value } of effective(jail).commands) {
      if (!value.text.includes("epair") || !EPAIR_LISTS.has(list)) continue;
      const name = EPAIR.exec(value.text)?.[1];
      // A command with a condition may well know what is there.
      if (name && !/\|\||\bif\b|\[|\btest\b|destroy/.test(value.text)) names.add(name);
    }
    known = names.size > 0 ? [...names] : NO_NAMES;
    epairCache.set(jail, known);
  }
  return known;
}

const NO_NAMES: readonly string[] = [];
const EPAIR_LISTS: ReadonlySet<string> = new Set(["exec.prepare", "exec.prestart", "exec.created"]);

const rootCache = new WeakMap<ResolvedJail, { readonly path: string | undefined }>();

/** The root of a jail on the host, without doubled and last slashes; `undefined` for `/` and what is not known. */
export function rootOf(jail: ResolvedJail): string | undefined {
  let known = rootCache.get(jail);
  if (!known) {
    const text = effective(jail).text("path");
    const path = text?.startsWith("/") ? trimmed(text) : "";
    known = { path: path || undefined };
    rootCache.set(jail, known);
  }
  return known.path;
}

function trimmed(path: string): string {
  const single = path.includes("//") ? path.replaceAll(/\/{2,}/g, "/") : path;
  return single.endsWith("/") ? single.slice(0, -1) : single;
}

/** IPv6 addresses have many spellings: `2001:db8::1` is `2001:db8:0::1`. */
export function canonical(address: string): string {
  return address.includes(":") ? (parseIpv6(address)?.join(":") ?? address) : address;
}
