import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import type { Configuration, ResolvedJail } from "../../configuration/jail-conf/types.ts";
import type { AnyDocument, AnySection, Origin } from "../../configuration/origin.ts";
import type { Finding } from "../finding.ts";
import { DryBoot } from "./dryBoot.ts";
import { JailFacts } from "./facts.ts";
import { recognise } from "./foreign.ts";
import { syntax } from "./rules/syntax.ts";
import type { JailContext, SectionContext, Topic } from "./topic.ts";
import { rules, topics } from "./topics.ts";

/** One finding and the jails it holds for: a global statement may be wrong for two thousand of them. */
export interface Found {
  readonly finding: Finding;
  /** Empty for findings that need no jail. */
  readonly jails: ReadonlySet<ResolvedJail>;
}

/**
 * All findings of one configuration, kept up to date by difference: a section or jail that is the same object as
 * before is not looked at again. Only the checks across jails run each time, over facts that are counted.
 */
export class Analysis {
  readonly context: JailContext;
  /** The start of the jails on a copy of the machine. Absent where the jails may not be complete. */
  readonly boot: DryBoot | undefined;
  private configuration: Configuration | undefined;
  private readonly facts = new JailFacts();
  private readonly bySection = new WeakMap<Section, readonly Finding[]>();
  private readonly byJail = new WeakMap<ResolvedJail, readonly Finding[]>();
  private readonly shared = new Map<string, { finding: Finding; jails: Set<ResolvedJail> }>();
  /** The jails whose facts and findings are in; others of the configuration wait in `queue`. */
  private readonly present = new Set<ResolvedJail>();
  private queue: Replacement[] = [];
  private across: readonly Finding[] = [];
  /** Sections may wait too: until they are judged, only their syntax errors are shown. */
  private sectionsWait = false;

  constructor(context: JailContext) {
    this.context = context;
    const { machine, fragment } = context;
    this.boot = machine && !fragment ? new DryBoot(machine) : undefined;
  }

  /**
   * Takes the configuration as it is now. A few changed jails are judged at once. A change that reaches hundreds, as
   * opening a large file or editing its globals does, is left to `work`; what was known of those jails stays until
   * then, so that nothing flickers.
   */
  update(configuration: Configuration): void {
    const before = this.configuration?.jails ?? [];
    const after = configuration.jails;
    let first = 0;
    while (first < before.length && first < after.length && before[first] === after[first]) first++;
    let last = 0;
    const shorter = Math.min(before.length, after.length) - first;
    while (last < shorter && before[before.length - 1 - last] === after[after.length - 1 - last]) last++;
    const gone = new Map<string, ResolvedJail>();
    for (const { old } of this.queue) if (old) gone.set(old.name, old);
    const waiting = new Set(this.queue.map((replacement) => replacement.jail));
    const coming: ResolvedJail[] = [];
    for (let i = first; i < before.length - last; i++) {
      const jail = before[i] as ResolvedJail;
      waiting.delete(jail);
      if (!this.present.has(jail)) continue;
      // Of two jails with one name only one can wait for its successor.
      const other = gone.get(jail.name);
      if (other && other !== jail) this.remove(other);
      gone.set(jail.name, jail);
    }
    for (let i = first; i < after.length - last; i++) coming.push(after[i] as ResolvedJail);
    this.queue = [];
    for (const jail of [...waiting, ...coming]) {
      const old = gone.get(jail.name);
      gone.delete(jail.name);
      if (old !== jail) this.queue.push({ jail, old });
    }
    for (const jail of gone.values()) this.remove(jail);
    this.facts.order(after);
    this.configuration = configuration;
    this.boot?.update(after);
    if (this.queue.length > AT_ONCE) this.sectionsWait = true;
    else if (!this.sectionsWait) this.work(Number.POSITIVE_INFINITY);
  }

  /** Whether jails or sections wait to be judged. */
  get isPending(): boolean {
    return this.queue.length > 0 || this.sectionsWait;
  }

  /** Judges what waits, for about so many milliseconds. */
  work(milliseconds: number): void {
    const end = milliseconds === Number.POSITIVE_INFINITY ? milliseconds : performance.now() + milliseconds;
    let done = 0;
    for (const { jail, old } of this.queue) {
      if (old) this.remove(old);
      this.add(jail);
      done++;
      if (done % CLOCK_EVERY === 0 && performance.now() > end) break;
    }
    this.queue.splice(0, done);
    if (this.queue.length === 0 && this.sectionsWait) this.sectionsWait = !this.judgeSections(end);
  }

  /** Looks at the sections that nobody has looked at; whether there was time for all. */
  private judgeSections(end: number): boolean {
    let done = 0;
    for (const document of this.configuration?.documents ?? [])
      for (const section of document.sections) {
        if (this.bySection.has(section)) continue;
        this.sectionFindings(section, document);
        done++;
        if (done % CLOCK_EVERY === 0 && performance.now() > end) return false;
      }
    return true;
  }

  /** What is wrong in the files of the configuration, file by file, in no particular order. */
  findings(): Map<AnyDocument, Found[]> {
    const result = new Map<AnyDocument, Found[]>();
    const configuration = this.configuration;
    if (!configuration) return result;
    const put = (found: Found) => {
      const { document } = found.finding.origin;
      const list = result.get(document);
      if (list) list.push(found);
      else result.set(document, [found]);
    };
    for (const document of configuration.documents) {
      result.set(document, []);
      for (const section of document.sections) {
        const waits = this.sectionsWait && !this.bySection.has(section);
        if (waits && section.errors.length === 0) continue;
        const found = waits
          ? this.judge([syntax], section, document)
          : this.sectionFindings(section, document);
        for (const finding of found) put({ finding, jails: NO_JAILS });
      }
    }
    // What waits for its successor may lie in a section that is no longer there.
    const current =
      this.queue.length > 0
        ? new Set<AnySection>(configuration.documents.flatMap((d) => d.sections))
        : undefined;
    for (const found of this.shared.values())
      if (current?.has(found.finding.origin.section) ?? true) put(found);
    for (const finding of this.acrossJails(configuration))
      if (current?.has(finding.origin.section) ?? true) put({ finding, jails: NO_JAILS });
    if (this.boot) addRefusals(this.boot, result, put);
    for (const [document, found] of result)
      if (recognise(document.text))
        result.set(
          document,
          found.filter(({ finding }) => finding.code === FOREIGN),
        );
    return result;
  }

  /** What checks across jails find; while jails wait to be judged, what they found before. */
  private acrossJails(configuration: Configuration): readonly Finding[] {
    if (this.queue.length > 0) return this.across;
    const context = { ...this.context, configuration, index: this.facts };
    this.across = topics.flatMap((topic) => (topic.configuration ? [...topic.configuration(context)] : []));
    return this.across;
  }

  private sectionFindings(section: Section, document: SourceDocument): readonly Finding[] {
    const known = this.bySection.get(section);
    // The text of a document may be taken over by another object (opened in the editor, closed again).
    if (known && (known.length === 0 || known[0]?.origin.document === document)) return known;
    const found = this.judge(topics, section, document);
    this.bySection.set(section, found);
    return found;
  }

  private judge(by: readonly Topic[], section: Section, document: SourceDocument): readonly Finding[] {
    const context: SectionContext = {
      document,
      release: this.context.release,
      at: (range) => ({ document, section, range }),
      slice: (range) => document.text.slice(section.start + range.start, section.start + range.end),
    };
    const found: Finding[] = [];
    for (const topic of by) for (const one of topic.section?.(section, context) ?? []) found.push(one);
    return found;
  }

  private add(jail: ResolvedJail) {
    if (this.present.has(jail)) return;
    this.present.add(jail);
    this.facts.add(jail);
    let found = this.byJail.get(jail);
    if (!found) {
      const list: Finding[] = [];
      for (const topic of topics) for (const one of topic.jail?.(jail, this.context) ?? []) list.push(one);
      found = list;
      this.byJail.set(jail, found);
    }
    for (const finding of found) {
      const key = keyOf(finding);
      const entry = this.shared.get(key);
      if (entry) entry.jails.add(jail);
      else this.shared.set(key, { finding, jails: new Set([jail]) });
    }
  }

  private remove(jail: ResolvedJail) {
    if (!this.present.delete(jail)) return;
    this.facts.remove(jail);
    for (const finding of this.byJail.get(jail) ?? []) {
      const key = keyOf(finding);
      const entry = this.shared.get(key);
      if (entry?.jails.delete(jail) && entry.jails.size === 0) this.shared.delete(key);
    }
  }
}

/**
 * Adds what the machine refuses, once for each place. A jail with an error is not asked about: it would not come so far.
 * Neither is a statement of which a rule speaks already.
 */
function addRefusals(
  boot: DryBoot,
  before: ReadonlyMap<AnyDocument, readonly Found[]>,
  put: (found: Found) => void,
): void {
  const added = new Map<string, { finding: Finding; jails: Set<ResolvedJail> }>();
  let known: Known | undefined;
  for (const { finding, jail, statement } of boot.findings()) {
    known ??= knownFrom(before);
    if (known.wrong.has(jail) || known.speaksOf(statement)) continue;
    const key = `${finding.code}|${placeKey(finding)}`;
    const entry = added.get(key);
    if (entry) entry.jails.add(jail);
    else added.set(key, { finding, jails: new Set([jail]) });
  }
  for (const found of added.values()) put(found);
}

interface Known {
  /** The jails with an error. */
  readonly wrong: ReadonlySet<ResolvedJail>;
  /** Whether something that matters is said of a place already. */
  speaksOf(place: Origin): boolean;
}

function knownFrom(before: ReadonlyMap<AnyDocument, readonly Found[]>): Known {
  const wrong = new Set<ResolvedJail>();
  const bySection = new Map<AnySection, Finding[]>();
  for (const found of before.values())
    for (const { finding, jails } of found) {
      const severity = finding.severity ?? rules.get(finding.code)?.severity;
      if (severity === "error") for (const jail of jails) wrong.add(jail);
      if ((severity !== "error" && severity !== "warning") || finding.code.startsWith("host/")) continue;
      const { section } = finding.origin;
      const list = bySection.get(section);
      if (list) list.push(finding);
      else bySection.set(section, [finding]);
    }
  const speaksOf = ({ section, range }: Origin) =>
    (bySection.get(section) ?? []).some(
      ({ origin: other }) => other.range.start < range.end && range.start < other.range.end,
    );
  return { wrong, speaksOf };
}

/** A jail to be judged, and the one that it takes the place of. */
interface Replacement {
  readonly jail: ResolvedJail;
  readonly old: ResolvedJail | undefined;
}

/** So many jails are judged without delay: a few milliseconds. */
const AT_ONCE = 100;
const CLOCK_EVERY = 16;

/** The one thing that is said about a file of another kind. */
const FOREIGN = "jail/foreign-file";

const NO_JAILS: ReadonlySet<ResolvedJail> = new Set();

const identities = new WeakMap<AnySection, number>();
let lastIdentity = 0;

/** The same place and words: what several jails inherit from one statement is one finding. */
function keyOf(finding: Finding): string {
  return `${finding.code}|${placeKey(finding)}|${finding.message}`;
}

function placeKey({ origin: { section, range } }: Finding): string {
  let id = identities.get(section);
  if (id === undefined) {
    id = ++lastIdentity;
    identities.set(section, id);
  }
  return `${id}|${range.start}-${range.end}`;
}
