import { type StoredResource, type StoredValue, storedXml } from "../../catalog/zonecfg/storedForm.ts";
import { ensureDirectory, findDirectory } from "../filesystem/build.ts";
import { dropUnlinked } from "../filesystem/entries.ts";
import { addNode, childOf, editable, editableIn, fileSystemOf, removeEntry } from "../filesystem/nodes.ts";
import type { FileNode, FileSystem, Vnode } from "../filesystem/types.ts";
import type { Host } from "../host.ts";
import { storedOrder } from "./commands/zonecfgText.ts";
import { property } from "./configuration.ts";
import { illumosOf } from "./state.ts";
import type { ZoneDefinition, ZoneResource } from "./types.ts";
import { entryNamed, zoneNamed } from "./zoneIndex.ts";

/**
 * The files of the global zone in which zonecfg(8) and zoneadm(8) keep what they know. Their texts are made when somebody
 * reads them; what somebody writes into one is shown from then on, but changes no zone.
 * Source: usr/src/lib/libzonecfg/common/{libzonecfg,getzoneent}.c.
 */

const DIRECTORY = "/etc/zones";
const EMPTY = { kind: "file", mode: 0o644, uid: 0, gid: 3, links: 1, content: "" } as const;

/** The file of a zone that is configured now, and the index file. */
export function addZoneFile(host: Host, zone: string): void {
  const directory = ensureDirectory(host, DIRECTORY);
  const fs = fileSystemOf(host, directory);
  putView(fs, directory.node, "index", "zones");
  putView(fs, directory.node, `${zone}.xml`, `zone ${zone}`);
}

/** A file that shows what the system knows: see `zoneFileText`. */
export function putView(fs: FileSystem, directory: number, name: string, view: string): void {
  const known = childOf(fs, directory, name);
  if (known === undefined) addNode(fs, directory, name, { ...EMPTY, flags: [], view });
  else Object.assign(editableIn(fs, known), { content: "", view });
}

export function dropZoneFile(host: Host, zone: string): void {
  const directory = findDirectory(host, DIRECTORY);
  if (directory) dropView(host, directory, `${zone}.xml`);
}

export function dropView(host: Host, directory: Vnode, name: string): void {
  const fs = fileSystemOf(host, directory);
  const node = childOf(fs, directory.node, name);
  if (node === undefined) return;
  removeEntry(fs, directory.node, name);
  const vnode = { mount: directory.mount, node };
  editable(host, vnode).links = 0;
  dropUnlinked(host, vnode);
}

const SNAPSHOT = "snapshot ";

/** What shows the configuration with which a zone was readied, for `putView`. */
export function snapshotView(zone: string): string {
  return SNAPSHOT + zone;
}

/** What such a file shows; `undefined` for other files, and for one that somebody has overwritten. */
export function zoneFileText(host: Host, { view, content }: FileNode): string | undefined {
  if (view === undefined || content !== "") return undefined;
  if (view === "zones") return indexText(host);
  if (view.startsWith(SNAPSHOT)) {
    const definition = zoneNamed(host, view.slice(SNAPSHOT.length))?.definition;
    return definition ? xmlOf(definition) : undefined;
  }
  const entry = entryNamed(host, view.slice("zone ".length));
  return entry && xmlOf(entry.definition);
}

function indexText(host: Host): string {
  const rows = illumosOf(host).index.map(
    ({ name, state, uuid, definition }) => `${name}:${state}:${property(definition, "zonepath")}:${uuid}`,
  );
  return ["global:installed:/", ...rows].map((row) => `${row}\n`).join("");
}

function xmlOf(definition: ZoneDefinition): string {
  return storedXml({
    name: definition.name,
    property: (name) => definition.properties[name]?.value,
    resources: storedOrder(definition.resources).map(storedResource),
  });
}

function storedResource({ type, properties }: ZoneResource): StoredResource {
  return {
    type,
    values: (name) =>
      (properties[name] ?? []).map(({ value }) =>
        type === "dedicated-cpu" ? value.replace(/^(\d+)$/, "$1-$1") : storedValue(value),
      ),
  };
}

/** `(name=ips,value=192.0.2.9/24,dhcp)`, or a text. Values may have commas: they end before the next name. */
function storedValue(value: string): StoredValue {
  if (!/^\(.*\)$/.test(value)) return value;
  return [...value.slice(1, -1).matchAll(PAIR)].map(
    ([, name = "", quoted, plain = ""]) => [name, quoted ?? plain] as const,
  );
}

const PAIR = /(name|value|priv|limit|action)=(?:"([^"]*)"|(.*?))(?=,(?:name|value|priv|limit|action)=|$)/g;
