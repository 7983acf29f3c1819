import { table } from "../page.ts";
import { ACTORS, alternativeText, PROBE_AREAS, type Probe, type ProbeArea } from "./probe.ts";
import { PROBES } from "./probes.ts";

/** What the areas are called as headings. */
const AREAS: Readonly<Record<ProbeArea, string>> = {
  filesystem: "Files, directories and mounts",
  device: "Devices",
  network: "Network",
  process: "Processes",
  system: "The machine",
  sysctl: "Sysctls",
  ipc: "Communication between processes",
  jail: "Jails",
  resource: "Resources",
};

const VERDICTS: Readonly<Record<Probe["verdict"], string>> = {
  allow: "✓ allowed",
  contained: "≈ contained",
  deny: "✗ denied",
};

/** The page of all probes: what a jail may do by default, and what changes it. */
export function probesPage(): string {
  const count = (verdict: Probe["verdict"]) => PROBES.filter((probe) => probe.verdict === verdict).length;
  const blocks = [
    "# What a jail may do",
    `\`zonewarden probe FILE\` starts the jails of a configuration on a simulated host and tries these ${PROBES.length} actions in each of them. \`zonewarden explain --container NAME ACTION FILE\` shows one decision in full, and \`zonewarden diff OLD NEW\` what a change allows or denies. Each action is made with the system calls of the model, so that the verdict comes from the same checks, in the same order, as in the kernel. For zones see [the other page](zone-probes.md).`,
    "The default is that of a jail with one IPv4 address and no other parameter that matters here, on whose `/dev` the host has mounted devfs with ruleset 4.",
    table(
      ["Verdict", "Meaning", "By default"],
      [
        [VERDICTS.allow, "It succeeds.", String(count("allow"))],
        [
          VERDICTS.contained,
          "It succeeds, but is rewritten or filtered: another address, another file, a shorter list.",
          String(count("contained")),
        ],
        [VERDICTS.deny, "It is refused, with the error that the program sees.", String(count("deny"))],
        ["~ not tried", "What the action needs cannot be had on this host, so that nothing is known.", ""],
      ],
    ),
    "Of those marked with ⚠, whoever succeeds is out of the jail or rules the machine; with ⚠ and *shared stack*, unless the jail has a network stack of its own.",
    ...PROBE_AREAS.flatMap((area) => [
      `## ${AREAS[area]}`,
      ...PROBES.filter((probe) => probe.area === area).flatMap(probeBlocks),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function probeBlocks(probe: Probe): string[] {
  const { id, title, actor, action, verdict, errno, breach, since, confidence, explanation } = probe;
  const warning = breach === "always" ? " · ⚠" : breach === "shared-stack" ? " · ⚠ shared stack" : "";
  const details = [
    `${VERDICTS[verdict]}${errno ? ` \`${errno}\`` : ""}${warning} · ${ACTORS[actor]}`,
    explanation,
  ];
  const facts = [
    `- Action: ${action}`,
    ...list("Made possible by", probe.enabledBy),
    ...list("Refused by", probe.restrictedBy),
    ...(probe.privileges.length > 0
      ? [`- Privileges: ${probe.privileges.map((name) => `\`PRIV_${name}\``).join(", ")}`]
      : []),
    ...(since ? [`- Since: ${since}`] : []),
    ...(confidence === "high" ? [] : ["- Not certain in every detail."]),
  ];
  return [`### \`${id}\`: ${title}`, ...details, facts.join("\n")];
}

function list(title: string, alternatives: Probe["enabledBy"]): string[] {
  const [first, ...more] = alternatives.map(alternativeText);
  if (first === undefined) return [];
  return [`- ${title} ${first}`, ...more.map((text) => `- ${title} ${text}`)];
}
