/** Ways in which templates mark what is still to be filled in. */
const MARKS = [
  /%%[^%]*%%|%[A-Za-z_]\w*%/,
  /\{\{|\}\}|\{%|<%/,
  /\[[A-Za-z][^\]]*\]/,
  /@[A-Za-z_][\w-]*@/,
  /<[^<>]+>/,
  /__[A-Za-z]\w*__/,
  /^[A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)*$|^[A-Z]+(?:_[A-Z0-9]+)+(?![a-z])/,
];

/** Whether a text looks as if it is to be replaced before the file is used. */
export function isPlaceholder(text: string): boolean {
  return MARKS.some((mark) => mark.test(text));
}

/** `10.0.0.x`, `x.x.x.x`, `2001:db8::X`: an address with letters for what the reader has to know. */
export function isAddressPattern(text: string): boolean {
  const parts = text.split(/[.:]/);
  const open = (part: string) => /^(?:[xXnNyYzZ]{1,4}|\?+|\*+|#+)$/.test(part);
  return (
    parts.length >= 3 &&
    parts.some(open) &&
    parts.every((part) => open(part) || /^[0-9A-Fa-f]{0,4}$/.test(part))
  );
}

/** A word or host name: its last part begins with a letter. */
export function isHostName(text: string): boolean {
  return /^(?:[\w-]+\.)*[A-Za-z_][\w-]*\.?$/.test(text);
}
