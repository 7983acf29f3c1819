import { own } from "../../catalog/own.ts";
import { IP_TYPES, type IpType } from "../../catalog/zonecfg/brands.ts";
import { findBrand, findRctl, globalProperty, propertyOf } from "../../catalog/zonecfg/lookup.ts";
import { suggestBrand, suggestRctl } from "../../catalog/zonecfg/mistakes.ts";
import type { ZoneProperty } from "../../catalog/zonecfg/property.ts";
import { memoryText } from "../../catalog/zonecfg/shown.ts";
import type { ZoneState } from "./state.ts";
import type { Complaint, ComplexValue, ConfigValue } from "./types.ts";
import * as read from "./values.ts";

/** What is wrong with one value, without its place. */
export type Flaw = Omit<Complaint, "origin">;

const MIB = 1024n * 1024n;

const flaw = (code: string, message: string, more: Partial<Flaw> = {}): Flaw => ({ code, message, ...more });

/**
 * What `set` says about the simple value of a property; `scope` is the resource type, `undefined` for the zone itself.
 * Nothing where a value is fine on any platform that is possible. Source: usr/src/cmd/zonecfg/zonecfg.c (set_func).
 */
export function checkText(
  scope: string | undefined,
  name: string,
  text: string,
  state: ZoneState,
): Flaw | undefined {
  const property = scope === undefined ? globalProperty(name) : propertyOf(scope, name);
  if (!property || text.includes("%{")) return undefined;
  const found = checkIn(property, scope, text, state);
  if (!found) return found;
  const [, quoted] = TYPOGRAPHIC.exec(text) ?? [];
  if (quoted !== undefined)
    return {
      ...found,
      message: `${found.message} The quotes are typographic ones, which are part of the value: use \`"\`.`,
      replacement: `"${quoted}"`,
    };
  if (!PLACEHOLDER.test(text)) return found;
  return flaw("zone/placeholder", "zonecfg does not fill in placeholders: it takes this text as it stands.");
}

/** A value in the quotes that web pages and word processors make of plain ones. */
const TYPOGRAPHIC = /^[“”„«»‘’](.*)[“”«»‘’]$/;

/** What templates and scripts put in place of a value: `$X`, `${X}`, `{{ x }}`, `@X@`, `<x>`. */
const PLACEHOLDER = /\$\{?[A-Za-z_(]|\{\{|@[A-Z][A-Z0-9_]*@|<[A-Za-z][\w-]*>/;

function checkIn(
  property: ZoneProperty,
  scope: string | undefined,
  text: string,
  state: ZoneState,
): Flaw | undefined {
  const { name } = property;
  const special = scope === undefined ? own(GLOBAL, name) : own(RESOURCE, `${scope}.${name}`);
  if (special) return special(text, state);
  return scope === undefined && property.rctl ? checkAlias(property, text) : checkByType(property, text);
}

type Check = (text: string, state: ZoneState) => Flaw | undefined;

const GLOBAL: Readonly<Record<string, Check>> = {
  zonename: (text) => {
    if (/^SUNW/.test(text))
      return flaw("zone/bad-zonename", "Names that begin with `SUNW` are reserved for templates.");
    if (read.isZoneName(text)) return undefined;
    return flaw(
      "zone/bad-zonename",
      text.length > 63
        ? "A zone name has at most 63 characters."
        : text === "global"
          ? "`global` is the name of the global zone."
          : "A zone name consists of letters, digits, `-`, `_` and `.`, and begins with a letter or digit.",
    );
  },
  zonepath: (text) => {
    if (text !== "" && !text.startsWith("/"))
      return flaw("zone/bad-zonepath", "The zonepath must be an absolute path.");
    if (/^\/+$/.test(text)) return flaw("zone/bad-zonepath", "`/` cannot be a zonepath.");
    return undefined;
  },
  brand: (text, state) => {
    // One that other platforms have is another matter.
    if (text === "" || findBrand(text)) return undefined;
    const [near] = suggestBrand(text, state.platforms.length === 1 ? state.platforms[0] : undefined);
    return flaw(
      "zone/unknown-brand",
      `No brand ${quoted(text)} is known${near ? `; did you mean \`${near}\`?` : "."} The host must have it installed.`,
      near ? { replacement: near } : {},
    );
  },
  pool: (text) =>
    text.startsWith("SUNW")
      ? flaw("zone/bad-pool", "Pool names that begin with `SUNW` are reserved for temporary pools.")
      : undefined,
  "scheduling-class": (text) =>
    text === "" || ["FSS", "TS", "IA", "FX", "RT", "SDC"].includes(text)
      ? undefined
      : flaw(
          "zone/unknown-class",
          `${quoted(text)} is no scheduling class that is known: FSS, TS, IA, FX, RT.`,
        ),
  hostid: (text) => {
    const problem = read.hostidProblem(text);
    return problem === undefined
      ? undefined
      : flaw("zone/bad-hostid", `This is not a host identifier: ${problem}.`);
  },
  "fs-allowed": (text) =>
    read.isFsAllowed(text)
      ? undefined
      : flaw(
          "zone/bad-fs-allowed",
          "File system types are separated by commas, without blanks, and consist of letters, digits and `-`.",
        ),
};

const memorySize =
  (least: bigint): Check =>
  (text) => {
    const bytes = read.memory(text);
    if (bytes === undefined) return badSize(text);
    if (bytes < least)
      return flaw("zone/too-small", `At least ${memoryText(least)} is needed; this is ${memoryText(bytes)}.`);
    return undefined;
  };

function badSize(text: string): Flaw {
  const unit = /^\s*([\d.]+)\s*([KMGT])(?:i?B|i)$/i.exec(text);
  return flaw(
    "zone/bad-size",
    "A memory size is a number and one letter of K, M, G and T.",
    unit ? { replacement: `${unit[1]}${unit[2]?.toUpperCase()}` } : {},
  );
}

const address =
  (router: boolean): Check =>
  (text, state) => {
    const list = text.includes(",");
    // Solaris 11.4 takes a list, and no prefix.
    const solaris11 = state.platforms.includes("solaris11");
    if (list && solaris11) return undefined;
    const problem = read.addressProblem(text, router);
    if (problem === "prefix-missing")
      return solaris11
        ? undefined
        : flaw("zone/prefix-missing", "An IPv6 address needs its prefix length, as in `/64`.", {
            replacement: `${text}/64`,
          });
    if (problem === "prefix-range")
      return flaw(
        "zone/bad-address",
        "The prefix length is out of range: at most 32 for IPv4, 128 for IPv6.",
      );
    if (problem === "bogus")
      return flaw(
        "zone/bad-address",
        list
          ? "Only one address can stand here: a further one needs a `net` of its own."
          : `${quoted(text)} is neither an address nor a host name.`,
      );
    const slash = text.indexOf("/");
    const host = slash < 0 ? text : text.slice(0, slash);
    if (router && slash >= 0)
      return flaw("zone/prefix-ignored", "A default router has no prefix length: zonecfg ignores it.", {
        replacement: host,
      });
    if (list && slash >= 0)
      return flaw(
        "zone/suspicious-address",
        "Only the first of these addresses is checked; a further one needs a `net` of its own.",
        // What the brands of OmniOS and SmartOS make of a list is not documented.
        state.everywhere((platform) => platform === "illumos" || platform === "solaris10")
          ? {}
          : { severity: "information" },
      );
    if (slash >= 0 && !/^\d+$/.test(text.slice(slash + 1)))
      return flaw("zone/suspicious-address", "What follows `/` is no number and counts as 0.");
    if (/^[\d.]+$/.test(host) && !read.isIPv4(host))
      return flaw(
        "zone/suspicious-address",
        `${quoted(host)} is no IPv4 address: zonecfg takes it as a host name, which nothing will resolve.`,
      );
    return undefined;
  };

const link: Check = (text, state) => {
  const ipType = state.ipType;
  const kinds: readonly IpType[] = ipType ? [ipType] : IP_TYPES;
  const problems = kinds.map((kind) => read.linkProblem(text, kind));
  const [problem] = problems;
  if (problem === undefined || problems.includes(undefined)) return undefined;
  const other = ipType === "shared" && read.linkProblem(text, "exclusive") === undefined;
  return flaw(
    "zone/bad-link",
    `${quoted(text)} cannot be the link of ${ipType ? `a zone of ip-type ${ipType}` : "a zone"}: ${problem}.${
      other ? " It could with `set ip-type=exclusive` before this resource." : ""
    }`,
    state.platforms.length > 1 && state.platforms.includes("solaris11") ? { severity: "warning" } : {},
  );
};

const RESOURCE: Readonly<Record<string, Check>> = {
  "fs.type": (text) =>
    read.isFsType(text)
      ? undefined
      : flaw("zone/bad-fs-type", "This cannot be the name of a file system type."),
  "net.physical": link,
  "net.address": address(false),
  "net.allowed-address": address(false),
  "net.defrouter": address(true),
  "net.mac-addr": (text) =>
    /^[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}$/.test(text) || text === "auto"
      ? undefined
      : flaw("zone/bad-mac", "A MAC address has six hexadecimal bytes with colons between them.", {
          severity: "warning",
        }),
  "net.vlan-id": (text) =>
    /^\d+$/.test(text) && Number(text) <= 4094
      ? undefined
      : flaw("zone/bad-vlan", "A VLAN has a number from 0 to 4094.", { severity: "warning" }),
  "rctl.name": (text) => {
    if (!/^zone\.[A-Za-z-]+$/.test(text)) {
      const [near] = suggestRctl(text);
      return flaw(
        "zone/bad-rctl-name",
        `A resource control of a zone is called \`zone.…\`${near ? `; did you mean \`${near}\`?` : "."}`,
        near ? { replacement: near } : {},
      );
    }
    if (findRctl(text)) return undefined;
    const [near] = suggestRctl(text);
    return flaw(
      "zone/unknown-rctl",
      `No resource control ${quoted(text)} is known: the zone boots without it${near ? `. Did you mean \`${near}\`?` : "."}`,
      near ? { replacement: near } : {},
    );
  },
  "dedicated-cpu.ncpus": (text) => {
    if (read.cpuRange(text)) return undefined;
    const turned = text.replace(/^(\d+)-(\d+)$/, "$2-$1");
    return turned !== text && read.cpuRange(turned)
      ? flaw("zone/bad-cpus", `The lower number of CPUs goes first: \`${turned}\`.`, { replacement: turned })
      : flaw("zone/bad-cpus", "`ncpus` is a number of whole CPUs, or a range such as `1-4`.");
  },
  "dedicated-cpu.importance": (text) =>
    read.unsigned(text) === undefined
      ? flaw("zone/bad-number", "The importance is a number without a sign.")
      : undefined,
  "capped-cpu.ncpus": (text) =>
    read.cpuCap(text) === undefined
      ? flaw("zone/bad-cpus", "The cap is a number of CPUs of at least 0.01, as in `1.5`.")
      : undefined,
  "capped-memory.physical": memorySize(MIB),
  "capped-memory.swap": memorySize(50n * MIB),
  "capped-memory.locked": memorySize(0n),
};

function checkAlias(property: ZoneProperty, text: string): Flaw | undefined {
  const rctl = findRctl(property.rctl ?? "");
  const value = property.type === "memory" ? read.memory(text) : read.unsigned(text);
  if (value === undefined)
    return property.type === "memory"
      ? badSize(text)
      : flaw("zone/bad-number", `\`${property.name}\` is a number without a sign.`);
  if (rctl && value < BigInt(rctl.aliasLow))
    return flaw("zone/too-small", `\`${property.name}\` must be at least ${rctl.aliasLow}.`);
  return undefined;
}

/** Properties of which nothing more is known than a type; of Solaris 11.4 only what its manual says. */
function checkByType(property: ZoneProperty, text: string): Flaw | undefined {
  const unsure: Partial<Flaw> = property.confidence === "high" ? {} : { severity: "warning" };
  switch (property.type) {
    case "boolean":
    case "enum": {
      if (!property.values || property.values.includes(text)) return undefined;
      const near =
        property.values.find((value) => value.toLowerCase() === text.toLowerCase()) ??
        booleanOf(text, property);
      return flaw("zone/bad-word", `\`${property.name}\` is ${oneOf(property.values)}.`, {
        ...unsure,
        ...(near !== undefined && { replacement: near }),
      });
    }
    case "uint":
    case "uint64":
      if (/^\d+$/.test(text) || text === "auto") return undefined;
      return flaw("zone/bad-number", `\`${property.name}\` is a number without a sign.`, unsure);
    case "memory":
      return read.memory(text) === undefined ? { ...badSize(text), ...unsure } : undefined;
    default:
      return undefined;
  }
}

function booleanOf(text: string, property: ZoneProperty): string | undefined {
  if (property.type !== "boolean") return undefined;
  if (/^(?:yes|on|1|enabled?)$/i.test(text)) return "true";
  return /^(?:no|off|0|disabled?)$/i.test(text) ? "false" : undefined;
}

/** What is wrong with one tuple of an `rctl`. Source: zonecfg.c (add_prop_to_rctl), libzonecfg.c. */
export function checkTuple({ complex }: ComplexValue, rctlName: string | undefined): Flaw | undefined {
  const parts = new Map<string, string>();
  for (const [name, value] of complex) {
    if (!["priv", "limit", "action"].includes(name))
      return flaw(
        "zone/bad-rctl-value",
        `\`${name}\` is no part of a value: it has \`priv\`, \`limit\` and \`action\`.`,
      );
    if (parts.has(name)) return flaw("zone/bad-rctl-value", `\`${name}\` is given twice.`);
    parts.set(name, value);
  }
  for (const name of ["priv", "limit", "action"])
    if (!parts.has(name)) return flaw("zone/bad-rctl-value", `\`${name}\` is missing in this value.`);
  const priv = parts.get("priv") ?? "";
  if (priv !== "privileged")
    return flaw("zone/bad-rctl-value", `\`priv\` must be \`privileged\`: zones take no ${quoted(priv)}.`);
  const action = parts.get("action") ?? "";
  if (action !== "none" && action !== "deny")
    return flaw(
      "zone/bad-rctl-value",
      `\`action\` must be \`none\` or \`deny\`: zones take no ${quoted(action)}.`,
    );
  const limit = read.anyBase(parts.get("limit") ?? "");
  if (limit === undefined)
    return flaw("zone/bad-rctl-value", "`limit` is a number: decimal, `0x…` or octal `0…`.");
  const rctl = rctlName === undefined ? undefined : findRctl(rctlName);
  if (!rctl) return undefined;
  if (limit > BigInt(rctl.systemMax))
    return flaw(
      "zone/rctl-limit",
      `The kernel allows \`${rctl.name}\` at most ${rctl.systemMax}: the zone does not boot.`,
    );
  if (rctl.deny === "never" && action === "deny")
    return flaw("zone/rctl-action", `\`${rctl.name}\` cannot deny anything: its action is \`none\`.`);
  if (rctl.deny === "always" && action === "none")
    return flaw(
      "zone/rctl-action",
      `\`${rctl.name}\` always denies what exceeds it: with another action than \`deny\` its shorthand cannot be used.`,
      {
        severity: "information",
      },
    );
  return undefined;
}

/** The form of a value, in words. */
export function formOf(value: ConfigValue): "simple" | "list" | "complex" {
  return typeof value === "string" ? "simple" : "list" in value ? "list" : "complex";
}

export function quoted(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text.replace(/\s+/g, " ")}\``;
}

/** `a`, `b` or `c`. */
function oneOf(words: readonly string[]): string {
  const marked = words.map((word) => `\`${word}\``);
  return marked.length > 1 ? `${marked.slice(0, -1).join(", ")} or ${marked.at(-1)}` : (marked[0] ?? "");
}
