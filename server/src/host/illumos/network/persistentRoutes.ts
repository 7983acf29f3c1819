import { allowed, denied, type Outcome } from "../../decision.ts";
import { readFile, unlink, writeFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import { routeAdd } from "../../network/routes.ts";
import type { Process } from "../../process/types.ts";

/**
 * Routes that `route -p` keeps for the next boot, in a file of the zone: the words behind `route add`. Source: route(8),
 * usr/src/cmd/cmd-inet/usr.sbin/route.c (perm_file).
 */
const FILE = "/etc/inet/static_routes";

/** The lines of the file: `default 192.0.2.1`, `-inet6 default fe80::1`. */
export function persistentRoutes(host: Host, process: Process): string[] {
  const text = readFile(host, process, FILE);
  return text.ok ? text.value.split("\n").filter((line) => line !== "" && !line.startsWith("#")) : [];
}

/** @returns EEXIST for one that is kept already, and the errors of writing the file */
export function keepRoute(host: Host, process: Process, line: string): Outcome {
  const known = persistentRoutes(host, process);
  if (known.includes(line)) return denied("EEXIST", "route/file", `${FILE} has that route already.`);
  return save(host, process, [...known, line]);
}

/** @returns ESRCH for one that is not kept, and the errors of writing the file */
export function dropRoute(host: Host, process: Process, line: string): Outcome {
  const known = persistentRoutes(host, process);
  if (!known.includes(line)) return denied("ESRCH", "route/file", `${FILE} has no such route.`);
  return save(
    host,
    process,
    known.filter((one) => one !== line),
  );
}

function save(host: Host, process: Process, lines: readonly string[]): Outcome {
  if (lines.length === 0) return unlink(host, process, FILE);
  const written = writeFile(host, process, FILE, lines.map((line) => `${line}\n`).join(""));
  return written.ok ? allowed(undefined, "route/file", `${FILE} is written.`) : written;
}

/** What svc:/network/routing-setup adds as a zone with a stack of its own boots. */
export function restoreRoutes(host: Host, process: Process): void {
  for (const line of persistentRoutes(host, process)) {
    const words = line.split(" ");
    const family = words[0] === "-inet6" ? "inet6" : "inet";
    const [destination = "", gateway = "", kind] = words.filter((word) => !/^-(inet6?|net|host)$/.test(word));
    routeAdd(host, process, {
      ...{ destination, gateway, family },
      ...(kind === "-reject" && { kind: "reject" as const }),
      ...(kind === "-blackhole" && { kind: "blackhole" as const }),
    });
  }
}
