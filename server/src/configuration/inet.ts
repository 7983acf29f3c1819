/** Addresses of IPv4 and IPv6 as inet_pton(3) reads them. */

/** Four decimal numbers up to 255 without leading zeros: inet_pton(3), AF_INET. */
export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== undefined;
}

/** The four bytes of an IPv4 address. */
export function parseIpv4(text: string): number[] | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  const bytes: number[] = [];
  let byte = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (byte < 0 || bytes.length === 4) return undefined;
      bytes.push(byte);
      byte = -1;
    } else {
      const digit = code - ZERO;
      // No digit follows a zero that is the first one.
      if (digit < 0 || digit > 9 || byte === 0) return undefined;
      byte = byte < 0 ? digit : byte * 10 + digit;
      if (byte > 255) return undefined;
    }
  }
  return bytes.length === 4 ? bytes : undefined;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** Without zone, `::` at most once, the last four bytes also in dotted form: inet_pton(3), AF_INET6. */
export function isIpv6(text: string): boolean {
  return parseIpv6(text) !== undefined;
}

/** The eight groups of an IPv6 address. */
export function parseIpv6(text: string): number[] | undefined {
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = text.slice(0, gap);
  const tail = text.slice(gap + 2);
  // The dotted form is the end of an address; in front of the gap it is not at the end.
  const before = head === "" ? [] : head.includes(".") ? undefined : parseGroups(head);
  const after = tail === "" ? [] : parseGroups(tail);
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  return missing < 1 ? undefined : [...before, ...new Array<number>(missing).fill(0), ...after];
}

function parseGroups(text: string): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".") && index === parts.length - 1) {
      const bytes = parseIpv4(part);
      if (!bytes) return undefined;
      const [a, b, c, d] = bytes as [number, number, number, number];
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
