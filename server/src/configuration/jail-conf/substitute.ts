import { type Gap, originAt } from "./facts.ts";
import type { Entry, Merge } from "./merge.ts";
import type { JailFailure } from "./types.ts";
import type { Work } from "./work.ts";

/**
 * Replaces the variables of one jail, step by step as the loader does it: the order of entries, what is left of a
 * value when something fails, and which failures are reported all follow from the steps.
 * Source: usr.sbin/jail/config.c (load_config, "Resolve any variable substitutions").
 */

/** A text longer than this comes from variables that double each other, and would only use up memory. */
const MAX_TEXT = 1 << 20;

export function substitute(merge: Merge): void {
  const { entries } = merge;
  let some = false;
  for (const entry of entries)
    if (entry.varies) {
      entry.startWork();
      some = true;
    }
  if (!some) return;
  const run = new Substituter(merge);
  // The list changes while it is walked: what an entry needs is moved in front of it.
  for (let i = 0; i < entries.length; i++) run.visit(i);
}

class Substituter {
  private readonly merge: Merge;
  private generation = 0;

  constructor(merge: Merge) {
    this.merge = merge;
  }

  /** Finishes the entry at `index`, or one that had to be moved there because it comes first. */
  visit(index: number) {
    const { entries } = this.merge;
    let entry = entries[index] as Entry;
    if (!entry.work) return;
    entry.generation = ++this.generation;
    for (let needed = this.fill(entry); needed; needed = this.fill(entry)) {
      needed.generation = this.generation;
      entries.splice(entries.indexOf(needed, index), 1);
      entries.splice(index, 0, needed);
      entry = needed;
    }
  }

  /** Fills the gaps of an entry's values; stops at one whose source has gaps itself, and returns that source. */
  private fill(entry: Entry): Entry | undefined {
    const works = entry.work as Work[];
    for (let i = 0; i < works.length; i++) {
      const work = works[i] as Work;
      for (; work.done < work.template.gaps.length; work.done++) {
        const gap = work.template.gaps[work.done] as Gap;
        const source = this.merge.find(gap.key);
        if (!source || source.isEmpty) {
          this.fail(
            "undefined-variable",
            `${entry.key.text}: variable "${gap.key.text}" not found`,
            entry,
            work,
            gap,
          );
          continue;
        }
        if (source.bad) {
          this.spoil(work, gap);
          continue;
        }
        if (source.generation === this.generation) {
          this.fail("variable-loop", `${gap.key.text}: variable loop`, entry, work, gap);
          continue;
        }
        if (source.work?.some((w) => w.done < w.template.gaps.length)) return source;
        const parameter = source.finish();
        const [first, ...others] = parameter.values;
        const inline = work.text !== "" || work.done + 1 < work.template.gaps.length;
        if (others.length > 0 && inline) {
          this.fail(
            "array-inline",
            `${entry.key.text}: array cannot be substituted inline`,
            entry,
            work,
            gap,
          );
          continue;
        }
        const text = first?.text ?? "";
        if (work.text.length + text.length > MAX_TEXT) {
          this.fail("variable-loop", `${gap.key.text}: the text grows without end`, entry, work, gap);
          continue;
        }
        const at = gap.at + work.grown;
        work.text = work.text.slice(0, at) + text + work.text.slice(at);
        work.substitutions.push({ piece: gap.piece, text, source: parameter });
        work.grown += text.length;
        const spliced = others.map(
          (value): Work => ({
            text: value.text,
            template: { node: work.template.node, text: value.text, gaps: [] },
            site: work.site,
            done: 0,
            grown: 0,
            substitutions: [{ piece: gap.piece, text: value.text, source: parameter }],
          }),
        );
        works.splice(i + 1, 0, ...spliced);
      }
    }
    return undefined;
  }

  private fail(kind: JailFailure["kind"], message: string, entry: Entry, work: Work, gap: Gap) {
    this.merge.failures.push({
      kind,
      message,
      parameter: entry.key.text,
      variable: gap.key.text,
      origin: originAt(work.site, gap.piece),
    });
    this.spoil(work, gap);
  }

  /** Whatever waits for this gap is spoiled with it, and fills no other gap. */
  private spoil(work: Work, gap: Gap) {
    work.substitutions.push({ piece: gap.piece, text: undefined, source: undefined });
    for (const entry of this.merge.entries) if (entry.generation === this.generation) entry.bad = true;
  }
}
