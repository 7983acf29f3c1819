import { findDirectory, putFile } from "../../filesystem/build.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import type { Host } from "../../host.ts";
import { property } from "../configuration.ts";
import type { IndexEntry } from "../types.ts";

/**
 * The manifest of a zone that is detached: its configuration and what software it has, so that another machine knows
 * whether the zone fits. Source: zonecfg_detach_save(), sw_cmp() in usr/src/lib/libzonecfg; SUNWdetached.xml.
 */
export interface Manifest {
  readonly zone: string;
  readonly brand: string;
  readonly release: string;
  readonly packages: readonly string[];
}

export const DETACHED = "SUNWdetached.xml";
export const ATTACHED = "SUNWattached.xml";

/** The text of the manifest, as `detach` writes it and `detach -n` prints it. */
export function manifestText(
  { state: { machine } }: Host,
  { name, definition, installation }: IndexEntry,
): string {
  const brand = property(definition, "brand");
  const attributes = Object.entries(definition.properties)
    .filter(([key]) => key !== "brand" && key !== "zonename")
    .map(([key, { value }]) => ` ${key}="${escaped(value)}"`);
  const resources = definition.resources.map(({ type, properties }) => {
    const values = Object.entries(properties).map(
      ([key, settings]) => ` ${key}="${escaped(settings.map(({ value }) => value).join(","))}"`,
    );
    return `  <${type}${values.join("")}/>\n`;
  });
  const packages = (installation?.packages ?? []).map(
    (one) => `  <package name="${escaped(one)}" version="${escaped(machine.release)}"/>\n`,
  );
  return `<?xml version="1.0"?>\n<zone name="${name}" brand="${brand}"${attributes.join("")} release="${machine.release}">\n${resources.join("")}${packages.join("")}</zone>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function plain(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/** Reads such a text; `undefined` for one that is no manifest. */
export function readManifest(text: string): Manifest | undefined {
  const [, zone, brand] = /<zone name="([^"]*)" brand="([^"]*)"/.exec(text) ?? [];
  if (zone === undefined || brand === undefined) return undefined;
  const [, release = ""] = / release="([^"]*)"/.exec(text) ?? [];
  const packages = [...text.matchAll(/<package name="([^"]*)"/g)].map(([, name = ""]) => plain(name));
  return { zone, brand: plain(brand), release: plain(release), packages };
}

/** What keeps a zone of a manifest from running here. */
export function misfits({ state: { machine } }: Host, { brand, release }: Manifest): string[] {
  const found: string[] = [];
  if (machine.described && machine.brands.length > 0 && !machine.brands.includes(brand))
    found.push(`brand ${brand} is not installed here`);
  if (release !== machine.release)
    found.push(`the packages of the zone are of release ${release}, those of the host of ${machine.release}`);
  return found;
}

/** The text of the manifest in a zonepath. */
export function storedManifest(host: Host, zonepath: string): string | undefined {
  const file = findDirectory(host, `${zonepath}/${DETACHED}`);
  return file && nodeOf(host, file).content;
}

export function storeManifest(host: Host, zonepath: string, text: string): void {
  putFile(host, `${zonepath}/${DETACHED}`, text, 0o644);
}
