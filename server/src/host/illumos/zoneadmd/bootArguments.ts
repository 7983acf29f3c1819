/** Boot arguments as zoneadmd reads them. Source: filter_bootargs() in usr/src/cmd/zoneadmd/zoneadmd.c. */

/** With the terminator. Source: BOOTARGS_MAX in usr/src/uts/common/sys/uadmin.h. */
const MOST = 256;

export interface BootArguments {
  /** What init gets. */
  readonly passed: string;
  /** The program that is init; absent for that of the brand. */
  readonly init?: string;
  /** Of Solaris 11: how long a read-only root can be written, see `Zone`. */
  readonly writable?: "boot" | "assembly";
  /** What is warned about: unknown options, which are passed on, and stray words, which are not. */
  readonly invalid: string;
  readonly tooLong: boolean;
}

/** Words in quotes are one. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}

const NONE: BootArguments = { passed: "", invalid: "", tooLong: false };

/** @param immutable whether the system has read-only roots, and so -w and -W */
export function bootArguments(text: string, immutable = false): BootArguments {
  if (text === "") return NONE;
  const words = wordsOf(text);
  // A name of a kernel, which other machines boot with, says nothing here.
  if (words[0] !== undefined && !words[0].startsWith("-")) words.shift();
  const passed: string[] = [];
  const invalid: string[] = [];
  let init: string | undefined;
  let writable: BootArguments["writable"];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!/^-./.test(word)) {
      invalid.push(word);
      continue;
    }
    for (let letters = word.slice(1); letters !== ""; ) {
      const letter = letters.charAt(0);
      letters = letters.slice(1);
      if (letter === "i" || letter === "m") {
        const value = letters === "" ? words.shift() : letters;
        letters = "";
        if (value === undefined) invalid.push(`-${letter}`);
        else if (letter === "i") init = value;
        else passed.push("-m", value);
      } else if (letter === "s") passed.push("-s");
      else if (immutable && letter === "w") writable = "boot";
      else if (immutable && letter === "W") writable = "assembly";
      else if (letter !== "f") {
        passed.push(`-${letter}`);
        invalid.push(`-${letter}`);
      }
    }
  }
  return {
    passed: passed.join(" "),
    ...(init !== undefined && { init }),
    ...(writable && { writable }),
    invalid: invalid.join(" "),
    tooLong: text.length >= MOST,
  };
}

/** The milestone that SMF brings up with such arguments. Source: kernel(8), svc.startd(8). */
export function milestoneOf(passed: string): string {
  if (passed === "") return "all";
  const words = passed.split(" ");
  let milestone = "all";
  for (const [i, word] of words.entries()) {
    if (word === "-s") milestone = "single-user";
    const [, wanted] = word === "-m" ? (/(?:^|,)milestone=([^,]+)/.exec(words[i + 1] ?? "") ?? []) : [];
    if (wanted) milestone = wanted.replace(/^svc:\/milestone\//, "").replace(/:default$/, "");
  }
  return milestone;
}
