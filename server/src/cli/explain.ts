import { nearest } from "../catalog/distance.ts";
import type { Cause } from "../host/decision.ts";
import { strerror } from "../host/errno.ts";
import { type ActionDetails, type Actions, actionsOf, type Verdict } from "../simulation/attempts.ts";
import { boot } from "./boot.ts";
import { type Paint, paint } from "./colour.ts";
import { type Booted, type BootedContainer, positionOf } from "./containers.ts";
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
  const booted = boot([file], { ...options, containers: [container], stay: true });
  const actions = actionsOf(booted.host.kernel.family);
  const id = actionNamed(action, actions);
  const found = booted.containers.find(({ name }) => name === container);
  if (!found || found.id === null)
    throw new UsageError(`${actions.type} ${container} does not run: see zonewarden boot`);
  const verdict = actions.triedOn(booted.host)(found.id, id);
  const show = format === "json" ? json : text;
  print(show(booted, found, verdict, actions.details(id)));
  return 0;
}

/** The action of that name; near ones are proposed, and those whose title has the word. */
function actionNamed(action: string, { type, all }: Actions): string {
  if (all.some(({ id }) => id === action)) return action;
  const ids = all.map(({ id }) => id);
  const near = nearest(action, ids);
  const word = action.toLowerCase();
  const related =
    near.length > 0
      ? near
      : all
          .filter(({ id, title }) => id.includes(word) || title.toLowerCase().includes(word))
          .map((one) => one.id);
  const hint =
    related.length > 0
      ? `: did you mean ${related.slice(0, MOST).join(" or ")}?`
      : `: see docs/${type === "jail" ? "probes" : "zone-probes"}.md for all`;
  throw new UsageError(`there is no action ${JSON.stringify(action)}${hint}`);
}

/** So many proposals. */
const MOST = 4;

function json(
  booted: Booted,
  { name, type }: BootedContainer,
  verdict: Verdict,
  details: ActionDetails,
): string {
  const { probe, decision, usual } = verdict;
  const { actor, action, enabledBy, restrictedBy, privileges, explanation } = details;
  const { rule, causes, unsure } = decision;
  const document = {
    version: 1,
    container: { name, type },
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
      actor,
      action,
      ...(usual && { default: usual }),
      enabledBy,
      restrictedBy,
      privileges,
      explanation,
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function text(
  booted: Booted,
  { name }: BootedContainer,
  { probe, decision, severity }: Verdict,
  { who, action, enabledBy, restrictedBy, privileges, explanation }: ActionDetails,
): string {
  const { verdict, errno, rule, reason, causes, unsure } = decision;
  const { mark, colour, word } = VERDICTS[verdict];
  const error = errno ? ` with ${errno} (${strerror(errno)})` : "";
  const lines = [
    `${paint("bold", name)}: ${paint("bold", probe.title)} ${paint("gray", `[${probe.id}]`)}`,
    `  ${who}: ${plain(action)}`,
    "",
    `${paint(colour, `${mark} ${word}${error}`)} ${paint("gray", `by ${rule}${unsure ? ", not certain" : ""}`)}`,
    `  ${reason}`,
  ];
  if (severity === "warning") lines.push(`  ${paint("yellow", "Whoever can do this is not confined.")}`);
  if (causes.length > 0) lines.push("", "Because of");
  for (const cause of causes) lines.push(...causeLines(booted, cause, colour));
  const alternatives = (title: string, list: readonly string[]) =>
    list.length > 0 ? ["", title, ...list.map((one) => `  ${plain(one)}`)] : [];
  lines.push(...alternatives("Made possible by", enabledBy));
  lines.push(...alternatives("Refused by", restrictedBy));
  if (privileges.length > 0) lines.push("", `Privileges: ${privileges.join(", ")}`);
  lines.push("", plain(explanation));
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
