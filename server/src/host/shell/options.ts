import { type CommandResult, failed } from "./command.ts";

/** Options of a command line, as getopt(3) reads them. */
export interface Options {
  /** Letters that were given, in order. */
  readonly flags: readonly string[];
  /** The last argument of each letter that takes one. */
  readonly values: Readonly<Record<string, string>>;
  /** All arguments of each letter that takes one, in order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
  has(letter: string): boolean;
}

/**
 * @param letters as for getopt(3): a colon behind a letter that takes an argument
 * @returns what the real tool prints for a wrong option
 */
export function readOptions(
  tool: string,
  args: readonly string[],
  letters: string,
  usage: string,
  status = 1,
): Options | CommandResult {
  const flags: string[] = [];
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (!/^-./.test(word)) break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      const place = letter === ":" ? -1 : letters.indexOf(letter);
      if (place < 0) return failed(`${tool}: illegal option -- ${letter}\n${usage}\n`, status);
      flags.push(letter);
      if (letters[place + 1] !== ":") continue;
      const value = word.slice(i + 1) || args[++at];
      if (value === undefined)
        return failed(`${tool}: option requires an argument -- ${letter}\n${usage}\n`, status);
      values[letter] = value;
      lists[letter] = [...(lists[letter] ?? []), value];
      break;
    }
  }
  return { flags, values, lists, rest: args.slice(at), has: (letter) => flags.includes(letter) };
}

/** Whether reading the options has failed. */
export function isResult(value: Options | CommandResult): value is CommandResult {
  return "status" in value;
}
