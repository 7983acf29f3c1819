import type { Named } from "./lookup.ts";
import { isList, type Parameter } from "./parameter.ts";

/** One line about a parameter: type, default, first release. */
export function signature(parameter: Parameter): string {
  const parts = [typeName(parameter), `default: ${parameter.default}`, `since ${parameter.since.release}`];
  if (parameter.change === "create-only") parts.push("fixed at creation");
  if (parameter.change === "read-only") parts.push("read-only");
  return parts.join(" · ");
}

/** The type in words that a user of the manual knows. */
export function typeName(parameter: Parameter): string {
  const names: Readonly<Record<Parameter["type"], string>> = {
    boolean: "boolean",
    integer: "integer",
    unsigned: "unsigned integer",
    string: "string",
    jailsys: (parameter.values ?? []).join(" | "),
    "ip4-list": "list of IPv4 addresses",
    "ip6-list": "list of IPv6 addresses",
    "string-list": "list of strings",
    "command-list": `commands, run ${parameter.runsIn === "jail" ? "in the jail" : "on the host"}`,
    "fstab-list": "list of fstab(5) lines",
    "key-value": "text per key",
    struct: "structure",
  };
  return names[parameter.type];
}

/** The documentation of a parameter as Markdown, for hover, completion and the docs page. */
export function parameterMarkdown(parameter: Parameter): string {
  const lines = [parameter.doc];
  const facts: string[] = [];
  if (parameter.form) facts.push(`Form: ${parameter.form}`);
  else if (parameter.values && parameter.type !== "jailsys")
    facts.push(`Values: ${parameter.values.join(", ")}`);
  if (parameter.step)
    facts.push(`Step: ${parameter.step} (${parameter.runsIn === "jail" ? "in the jail" : "on the host"})`);
  if (parameter.negation) facts.push(`Negated: \`${parameter.negation}\``);
  if (parameter.synonymOf) facts.push(`Same as \`${parameter.synonymOf}\``);
  if (parameter.module) facts.push(`Needs: ${parameter.module}`);
  if (parameter.requires) facts.push(`Requires: ${parameter.requires.join("; ")}`);
  if (parameter.conflicts) facts.push(`Conflicts with: ${parameter.conflicts.join(", ")}`);
  if (isList(parameter)) facts.push("`+=` appends");
  if (facts.length > 0) lines.push(facts.map((fact) => `- ${fact}`).join("\n"));
  if (parameter.deprecated) lines.push(`**Deprecated.** ${parameter.deprecated}`);
  if (parameter.security) lines.push(`**Security.** ${parameter.security}`);
  if (parameter.notes) lines.push(parameter.notes);
  lines.push(`*${parameter.source}*`);
  return lines.join("\n\n");
}

/** The hover of a parameter as it is written: the negated spelling says so. */
export function namedMarkdown({ parameter, negated, oddNegation }: Named): string {
  const title = `**${parameter.name}** — ${signature(parameter)}`;
  const note = negated
    ? `\n\nWritten as \`${parameter.negation}\`: sets it to false.`
    : oddNegation
      ? `\n\nWritten with \`no\` in front: still means **true**. The negation is \`${parameter.negation}\`.`
      : "";
  return `${title}${note}\n\n${parameterMarkdown(parameter)}`;
}
