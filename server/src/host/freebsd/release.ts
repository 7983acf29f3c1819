import type { Host } from "../host.ts";

/** Whether the machine runs this release of FreeBSD or a later one: `since(host, 14)`, `since(host, 15, 1)`. */
export function since(host: Host, major: number, minor = 0): boolean {
  const [own = 0, ownMinor = 0] = host.state.machine.release
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  return own > major || (own === major && ownMinor >= minor);
}
