/** Bounds of one run, so that nothing can hang or grow without end. */
const MOST_STEPS = 20_000;
/** In UTF-16 code units: expansions, input and output of commands together. */
const MOST_CHARACTERS = 8 << 20;
/** Shells within shells: scripts that run themselves. */
const DEEPEST = 24;

/** Commands within commands: functions that call themselves, and subshells in them. The model's own stack bears twice that. */
const DEEPEST_COMMANDS = 100;
/** Children that functions in the background start of themselves. Half of them are there at a time. */
const MOST_RUNAWAY = 4_000;

/** Ends the whole run. */
export class OutOfBudget extends Error {}

/** A fork that was refused to something that starts itself again and again: the model follows it no further. */
export class Runaway extends OutOfBudget {}

/** What a line and all that it starts may take. */
export class Budget {
  private steps = 0;
  private characters = 0;
  private depth = 0;
  private commands = 0;
  private runaway = 0;

  step(): void {
    if (++this.steps > MOST_STEPS) throw new OutOfBudget(`more than ${MOST_STEPS} commands`);
  }

  /** Counts a command, and those that it is in. */
  command<T>(work: () => T): T {
    this.step();
    if (this.commands >= DEEPEST_COMMANDS)
      throw new OutOfBudget(`more than ${DEEPEST_COMMANDS} commands within each other`);
    this.commands++;
    try {
      return work();
    } finally {
      this.commands--;
    }
  }

  /** Counts a child that a function in the background starts of itself. */
  background(): void {
    if (++this.runaway > MOST_RUNAWAY)
      throw new OutOfBudget(`more than ${MOST_RUNAWAY} children of a function that starts itself`);
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
