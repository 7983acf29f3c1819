import { isScript } from "@zonewarden/grammars/zonecfg/script";
import type { Section, SyntaxProblem } from "@zonewarden/grammars/zonecfg/tree";
import type { Stretch, ZoneConfiguration, ZoneSource } from "../../configuration/zonecfg/types.ts";
import type { Finding } from "../finding.ts";
import { foreignFile } from "./foreign.ts";
import { finding, ONCE } from "./rules/syntax.ts";
import type { SectionContext } from "./topic.ts";
import { topics } from "./topics.ts";

/** The findings of sections that have not changed. */
const known = new WeakMap<Section, { readonly document: ZoneSource; readonly found: readonly Finding[] }>();
/** What was found last in the stretch that begins with a section. */
const knownStretches = new WeakMap<
  Section,
  { readonly stretch: Stretch; readonly found: readonly Finding[] }
>();

/**
 * All that is wrong in a command file: the errors of its tree, what the run of its commands complains about, and the
 * checks of its sections and zones.
 */
export function analyse(configuration: ZoneConfiguration): Finding[] {
  const { document } = configuration;
  const foreign = foreignFile(document.text);
  if (foreign !== undefined) return firstLine(document, foreign);
  const found: Finding[] = [];
  for (const stretch of configuration.stretches)
    for (const one of stretchFindings(stretch, configuration)) found.push(one);
  const script = isScript(document.text);
  for (const one of wholeFile(configuration, script)) found.push(one);
  // A shell fills in what looks like one of its variables.
  for (const complaint of configuration.complaints)
    if (!(script && complaint.code === "zone/placeholder")) found.push(complaint);
  const last = lastCommand(configuration);
  if (last) found.push(last);
  return found;
}

function stretchFindings(stretch: Stretch, configuration: ZoneConfiguration): readonly Finding[] {
  const first = stretch.sections[0] as Section;
  const last = knownStretches.get(first);
  if (last?.stretch === stretch) return last.found;
  const { replaced } = stretch;
  const found =
    replaced && last?.stretch.sections === replaced.in
      ? [
          ...last.found.filter(({ origin }) => origin.section !== replaced.old),
          ...ownFindings(replaced, stretch, configuration),
        ]
      : allFindings(stretch, configuration);
  knownStretches.set(first, { stretch, found });
  return found;
}

/** What is found in one section and the resource that it makes. */
function* ownFindings(
  { by, resource }: NonNullable<Stretch["replaced"]>,
  { parts }: Stretch,
  configuration: ZoneConfiguration,
): Generator<Finding> {
  yield* sectionFindings(by, configuration);
  const [part] = parts;
  if (part) for (const topic of topics) if (topic.resource) yield* topic.resource(resource, part);
}

function allFindings({ sections, parts }: Stretch, configuration: ZoneConfiguration): Finding[] {
  const found: Finding[] = [];
  for (const section of sections) for (const one of sectionFindings(section, configuration)) found.push(one);
  for (const part of parts)
    for (const topic of topics) {
      if (topic.part) for (const one of topic.part(part)) found.push(one);
      if (topic.resource)
        for (const resource of part.resources)
          for (const one of topic.resource(resource, part)) found.push(one);
    }
  return found;
}

function sectionFindings(section: Section, { document, platform }: ZoneConfiguration): readonly Finding[] {
  const before = known.get(section);
  if (before?.document === document) return before.found;
  const context = contextOf(section, document, platform);
  const found = topics.flatMap((topic) => (topic.section ? [...topic.section(section, context)] : []));
  known.set(section, { document, found });
  return found;
}

function contextOf(
  section: Section,
  document: ZoneSource,
  platform: ZoneConfiguration["platform"],
): SectionContext {
  return {
    document,
    platform,
    at: (range) => ({ document, section, range }),
    slice: (range) => document.text.slice(section.start + range.start, section.start + range.end),
  };
}

/** Mistakes that are on every line of a file are said once, at the first line that zonecfg refuses. */
function* wholeFile({ document, platform }: ZoneConfiguration, script: boolean): Generator<Finding> {
  const first = new Map<string, { readonly error: SyntaxProblem; readonly section: Section }>();
  for (const section of document.sections) {
    if (section.errors.length === 0) continue;
    for (const error of section.errors) {
      if (!ONCE.has(error.kind)) continue;
      const there = first.get(error.kind);
      if (!there || (there.error.tolerated && !error.tolerated)) first.set(error.kind, { error, section });
    }
  }
  for (const { error, section } of first.values()) {
    if (script && error.kind !== "carriage-return") continue;
    yield finding(error, section, contextOf(section, document, platform));
  }
}

/** A last command without its line end, which zonecfg silently leaves out. */
function lastCommand({ document }: ZoneConfiguration): Finding | undefined {
  const section = document.sections.at(-1);
  const command = section?.commands.at(-1);
  if (!section || !command || command.terminator !== undefined || command.broken) return undefined;
  // The end of the line may still be coming: an editor shows this while the line is typed.
  const harmless = ["commit", "exit", "verify", "info", "export", "help"].includes(command.word.name ?? "");
  return {
    code: "zone/last-command",
    origin: { document, section, range: { start: command.start, end: command.end } },
    message: "The line end is missing: zonecfg does not run this command, and does not say so.",
    ...(harmless && { severity: "information" }),
  };
}

/** One remark at the beginning of a file. */
function firstLine(document: ZoneSource, message: string): Finding[] {
  const section = document.sections[0];
  if (!section) return [];
  const newline = document.text.indexOf("\n");
  const end = newline < 0 ? document.text.length : newline;
  return [{ code: "zone/foreign-file", origin: { document, section, range: { start: 0, end } }, message }];
}
