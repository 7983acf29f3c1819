/** A stretch of a document that is read on its own, by the look of the text from its start on. */
export interface Cut {
  /** Offset in the document; the one field that an edit elsewhere changes. */
  start: number;
  readonly length: number;
  /** How many characters from `start` decide what this stretch is: an edit within them may change it. */
  readonly lookahead: number;
}

/** A replaced stretch of text: `[start, oldEnd)` of the old text became `[start, newEnd)` of the new one. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/**
 * The row of stretches that tile a text, kept through edits. `cut` makes the stretch that begins at an offset; it may
 * look at nothing but the text from there on. So what an edit does not reach stays the same object, and a row that
 * was edited piece by piece equals one that was made afresh.
 */
export class Row<T extends Cut> {
  private items: T[] = [];
  private readonly cut: (text: string, start: number) => T;

  constructor(cut: (text: string, start: number) => T) {
    this.cut = cut;
  }

  get all(): readonly T[] {
    return this.items;
  }

  /** Takes the changed text; `edit` says which part changed. */
  edit(text: string, edit: TextEdit): void {
    const old = this.items;
    const next: T[] = [];
    const delta = edit.newEnd - edit.oldEnd;
    let index = 0;
    let at = 0;
    while (at < text.length) {
      // Before the edit a stretch stands if nothing that decides it was touched.
      while (index < old.length && (old[index] as T).start < at && at <= edit.start) index++;
      const candidate = old[index];
      if (candidate?.start === at && at + candidate.lookahead < edit.start) {
        next.push(candidate);
        at += candidate.length;
        index++;
        continue;
      }
      // Behind the edit the first old boundary that is met ends the work: the rest depends only on itself.
      if (at >= edit.newEnd) {
        const rest = this.indexOf(at - delta);
        if (rest !== undefined) {
          for (let i = rest; i < old.length; i++) {
            const item = old[i] as T;
            item.start += delta;
            next.push(item);
          }
          break;
        }
      }
      const item = this.cut(text, at);
      next.push(item);
      at += item.length;
    }
    this.items = next;
  }

  /** The index of the stretch that begins at `start`. */
  private indexOf(start: number): number | undefined {
    let low = 0;
    let high = this.items.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = (this.items[middle] as T).start;
      if (at === start) return middle;
      if (at < start) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

/** A copy that does not keep the document alive: V8's slices hold on to the whole string they were cut from. */
export function detach(text: string, start: number, end: number): string {
  return ` ${text.slice(start, end)}`.slice(1);
}
