import { anchors, table } from "../page.ts";
import { parameters } from "./lookup.ts";
import { parameterMarkdown, signature } from "./markdown.ts";
import type { Parameter } from "./parameter.ts";
import { devfsRulesets, special } from "./special.ts";

/** The groups in the order of the page, with their headings. */
const GROUPS: Readonly<Record<Parameter["group"], string>> = {
  identity: "Identity and life",
  host: "Host identity",
  network: "Network",
  exec: "Commands",
  mount: "File systems",
  control: "Order and control",
  hierarchy: "Jails within jails",
  security: "Security level and policies",
  allow: "Permissions",
  module: "Parameters of kernel modules",
  meta: "Free text",
  resources: "Resources",
};

/** The page of all parameters of jail.conf(5), as Markdown. */
export function parametersPage(): string {
  const blocks = [
    "# Parameters of jail.conf",
    "Every parameter that FreeBSD's jail(8) or its kernel knows, as hover and completion show it. A *pseudo-parameter* is handled by jail(8) itself; all others are given to the kernel. Booleans and `jailsys` parameters may stand alone: the bare name means true, or `new`.",
  ];
  const anchor = anchors();
  const sections: string[] = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    const members = parameters.filter((parameter) => parameter.group === group);
    if (members.length === 0) continue;
    anchor(title);
    sections.push(`## ${title}`);
    const links: string[] = [];
    for (const parameter of members) {
      links.push(`[\`${parameter.name}\`](#${anchor(parameter.name)})`);
      sections.push(entry(parameter));
    }
    blocks.push(`**${title}:** ${links.join(", ")}`);
  }
  blocks.push(
    ...sections,
    "## Other words",
    special.include,
    special.variable,
    special.wildcard,
    special.globals,
    "## Stock devfs rulesets",
    table(
      ["Number", "Name", "Content"],
      devfsRulesets.map(({ number, name, doc }) => [`${number}`, `\`${name}\``, doc]),
    ),
  );
  return `${blocks.join("\n\n")}\n`;
}

function entry(parameter: Parameter): string {
  const facts = [signature(parameter)];
  if (parameter.kind === "pseudo") facts.push("pseudo-parameter");
  if (parameter.since.confidence === "low") facts.push("first release not certain");
  return `### \`${parameter.name}\`\n\n${facts.join(" · ")}\n\n${parameterMarkdown(parameter)}`;
}
