import { special } from "../../catalog/jail-conf/special.ts";
import { dependenciesOf, jailsByName } from "../../configuration/jail-conf/dependencies.ts";
import type { ConfigurationBlock, ResolvedJail } from "../../configuration/jail-conf/types.ts";
import { pseudoTruth } from "../../configuration/jail-conf/values.ts";
import { code, count, some } from "../markdown.ts";
import { lineName } from "../places.ts";
import type { FeatureContext } from "./context.ts";

/** What a jail is, in a few lines. */
export function jailMarkdown(context: FeatureContext, jail: ResolvedJail): string {
  const lines: string[] = [];
  const say = (label: string, values: readonly string[] | undefined) => {
    if (values && values.length > 0)
      lines.push(
        `- ${label}: ${some(
          values.map((v) => code(v)),
          6,
        )}`,
      );
  };
  const values = (name: string) => jail.find(name)?.values.map((value) => value.text);
  say("Path", values("path"));
  say("Host name", values("host.hostname"));
  say("Addresses", [...(values("ip4.addr") ?? []), ...(values("ip6.addr") ?? [])]);
  const vnet = jail.find("vnet");
  if (vnet && !["inherit", "2"].includes(vnet.values.at(-1)?.text.toLowerCase() ?? "new"))
    lines.push("- Network: its own stack (`vnet`)");
  say("Interfaces", values("vnet.interface") ?? values("interface"));
  say("Starts with", values("exec.start"));
  const persist = jail.find("persist");
  if (
    persist &&
    pseudoTruth(
      persist.name,
      persist.values.map((v) => v.text),
    )
  )
    lines.push("- Persists without processes");

  const byName = jailsByName(context.configuration);
  const needs = dependenciesOf(jail, byName).map((dependency) => {
    const note =
      dependency.targets.length === 0 ? " (not defined)" : dependency.implied ? " (its parent)" : "";
    return code(dependency.name) + note;
  });
  if (needs.length > 0) lines.push(`- Depends on: ${some(needs, 6)}`);
  const neededBy = context.configuration.jails.filter((other) =>
    dependenciesOf(other, byName).some((dependency) => dependency.name === jail.name && other !== jail),
  );
  say(
    "Needed by",
    neededBy.map((other) => other.name),
  );

  const inherited = jail.parameters.filter((parameter) => {
    const active = parameter.contributions.filter((c) => !c.overridden);
    return active.length > 0 && active.every((c) => c.block !== jail.block);
  }).length;
  const set = jail.parameters.filter((parameter) => parameter.contributions.length > 0).length;
  const from = inherited > 0 ? `, ${inherited} of them from globals and wildcards` : "";
  lines.push(`- ${count(set, "parameter")}${from}`);
  for (const failure of jail.failures.slice(0, 3)) lines.push(`- **Would not start:** ${failure.message}`);
  const twins = byName.get(jail.name)?.length ?? 1;
  if (twins > 1) lines.push(`- **Defined ${twins} times**`);
  return `**jail** ${code(jail.name)} — ${lineName(context, jail.block.origin)}\n\n${lines.join("\n")}`;
}

/** Jails that are named of those that a wildcard matches. */
const MATCHES_SHOWN = 10;

/** What a wildcard block is, and which jails it reaches. */
export function wildcardMarkdown(context: FeatureContext, blocks: readonly ConfigurationBlock[]): string {
  const matched = context.configuration.jails.filter((jail) =>
    jail.wildcards.some((w) => blocks.includes(w)),
  );
  const names = some(
    matched.map((jail) => code(jail.name)),
    MATCHES_SHOWN,
  );
  const matches =
    matched.length === 0 ? "Matches no jail." : `Matches ${count(matched.length, "jail")}: ${names}.`;
  return `${matches}\n\n${special.wildcard}`;
}
