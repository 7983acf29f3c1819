import { strerror } from "../../errno.ts";
import { lookup } from "../../filesystem/lookup.ts";
import { nodeOf } from "../../filesystem/nodes.ts";
import { assumeDirectory } from "./assume.ts";
import type { JailRun } from "./run.ts";

/**
 * What jail(8) asks of a path before it mounts there or writes a console log. Below the jail's path no part may be a
 * link, through which a jail could point to files of the host. Source: check_path() in usr.sbin/jail/command.c.
 * @returns the message behind the parameter's name
 */
export function pathProblem(
  run: JailRun,
  parameter: string,
  path: string,
  { mayBeMissing = false }: { mayBeMissing?: boolean } = {},
): string | undefined {
  if (!path.startsWith("/")) return `${parameter}: ${path}: not an absolute pathname`;
  const { host, caller, settings } = run;
  const root = settings.path;
  const wanted = mayBeMissing ? path.slice(0, path.lastIndexOf("/")) || "/" : path;
  assumeDirectory(run, wanted, parameter, wanted === root);
  // What is above the jail's path is the host's own business.
  const below = root !== undefined && (path === root || path.startsWith(`${root.replace(/\/$/, "")}/`));
  let at = below ? (root as string).replace(/\/$/, "") : "";
  const rest = below ? path.slice(at.length).split("/").filter(Boolean) : [path.slice(1)];
  for (const [index, name] of rest.entries()) {
    at += `/${name}`;
    const last = index === rest.length - 1;
    const found = lookup(host, caller, at, { follow: !below });
    if (!found.ok) {
      if (last && mayBeMissing && found.errno === "ENOENT") return undefined;
      return `${parameter}: ${at}: ${strerror(found.errno)}`;
    }
    const { kind } = nodeOf(host, found.value);
    if (below && kind === "link") return `${parameter}: ${at} is a symbolic link`;
    if (!last && kind !== "directory") return `${parameter}: ${at}: ${strerror("ENOTDIR")}`;
  }
  return undefined;
}
