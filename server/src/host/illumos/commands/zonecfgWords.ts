/** The command language of zonecfg(8), as far as its words go. Source: usr/src/cmd/zonecfg/zonecfg_lex.l. */

/**
 * Commands with their words: they end at `;` and at the end of a line. Quotes keep a word together; `#` begins a comment;
 * what stands in brackets or parentheses is one word.
 */
export function commandsOf(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let depth = 0;
  let quote = false;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote) {
      if (character === '"') quote = false;
      else word = (word ?? "") + character;
    } else if (character === '"') {
      quote = true;
      word ??= "";
    } else if (character === "#" && word === undefined) {
      const end = text.indexOf("\n", at);
      at = (end < 0 ? text.length : end) - 1;
    } else if (depth > 0 || character === "(" || character === "[") {
      if (character === "(" || character === "[") depth++;
      if (character === ")" || character === "]") depth--;
      if (!/\s/.test(character)) word = (word ?? "") + character;
    } else if (character === ";" || character === "\n") endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? "") + character;
  }
  endCommand();
  return commands.map(joined);
}

/** `a = b` is one word, as `a=b` is. */
function joined(words: readonly string[]): string[] {
  const found: string[] = [];
  for (const word of words) {
    const last = found.at(-1);
    const open = last?.endsWith("=") && !last.startsWith("(");
    if (last !== undefined && found.length > 1 && (word.startsWith("=") || open))
      found[found.length - 1] = last + word;
    else found.push(word);
  }
  return found;
}

/** `name=value`; `undefined` for a word without the sign. */
export function assignmentOf(word: string): readonly [name: string, value: string] | undefined {
  const cut = word.indexOf("=");
  return cut < 1 || word.startsWith("(") ? undefined : [word.slice(0, cut), word.slice(cut + 1)];
}

/** Elements of `[a,b]`, or the value itself. */
export function elementsOf(value: string): string[] {
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  return list === undefined ? [value] : list.split(",").filter(Boolean);
}
