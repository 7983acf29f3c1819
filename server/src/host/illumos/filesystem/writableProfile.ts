import { denied, type Refused } from "../../decision.ts";
import { pathOf } from "../../filesystem/paths.ts";
import type { Vnode } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { property, propertyCause } from "../configuration.ts";
import type { Zone } from "../types.ts";
import { GLOBAL, zoneOf } from "../zones.ts";

/**
 * Read-only roots of Solaris 11: the property file-mac-profile says what of its root a zone may write. File systems that
 * the configuration or the zone itself mounts, and delegated datasets, are not bound. Source: zonecfg(8) and "Configuring
 * and Running Immutable Zones" of Solaris 11.
 */

/** What may be written below the root; the kernel of Solaris is not public, so the parts of /var are as documented. */
const WRITABLE: Readonly<
  Record<string, { readonly under: readonly string[]; readonly but: readonly string[] }>
> = {
  strict: { under: [], but: [] },
  "fixed-configuration": {
    under: ["/var"],
    but: ["/var/ld", "/var/lib", "/var/pkg", "/var/spool/cron", "/var/svc"],
  },
  "flexible-configuration": { under: ["/etc", "/root", "/var"], but: ["/var/ld", "/var/lib", "/var/pkg"] },
};

/** The profile of a zone; undefined for none. */
export function profileOf({ definition }: Pick<Zone, "definition">): string | undefined {
  const profile = definition ? property(definition, "file-mac-profile", "none") : "none";
  return Object.hasOwn(WRITABLE, profile) ? profile : undefined;
}

/** Why a zone may not write a file of its root. */
export function againstProfile(host: Host, process: Process, vnode: Vnode): Refused | undefined {
  if (process.credential.container === GLOBAL) return undefined;
  const zone = zoneOf(host, process);
  const { definition, path: root, root: top } = zone;
  const profile = profileOf(zone);
  const rules = profile === undefined ? undefined : WRITABLE[profile];
  if (!definition || !rules || zone.writable || vnode.mount !== top.mount) return undefined;
  const path = pathOf(host, vnode).slice(root.length);
  const within = (directories: readonly string[]) =>
    directories.some((directory) => path === directory || path.startsWith(`${directory}/`));
  if (within(rules.under) && !within(rules.but)) return undefined;
  const cause = propertyCause(definition, "file-mac-profile");
  return denied("EROFS", "file-mac-profile", `The profile ${profile} keeps ${path || "/"} read-only.`, {
    causes: cause ? [cause] : [],
    ...(profile !== "strict" && { unsure: true as const }),
  });
}
