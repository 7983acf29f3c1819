/** An octal or symbolic mode, applied to one that is there; undefined for what is neither. Source: setmode(3). */
export function changedMode(text: string, mode: number, isDirectoryMode: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(",")) {
    const [, who = "", operator, what = ""] = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause) ?? [];
    if (operator === undefined) return undefined;
    const all = who === "" || who.includes("a");
    let bits = 0;
    const classes: readonly [string, number, number][] = [
      ["u", 6, 0o4000],
      ["g", 3, 0o2000],
      ["o", 0, 0],
    ];
    let mask = 0;
    for (const [letter, shift, special] of classes) {
      if (!all && !who.includes(letter)) continue;
      mask |= (7 << shift) | special;
      for (const c of what) {
        if (c === "r") bits |= 4 << shift;
        if (c === "w") bits |= 2 << shift;
        if (c === "x" || (c === "X" && (isDirectoryMode || mode & 0o111))) bits |= 1 << shift;
        if (c === "s") bits |= special;
      }
    }
    if (what.includes("t")) bits |= 0o1000;
    if (operator === "+") result |= bits;
    else if (operator === "-") result &= ~bits;
    else result = (result & ~mask) | bits;
  }
  return result;
}
