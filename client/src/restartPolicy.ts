/** How many crashes within the window end the automatic restarts. */
export const crashLimit = 5;
export const crashWindowMinutes = 3;

/**
 * Decides whether a crashed server is started again. Only crashes inside the window count, so a server that ran
 * well for three minutes starts with a clean record; a restart by hand clears the record too.
 */
export class RestartPolicy {
  #crashes: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Records a crash; true when the server should be started again. */
  crashed(): boolean {
    const now = this.#now();
    this.#crashes = this.#crashes.filter((time) => now - time < crashWindowMinutes * 60_000);
    this.#crashes.push(now);
    return this.#crashes.length < crashLimit;
  }

  reset(): void {
    this.#crashes = [];
  }
}
