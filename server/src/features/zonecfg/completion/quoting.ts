/** A value as it has to be written: in quotes if there are blanks or marks in it. */
export function quotedWhereNeeded(value: string, inList = false): string {
  const bare = inList ? /^[^\s=,;()[\]"]+$/ : /^[^\s=;()[\]"]+$/;
  return bare.test(value) ? value : `"${value}"`;
}
