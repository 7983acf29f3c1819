import type { Command } from "@zonewarden/grammars/zonecfg/tree";
import { findBrand } from "../../../catalog/zonecfg/lookup.ts";
import { textIn } from "../../../configuration/zonecfg/state.ts";
import type { Resource, ZonePart } from "../../../configuration/zonecfg/types.ts";
import type { Finding } from "../../finding.ts";
import type { SectionContext, Topic } from "../topic.ts";

/** What zonecfg takes without a word although it is hardly meant. The rules stand in the tables of their subjects. */
export const oddities: Topic = {
  rules: [],
  *section(section, context) {
    for (const command of section.commands) {
      yield* options(command, context);
      yield* singleQuotes(command, context);
      if (command.word.name === "verify" && command.args[0]?.text === "save")
        yield {
          code: "zone/verify-saves",
          origin: context.at(command.args[0]),
          message: "`verify save` is a `commit`: write that.",
        };
    }
  },
  *resource(resource, part) {
    if (resource.type === "fs") yield* fileSystem(resource);
    else if (resource.type === "net") yield* automaticLink(resource);
    else if (resource.type === "attr") yield* brandAttr(resource, part);
  },
};

/** `add options ro,nodevices`. */
function* options(command: Command, context: SectionContext): Generator<Finding> {
  const [assignment] = command.assignments;
  const value = assignment?.value;
  if (command.broken || assignment?.name.text !== "options" || value?.kind !== "simple") return;
  if (!/^[a-z]+(?:,[a-z]+)+$/.test(value.text)) return;
  yield {
    code: "zone/options-comma",
    origin: context.at(value),
    message: `This is one option with the name \`${value.text}\`; several stand in a list.`,
    replacement: `[${value.text}]`,
  };
}

function* singleQuotes(command: Command, context: SectionContext): Generator<Finding> {
  for (const { value } of command.assignments)
    if (value?.kind === "simple" && !value.quoted && /^'[^']*'$/.test(value.text))
      yield {
        code: "zone/single-quotes",
        origin: context.at(value),
        message: "The single quotes become part of the value: zonecfg knows double quotes only.",
        replacement: `"${value.text.slice(1, -1)}"`,
      };
}

/** Whether a resource has a property, or had one that was refused, which has been said. */
const isGiven = ({ properties, refused }: Resource, name: string) =>
  properties.has(name) || refused?.has(name) === true;

const REFUSED = /^(?:proc|mntfs|autofs|nfs|nfs3|nfs4|nfsdyn|cachefs)$/;

function* fileSystem(resource: Resource): Generator<Finding> {
  const type = resource.properties.get("type")?.[0];
  if (typeof type?.value === "string" && type.origin && REFUSED.test(type.value))
    yield {
      code: "zone/refused-fs-type",
      origin: type.origin,
      message: `zoneadm refuses file systems of the type \`${type.value}\` in a zone's configuration.`,
    };
  const special = resource.properties.get("special")?.[0];
  const checked = type?.value === "ufs" || type?.value === "pcfs";
  if (!checked || typeof special?.value !== "string" || !special.origin || isGiven(resource, "raw")) return;
  // A plain file needs none; of other paths nobody knows what they are.
  if (special.value.startsWith("/dev/"))
    yield {
      code: "zone/raw-missing",
      origin: special.origin,
      message: `\`raw\` is missing: zoneadm checks \`${type.value}\` on the raw device before it mounts it.`,
    };
}

function* automaticLink(resource: Resource): Generator<Finding> {
  const link = resource.properties.get("global-nic")?.[0];
  if (link?.value !== "auto" || !link.origin || isGiven(resource, "allowed-address")) return;
  yield {
    code: "zone/auto-nic-address",
    origin: link.origin,
    message: "`auto` finds the link by the route to `allowed-address`, which is missing.",
  };
}

/** An attribute that the zone's brand reads, with a word that it does not know. */
function* brandAttr(resource: Resource, part: ZonePart): Generator<Finding> {
  const name = textIn(resource, "name");
  const value = resource.properties.get("value")?.[0];
  const brand = part.properties.get("brand")?.value;
  if (name === undefined || typeof value?.value !== "string" || !value.origin || typeof brand !== "string")
    return;
  const found = part.platforms.flatMap((platform) => findBrand(brand, platform) ?? []);
  const attrs = found.map((b) => b.attrs.find((attr) => attr.name === name));
  const text = value.value;
  if (
    attrs.length === 0 ||
    attrs.some((attr) => !attr?.values || attr.form !== undefined || attr.values.includes(text))
  )
    return;
  yield {
    code: "zone/brand-attr",
    origin: value.origin,
    message: `The brand \`${brand}\` takes ${(attrs[0]?.values ?? []).map((v) => `\`${v}\``).join(", ")} for \`${name}\`.`,
  };
}
