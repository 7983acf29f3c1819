import { readdirectory, stat } from "../filesystem/files.ts";
import type { Host } from "../host.ts";
import type { Process } from "../process/types.ts";
import { hasWildcard, matchesPattern, unescaped } from "./pattern.ts";

/** The paths that a pattern matches for a process, sorted; none if it matches nothing. */
export function expandPattern(host: Host, process: Process, pattern: string): string[] {
  const absolute = pattern.startsWith("/");
  let found = [absolute ? "/" : ""];
  const parts = pattern.split("/").filter((part) => part !== "");
  for (const part of parts) {
    found = found.flatMap((base) => {
      if (!hasWildcard(part)) return [join(base, unescaped(part))];
      const entries = readdirectory(host, process, base || ".");
      if (!entries.ok) return [];
      return entries.value
        .map(({ name }) => name)
        .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && matchesPattern(part, name))
        .map((name) => join(base, name));
    });
  }
  return found.filter((path) => stat(host, process, path, { follow: false }).ok).sort();
}

function join(base: string, name: string): string {
  return base === "" || base.endsWith("/") ? base + name : `${base}/${name}`;
}
