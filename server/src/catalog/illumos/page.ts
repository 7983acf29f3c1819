import { table } from "../page.ts";
import {
  settingText,
  ZONE_ACTORS,
  ZONE_PROBE_AREAS,
  type ZoneAlternative,
  type ZoneProbe,
  type ZoneProbeArea,
  zoneAlternativeText,
} from "./probe.ts";
import { ZONE_PROBES } from "./probes.ts";

/** What the areas are called as headings. */
const AREAS: Readonly<Record<ZoneProbeArea, string>> = {
  filesystem: "Files, directories and mounts",
  zfs: "Datasets and pools",
  device: "Devices",
  kernel: "The kernel",
  system: "The machine",
  process: "Processes",
  observe: "Observation",
  resource: "Resources",
  ipc: "Communication between processes",
  network: "Network",
  zone: "Zones",
  audit: "Auditing",
};

type ByIpType = ZoneProbe["verdict"];

const VERDICTS: Readonly<Record<ByIpType["shared"], string>> = { allow: "✓ allowed", deny: "✗ denied" };

/** The page of all actions that are tried in zones: what comes of them by default, and what changes it. */
export function zoneProbesPage(): string {
  const count = (ipType: keyof ByIpType, verdict: ByIpType["shared"]) =>
    String(ZONE_PROBES.filter((probe) => probe.verdict[ipType] === verdict).length);
  const blocks = [
    "# What a zone may do",
    `\`zonewarden probe FILE\` boots the zones of a command file on a simulated host and tries these ${ZONE_PROBES.length} actions in each of them. \`zonewarden explain --container NAME ACTION FILE\` shows one decision in full, and \`zonewarden diff OLD NEW\` what a change allows or denies. Each action is made with the system calls of the model, so that the verdict comes from the same checks, in the same order, as in the kernel. For jails see [the other page](probes.md).`,
    "The default is that of a zone of brand `ipkg` with nothing else configured that matters here, but for what an action presupposes.",
    table(
      ["Verdict", "Meaning", "Shared IP", "Exclusive IP"],
      (["allow", "deny"] as const).map((verdict) => [
        VERDICTS[verdict],
        verdict === "allow" ? "It succeeds." : "It is refused, by the kernel or by the program itself.",
        count("shared", verdict),
        count("exclusive", verdict),
      ]),
    ),
    "The model says `≈ contained` where an action succeeds but is filtered: a list that shows only what is of the zone. Of those marked with ⚠, whoever succeeds is out of the zone or rules the machine.",
    ...ZONE_PROBE_AREAS.flatMap((area) => [
      `## ${AREAS[area]}`,
      ...ZONE_PROBES.filter((probe) => probe.area === area).flatMap(probeBlocks),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function probeBlocks(probe: ZoneProbe): string[] {
  const { id, title, actor, command, breach, explanation, privileges, setup, variants, toolCheck } = probe;
  const details = [`${verdictText(probe)}${breach ? " · ⚠" : ""} · ${ZONE_ACTORS[actor]}`, explanation];
  const facts = [
    `- Action: \`${command}\`, by ${probe.interface}`,
    ...(setup.length > 0 ? [`- Presupposes ${setup.map(settingText).join(", ")}`] : []),
    ...list("Made possible by", probe.enabledBy),
    ...list("Refused by", probe.restrictedBy),
    ...probe.config.map(({ property, effect }) => `- \`${property}\`: ${effect}`),
    ...variants.map(({ when, verdict, errno, note }) => {
      const result = `${VERDICTS[verdict]}${errno ? ` \`${errno}\`` : ""}`;
      return `- If ${when}: ${result}${note === undefined ? "" : ` (${note})`}`;
    }),
    ...(toolCheck
      ? [
          `- The program ${toolCheck.first ? "looks before the kernel is asked" : "has a word of its own"}, and exits with ${toolCheck.exit}${toolCheck.note === undefined ? "" : `: ${toolCheck.note}`}`,
        ]
      : []),
    ...(privileges.length > 0 ? [`- Privileges: ${privileges.map((name) => `\`${name}\``).join(", ")}`] : []),
    ...(probe.confidence === "high" ? [] : ["- Not certain in every detail."]),
  ];
  return [`### \`${id}\`: ${title}`, ...details, facts.join("\n")];
}

function verdictText({ verdict: { shared, exclusive }, errno }: ZoneProbe): string {
  const error = errno === undefined ? "" : ` \`${errno}\``;
  const one = (verdict: ByIpType["shared"]) => `${VERDICTS[verdict]}${verdict === "deny" ? error : ""}`;
  return shared === exclusive
    ? one(shared)
    : `${one(shared)} with shared IP, ${one(exclusive)} with exclusive IP`;
}

function list(title: string, alternatives: readonly ZoneAlternative[]): string[] {
  return alternatives.map((one) => `- ${title} ${zoneAlternativeText(one)}`);
}
