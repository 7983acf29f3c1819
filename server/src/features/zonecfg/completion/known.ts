import { CompletionItemKind } from "vscode-languageserver-types";
import type { BrandAttr } from "../../../catalog/zonecfg/brandAttrs.ts";
import { brandsOf, findBrand, findRctl } from "../../../catalog/zonecfg/lookup.ts";
import { brandMarkdown, rctlMarkdown } from "../../../catalog/zonecfg/markdown.ts";
import { platformName, type ZoneProperty } from "../../../catalog/zonecfg/property.ts";
import { rctls, type ZoneRctl } from "../../../catalog/zonecfg/rctls.ts";
import { textIn } from "../../../configuration/zonecfg/state.ts";
import { choice } from "../../snippets.ts";
import { attrMarkdown, attrsAt, findAttr } from "../brandValues.ts";
import { settingOf } from "../locate.ts";
import { brandsIn } from "../part.ts";
import { meaningsOf } from "../valueMeanings.ts";
import { fits, type Place } from "./place.ts";

/** A value that fits, as its plain text, or as a snippet that is inserted as it is. */
export interface Candidate {
  readonly text: string;
  readonly detail?: string;
  readonly documentation?: string;
  readonly kind?: CompletionItemKind;
  readonly snippet?: string;
}

/** Values that are common, where any text is possible. */
const COMMON: Readonly<Record<string, readonly string[]>> = {
  " bootargs": ["-m verbose", "-m debug", "-s", "-m milestone=none"],
  " pool": ["pool_default"],
  " fs-allowed": ["ufs", "pcfs", "tmpfs", "hsfs", "lofs", "autofs", "nfs"],
  "net global-nic": ["auto"],
  "anet lower-link": ["auto"],
  "anet mac-address": ["auto", "random", "default"],
  "fs special": ["swap"],
};

/** Attributes that nearly every zone of their brand has, in the order in which one writes them. */
const USUAL_ATTRS = [
  "bootdisk",
  "ram",
  "vcpus",
  "kernel-version",
  "disk",
  "cdrom",
  "resolvers",
  "dns-domain",
];

/** The values that are known to fit a property at a place, the best first. */
export function knownValues(place: Place, property: ZoneProperty): Candidate[] {
  const { resource, name } = property;
  const key = `${resource ?? ""} ${name}`;
  switch (key) {
    case " brand":
      return brandNames(place);
    case " ip-type":
      return ipTypes(place);
    case " zonepath":
      return zonepaths(place);
    case "rctl name":
      return rctlNames(place);
    case "rctl value":
      return [tuple(findRctl(settingOf(place.location, "name") ?? ""))];
    case "attr name":
      return attrNames(place);
    case "attr type":
      return attrTypes(place);
    case "attr value":
      return attrValues(place);
    case "net physical":
    case "net global-nic":
    case "anet lower-link":
      return [...texts(COMMON[key] ?? []), ...links(place, name)];
    case "device match":
      return disks(place);
    case "net property":
    case "device property":
      return [pair()];
    case "fs special":
      return settingOf(place.location, "type") === "tmpfs" ? texts(COMMON[key] ?? []) : [];
  }
  const common = COMMON[key];
  return common ? texts(common) : worded(property);
}

const texts = (values: readonly string[]): Candidate[] => values.map((text) => ({ text }));

/** The words of a property, with what they mean. */
function worded({ resource, name, values, default: usual, type }: ZoneProperty): Candidate[] {
  const meanings = meaningsOf(resource, name);
  const words = [...new Set([...Object.keys(meanings), ...(type === "list" ? [] : (values ?? []))])];
  return words.map((text) => ({
    text,
    kind: CompletionItemKind.EnumMember,
    detail: [plain(meanings[text]), text === usual ? "default" : ""].filter(Boolean).join(" · "),
  }));
}

/** Markdown where none is shown. */
function plain(text: string | undefined): string {
  return (text ?? "").replaceAll("`", "");
}

function brandNames({ platforms }: Place): Candidate[] {
  const names = [...new Set(platforms.flatMap((platform) => brandsOf(platform).map(({ name }) => name)))];
  return names.map((text) => {
    const found = platforms.flatMap((platform) => findBrand(text, platform) ?? []);
    return {
      text,
      kind: CompletionItemKind.EnumMember,
      detail: `${found[0]?.title ?? ""} · ${found.map((brand) => platformName(brand.platform)).join(", ")}`,
      documentation: found.slice(0, 3).map(brandMarkdown).join("\n\n---\n\n"),
    };
  });
}

function ipTypes({ part }: Place): Candidate[] {
  const brands = brandsIn(part);
  const allowed = (["exclusive", "shared"] as const).filter(
    (type) => brands.length === 0 || brands.some((brand) => brand.ipTypesAllowed.includes(type)),
  );
  const meanings = meaningsOf(undefined, "ip-type");
  return allowed.map((text) => ({
    text,
    kind: CompletionItemKind.EnumMember,
    detail: plain(meanings[text]),
  }));
}

function zonepaths({ part, platforms }: Place): Candidate[] {
  const name = part?.name ?? "";
  const folder = platforms.length === 1 && platforms[0] === "solaris11" ? "/system/zones/" : "/zones/";
  return name === "" ? [] : [{ text: folder + name, kind: CompletionItemKind.Folder }];
}

/** The resource controls: those first that the zone does not have, and that have no shorthand. */
function rctlNames(place: Place): Candidate[] {
  const own = settingOf(place.location, "name");
  const there = new Set(
    place.part?.resources.flatMap((resource) =>
      resource.type === "rctl" ? (textIn(resource, "name") ?? []) : [],
    ),
  );
  const rank = ({ name, alias, resourceForm }: ZoneRctl) =>
    (there.has(name) && name !== own ? 2 : 0) + (alias || resourceForm ? 1 : 0);
  return rctls
    .filter((rctl) => fits(rctl, place))
    .sort((a, b) => rank(a) - rank(b))
    .map((rctl) => ({
      text: rctl.name,
      kind: CompletionItemKind.Constant,
      detail: rctl.alias ? `${rctl.unit} · shorthand: ${rctl.alias}` : rctl.unit,
      documentation: rctlMarkdown(rctl),
    }));
}

/** `(priv=…,limit=…,action=…)`, with the action that the resource control wants, or the choice where it takes both. */
function tuple(rctl: ZoneRctl | undefined): Candidate {
  const isFixed = rctl?.deny === "always" || rctl?.deny === "never";
  const action = isFixed ? rctl.defaultAction : choice(["deny", "none"], 2);
  return {
    text: "(priv=privileged,limit=…,action=…)",
    kind: CompletionItemKind.Snippet,
    detail: rctl ? rctl.unit : "a value of a resource control",
    snippet: `(priv=privileged,limit=\${1:limit},action=${action})`,
  };
}

function pair(): Candidate {
  return {
    text: "(name=…,value=…)",
    kind: CompletionItemKind.Snippet,
    detail: "a property that the brand reads",
    snippet: `(name=\${1:name},value="$2")`,
  };
}

/** The names of the attributes in the zone, that of the open one left out. */
function attrsThere({ part, location }: Place): ReadonlySet<string> {
  const own = settingOf(location, "name");
  return new Set(
    part?.resources.flatMap((resource) => {
      const name = resource.type === "attr" ? textIn(resource, "name") : undefined;
      return name === undefined || name === own ? [] : [name];
    }),
  );
}

function attrNames(place: Place): Candidate[] {
  const there = attrsThere(place);
  const rank = ({ name }: BrandAttr) => (USUAL_ATTRS.indexOf(name) + 1 || USUAL_ATTRS.length + 1) - 1;
  const attrs = attrsAt(place.context, place.location).sort((a, b) => rank(a) - rank(b));
  return attrs.flatMap((attr) => {
    const text = freeName(attr, there);
    if (text === undefined) return [];
    return [
      {
        text,
        kind: CompletionItemKind.Field,
        detail: plain(attr.doc),
        documentation: attrMarkdown(attr, text),
      },
    ];
  });
}

/** `disk`, then `disk0`, `disk1` …; `undefined` for one that is there and can be there once only. */
function freeName({ name, numbered }: BrandAttr, there: ReadonlySet<string>): string | undefined {
  if (!there.has(name)) return name;
  if (!numbered) return undefined;
  let number = 0;
  while (there.has(`${name}${number}`)) number++;
  return `${name}${number}`;
}

function attrOf(place: Place): BrandAttr | undefined {
  return findAttr(attrsAt(place.context, place.location), settingOf(place.location, "name") ?? "");
}

function attrTypes(place: Place): Candidate[] {
  const meanings = meaningsOf("attr", "type");
  const insisted = attrOf(place)?.type;
  return Object.keys(meanings)
    .filter((text) => insisted === undefined || insisted === text)
    .map((text) => ({ text, kind: CompletionItemKind.EnumMember, detail: plain(meanings[text]) }));
}

function attrValues(place: Place): Candidate[] {
  const attr = attrOf(place);
  if (!attr) return settingOf(place.location, "type") === "boolean" ? texts(["true", "false"]) : [];
  const values = new Set([...(attr.default === undefined ? [] : [attr.default]), ...(attr.values ?? [])]);
  return [...values].map((text) => ({
    text,
    kind: CompletionItemKind.EnumMember,
    detail: text === attr.default ? "default" : "",
  }));
}

/** The links that other resources of the file use, the most used first. */
function links({ context }: Place, property: string): Candidate[] {
  const uses = new Map<string, number>();
  for (const part of context.configuration.parts)
    for (const resource of part.resources) {
      if (resource.type !== "net" && resource.type !== "anet") continue;
      const link = textIn(resource, property);
      if (link && link !== "auto") uses.set(link, (uses.get(link) ?? 0) + 1);
    }
  return [...uses]
    .sort((a, b) => b[1] - a[1])
    .map(([text]) => ({ text, kind: CompletionItemKind.Reference, detail: "used in this file" }));
}

/** The devices of the volumes that a virtual machine has as disks; those that the zone has already are left out. */
function disks({ part, location }: Place): Candidate[] {
  const own = settingOf(location, "match");
  const there = new Set<string | undefined>();
  const volumes: string[] = [];
  for (const resource of part?.resources ?? []) {
    if (resource.type === "device") there.add(textIn(resource, "match"));
    if (resource.type !== "attr" || !/^(?:boot)?disk\d*$/.test(textIn(resource, "name") ?? "")) continue;
    const volume = textIn(resource, "value")?.split(",")[0];
    if (volume && !volume.startsWith("/")) volumes.push(`/dev/zvol/rdsk/${volume}`);
  }
  return volumes
    .filter((device) => device === own || !there.has(device))
    .map((text) => ({ text, kind: CompletionItemKind.File, detail: "volume of a disk of this zone" }));
}
