import type { Host } from "../host.ts";

/** Numbers of releases that were asked for: there are few, and nearly every check asks. */
const known = new Map<string, readonly [number, number]>();

function numbersOf(release: string): readonly [number, number] {
  const before = known.get(release);
  if (before) return before;
  const [major = 0, minor = 0] = release.split(".").map((part) => Number.parseInt(part, 10));
  known.set(release, [major, minor]);
  return [major, minor];
}

/** Whether the machine runs this release of FreeBSD or a later one: `since(host, 14)`, `since(host, 15, 1)`. */
export function since(host: Host, major: number, minor = 0): boolean {
  const [own, ownMinor] = numbersOf(host.state.machine.release);
  return own > major || (own === major && ownMinor >= minor);
}
