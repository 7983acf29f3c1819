import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import type { SourceDocument } from "../../configuration/jail-conf/sources.ts";
import type { Configuration, ResolvedJail } from "../../configuration/jail-conf/types.ts";
import type { Finding } from "../finding.ts";
import { JailFacts } from "./facts.ts";
import { recognise } from "./foreign.ts";
import type { JailContext, SectionContext } from "./topic.ts";
import { topics } from "./topics.ts";

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
  private configuration: Configuration | undefined;
  private readonly facts = new JailFacts();
  private readonly bySection = new WeakMap<Section, readonly Finding[]>();
  private readonly byJail = new WeakMap<ResolvedJail, readonly Finding[]>();
  private readonly shared = new Map<string, { finding: Finding; jails: Set<ResolvedJail> }>();

  constructor(context: JailContext) {
    this.context = context;
  }

  /** Takes the configuration as it is now. */
  update(configuration: Configuration): void {
    const before = this.configuration?.jails ?? [];
    const after = configuration.jails;
    let first = 0;
    while (first < before.length && first < after.length && before[first] === after[first]) first++;
    let last = 0;
    while (
      last < before.length - first &&
      last < after.length - first &&
      before[before.length - 1 - last] === after[after.length - 1 - last]
    )
      last++;
    for (let i = first; i < before.length - last; i++) this.remove(before[i] as ResolvedJail);
    for (let i = first; i < after.length - last; i++) this.add(after[i] as ResolvedJail);
    this.facts.order(after);
    this.configuration = configuration;
  }

  /** What is wrong in the files of the configuration, file by file, in no particular order. */
  findings(): Map<SourceDocument, Found[]> {
    const result = new Map<SourceDocument, Found[]>();
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
      for (const section of document.sections)
        for (const finding of this.sectionFindings(section, document)) put({ finding, jails: NO_JAILS });
    }
    for (const found of this.shared.values()) put(found);
    for (const topic of topics)
      if (topic.configuration)
        for (const finding of topic.configuration({ ...this.context, configuration, index: this.facts }))
          put({ finding, jails: NO_JAILS });
    for (const [document, found] of result)
      if (recognise(document.text))
        result.set(
          document,
          found.filter(({ finding }) => finding.code === FOREIGN),
        );
    return result;
  }

  private sectionFindings(section: Section, document: SourceDocument): readonly Finding[] {
    const known = this.bySection.get(section);
    // The text of a document may be taken over by another object (opened in the editor, closed again).
    if (known && (known.length === 0 || known[0]?.origin.document === document)) return known;
    const context: SectionContext = {
      document,
      release: this.context.release,
      at: (range) => ({ document, section, range }),
      slice: (range) => document.text.slice(section.start + range.start, section.start + range.end),
    };
    const found: Finding[] = [];
    for (const topic of topics) if (topic.section) found.push(...topic.section(section, context));
    this.bySection.set(section, found);
    return found;
  }

  private add(jail: ResolvedJail) {
    this.facts.add(jail);
    let found = this.byJail.get(jail);
    if (!found) {
      const list: Finding[] = [];
      for (const topic of topics) if (topic.jail) list.push(...topic.jail(jail, this.context));
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
    this.facts.remove(jail);
    for (const finding of this.byJail.get(jail) ?? []) {
      const key = keyOf(finding);
      const entry = this.shared.get(key);
      if (entry?.jails.delete(jail) && entry.jails.size === 0) this.shared.delete(key);
    }
  }
}

/** The one thing that is said about a file of another kind. */
const FOREIGN = "jail/foreign-file";

const NO_JAILS: ReadonlySet<ResolvedJail> = new Set();

const identities = new WeakMap<Section, number>();
let lastIdentity = 0;

/** The same place and words: what several jails inherit from one statement is one finding. */
function keyOf({ code, message, origin: { section, range } }: Finding): string {
  let id = identities.get(section);
  if (id === undefined) {
    id = ++lastIdentity;
    identities.set(section, id);
  }
  return `${code}|${id}|${range.start}-${range.end}|${message}`;
}
