/** Bounds of one run, so that nothing can hang or grow without end. */
const MOST_STEPS = 20_000;
/** In UTF-16 code units: expansions, input and output of commands together. */
const MOST_CHARACTERS = 8 << 20;
/** Shells within shells: scripts that run themselves. */
const DEEPEST = 24;

/** Ends the whole run. */
export class OutOfBudget extends Error {}

/** What a line and all that it starts may take. */
export class Budget {
  private steps = 0;
  private characters = 0;
  private depth = 0;

  step(): void {
    if (++this.steps > MOST_STEPS) throw new OutOfBudget(`more than ${MOST_STEPS} commands`);
  }

  charge(characters: number): void {
    this.characters += characters;
    if (this.characters > MOST_CHARACTERS)
      throw new OutOfBudget(`more than ${MOST_CHARACTERS} characters of text`);
  }

  deeper<T>(work: () => T): T {
    if (this.depth >= DEEPEST) throw new OutOfBudget(`more than ${DEEPEST} shells within each other`);
    this.depth++;
    try {
      return work();
    } finally {
      this.depth--;
    }
  }
}
