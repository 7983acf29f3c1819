/** Addresses of IPv4 and IPv6 as inet_pton(3) reads them. */

/** Four decimal numbers up to 255 without leading zeros: inet_pton(3), AF_INET. */
export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== undefined;
}

/** The four bytes of an IPv4 address. */
export function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes.push(Number(part));
  }
  return bytes;
}

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
