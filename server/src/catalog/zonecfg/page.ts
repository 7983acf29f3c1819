import { anchors, table } from "../page.ts";
import type { ZoneBrand } from "./brands.ts";
import { COMMANDS } from "./commands.ts";
import { brandsOf, globals, propertiesOf } from "./lookup.ts";
import {
  brandMarkdown,
  commandMarkdown,
  propertyMarkdown,
  rctlMarkdown,
  resourceSignature,
  signature,
} from "./markdown.ts";
import { privilegeSets, privileges } from "./privileges.ts";
import { PLATFORMS, platformName, type ZoneProperty } from "./property.ts";
import { rctls } from "./rctls.ts";
import { resources, type ZoneResource } from "./resource.ts";
import { templates } from "./templates.ts";

/** The page of all words of zonecfg(8), as Markdown. */
export function zonecfgPage(): string {
  const anchor = anchors();
  const contents: string[] = [];
  const sections: string[] = [];
  /** A part of the page, with links to its headings in the list at the top. */
  const part = (
    title: string,
    intro: string,
    entries: readonly (readonly [name: string, text: string])[],
  ) => {
    anchor(title);
    sections.push(`## ${title}`, intro);
    const links = entries.map(([name, text]) => {
      sections.push(`### \`${name}\``, text);
      return `[\`${name}\`](#${anchor(name)})`;
    });
    contents.push(`**${title}:** ${links.join(", ")}`);
  };

  part(
    "Commands",
    "One command per line, or several with `;` between them. Their names cannot be shortened.",
    COMMANDS.map((command) => [command.name, body(commandMarkdown(command))]),
  );
  part(
    "Properties of the zone",
    "They are set outside of resources.",
    globals.map((property) => [property.name, propertyText(property)]),
  );
  part(
    "Resources",
    "Each is opened by `add` or `select` and closed by `end`. Required properties have a star.",
    resources.map((resource) => [resource.name, resourceText(resource)]),
  );
  part(
    "Resource controls",
    "They limit the zone as a whole. Those with a shorthand are better set by it.",
    rctls.map((rctl) => [rctl.name, body(rctlMarkdown(rctl))]),
  );
  sections.push("## Brands");
  anchor("Brands");
  for (const platform of PLATFORMS) {
    sections.push(`### ${platformName(platform)}`, brandsOf(platform).map(brandText).join("\n\n"));
    anchor(platformName(platform));
  }
  sections.push("## Templates", TEMPLATES, templatesTable());
  sections.push("## Privileges", PRIVILEGES, privilegesTable(), setsTable());
  contents.push("**Tables:** [Brands](#brands), [Templates](#templates), [Privileges](#privileges)");
  const blocks = [
    "# Words of zonecfg",
    "Every command, resource and property of zonecfg(8), as hover and completion show it. Where a word does not exist on every platform, its platforms are named.",
    ...contents,
    ...sections,
  ];
  return `${blocks.join("\n\n")}\n`;
}

const TEMPLATES =
  "What `create` copies. Without an option it takes `SUNWdefault`, on Solaris 11.4 `SYSdefault`; with `-b` the blank one.";
const PRIVILEGES =
  "What a native zone may do with each privilege, by ip-type. `limitpriv` adds to the default set, or takes away with `!`.";

/** A text without its first line, which repeats the heading. */
function body(markdown: string): string {
  const end = markdown.indexOf("\n\n");
  return markdown.slice(0, end).replace(/^\*\*[^*]+\*\* — /, "") + markdown.slice(end);
}

function propertyText(property: ZoneProperty): string {
  return `${signature(property)}\n\n${propertyMarkdown(property)}`;
}

function resourceText(resource: ZoneResource): string {
  const entries = propertiesOf(resource.name).map(
    (property) =>
      `**\`${property.name}\`**${property.required ? " ★" : ""} — ${signature(property)}\n\n${propertyMarkdown(property)}`,
  );
  return [resourceSignature(resource), resource.doc, ...entries].join("\n\n");
}

function brandText(brand: ZoneBrand): string {
  if (brand.attrs.length === 0 && brand.netProperties.length === 0) return brandMarkdown(brand);
  const rows = [
    ...brand.attrs.map((attr) => [
      attr.numbered ? `\`${attr.name}\`, \`${attr.name}N\`` : `\`${attr.name}\``,
      [attr.values?.join(" | "), attr.form].filter(Boolean).join("; "),
      attr.default ?? "",
      attr.doc,
    ]),
    ...brand.netProperties.map((pair) => [`\`${pair.name}\` of \`net\``, "", "", pair.doc]),
  ];
  return `${brandMarkdown(brand)}\n\n${table(["Name", "Values", "Default", "Meaning"], rows)}`;
}

function templatesTable(): string {
  const rows = templates.map((template) => [
    platformName(template.platform),
    `\`${template.name}\``,
    template.brand ?? "none",
    template.ipType ?? "shared",
    [
      template.autoboot ? "autoboot=true" : "",
      template.zonepath ? `zonepath=${template.zonepath}` : "",
      ...template.resources.map(
        ({ type, properties }) => `${type} (${properties.map((pair) => pair.join("=")).join(", ")})`,
      ),
      template.unsure ? `Not certain: ${template.unsure}` : "",
    ]
      .filter(Boolean)
      .join("; "),
  ]);
  return table(["Platform", "Template", "Brand", "IP type", "Content"], rows);
}

function privilegesTable(): string {
  const rows = privileges.map((privilege) => [
    `\`${privilege.name}\``,
    [
      privilege.description,
      privilege.basic ? "Basic." : "",
      privilege.trusted ? "Only under Trusted Extensions." : "",
    ]
      .filter(Boolean)
      .join(" "),
    privilege.zone.shared,
    privilege.zone.exclusive,
  ]);
  return table(["Privilege", "Allows", "Shared", "Exclusive"], rows);
}

function setsTable(): string {
  return table(
    ["Word", "Meaning"],
    Object.entries(privilegeSets).map(([name, doc]) => [`\`${name}\``, doc]),
  );
}
