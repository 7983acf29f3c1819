import { nearest } from "../catalog/distance.ts";
import { ACTORS, alternativeText, type Probe } from "../catalog/freebsd/probe.ts";
import { findProbe, PROBES, type ProbeId } from "../catalog/freebsd/probes.ts";
import type { Cause } from "../host/decision.ts";
import { strerror } from "../host/errno.ts";
import { type Verdict, verdictOf } from "../simulation/confinement.ts";
import { boot } from "./boot.ts";
import { type Paint, paint } from "./colour.ts";
import { type Booted, positionOf } from "./containers.ts";
import { decisionJson, VERDICTS } from "./formats/decisions.ts";
import { originsOf } from "./formats/origins.ts";
import { excerpt } from "./formats/text.ts";
import type { ExplainOptions } from "./options.ts";
import { UsageError } from "./usageError.ts";

/** `zonewarden explain`: one decision in full. Exit code 0 whatever the verdict is. */
export function runExplain(
  { file, container, action, format, ...options }: ExplainOptions,
  print: (text: string) => void,
): number {
  const id = probeNamed(action);
  const booted = boot([file], { ...options, containers: [container], stay: true });
  const jail = booted.containers.find(({ name }) => name === container);
  if (!jail || jail.id === null) throw new UsageError(`jail ${container} does not run: see zonewarden boot`);
  const verdict = verdictOf(booted.host, jail.id, id);
  print(format === "json" ? json(booted, container, verdict) : text(booted, container, verdict));
  return 0;
}

/** The probe of that name; near ones are proposed, and those whose title has the word. */
function probeNamed(action: string): ProbeId {
  const probe = findProbe(action);
  if (probe) return probe.id;
  const ids = PROBES.map(({ id }) => id);
  const near = nearest(action, ids);
  const word = action.toLowerCase();
  const related =
    near.length > 0
      ? near
      : PROBES.filter(({ id, title }) => id.includes(word) || title.toLowerCase().includes(word)).map(
          (one) => one.id,
        );
  const hint =
    related.length > 0
      ? `: did you mean ${related.slice(0, MOST).join(" or ")}?`
      : ": see docs/probes.md for all";
  throw new UsageError(`there is no action ${JSON.stringify(action)}${hint}`);
}

/** So many proposals. */
const MOST = 4;

function json(booted: Booted, container: string, verdict: Verdict): string {
  const { probe, decision } = verdict;
  const { rule, causes, unsure } = decision;
  const document = {
    version: 1,
    container: { name: container, type: "jail" },
    decision: {
      ...decisionJson(booted, verdict),
      rule,
      ...(unsure && { unsure }),
      causes: causes.map((cause) => {
        const [origin] = originsOf(booted, [cause]);
        return { what: cause.what, from: cause.from, ...(origin && { origin }) };
      }),
    },
    probe: {
      area: probe.area,
      actor: probe.actor,
      action: probe.action,
      default: probe.verdict,
      enabledBy: probe.enabledBy.map(alternativeText),
      restrictedBy: probe.restrictedBy.map(alternativeText),
      privileges: probe.privileges.map((name) => `PRIV_${name}`),
      explanation: probe.explanation,
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function text(booted: Booted, container: string, { probe, decision, severity }: Verdict): string {
  const { verdict, errno, rule, reason, causes, unsure } = decision;
  const { mark, colour, word } = VERDICTS[verdict];
  const error = errno ? ` with ${errno} (${strerror(errno)})` : "";
  const lines = [
    `${paint("bold", container)}: ${paint("bold", probe.title)} ${paint("gray", `[${probe.id}]`)}`,
    `  ${ACTORS[probe.actor]}: ${plain(probe.action)}`,
    "",
    `${paint(colour, `${mark} ${word}${error}`)} ${paint("gray", `by ${rule}${unsure ? ", not certain" : ""}`)}`,
    `  ${reason}`,
  ];
  if (severity === "warning") lines.push(`  ${paint("yellow", "Whoever can do this is not confined.")}`);
  if (causes.length > 0) lines.push("", "Because of");
  for (const cause of causes) lines.push(...causeLines(booted, cause, colour));
  const alternatives = (title: string, list: Probe["enabledBy"]) =>
    list.length > 0 ? ["", title, ...list.map((one) => `  ${plain(alternativeText(one))}`)] : [];
  lines.push(...alternatives("Made possible by", probe.enabledBy));
  lines.push(...alternatives("Refused by", probe.restrictedBy));
  if (probe.privileges.length > 0)
    lines.push("", `Privileges: ${probe.privileges.map((name) => `PRIV_${name}`).join(", ")}`);
  lines.push("", plain(probe.explanation));
  return `${lines.join("\n")}\n`;
}

/** Texts of the catalog are Markdown. */
function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}

function causeLines(booted: Booted, { what, from, place }: Cause, colour: Paint): string[] {
  const source = place && booted.sourceOf(place.path);
  const at = place && positionOf(booted, place);
  if (!place || !source || !at) return [`  ${what}${FROM[from] ? paint("gray", ` (${FROM[from]})`) : ""}`];
  return [
    `  ${what} ${paint("gray", `${place.path}:${at.line + 1}:${at.character + 1}`)}`,
    ...excerpt(source, { start: place.start, end: place.end }, colour),
  ];
}

/** Where a cause comes from that has no place; defaults say so themselves. */
const FROM: Readonly<Record<Cause["from"], string>> = {
  configuration: "",
  default: "",
  host: "a fact of the host",
  inherited: "from the jail above",
  kernel: "the kernel",
};
