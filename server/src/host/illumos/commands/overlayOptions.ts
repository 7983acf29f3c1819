import { allowed, denied, type Outcome } from "../../decision.ts";
import { readFile } from "../../filesystem/files.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import type { OverlayRequest } from "../network/createOverlay.ts";
import type { OverlayTarget } from "../types.ts";

/** Options of links as dladm(8) reads them. */

/** `a=b,c=d`; a piece without `=` belongs to the value in front, or is a name by itself. */
export function readProperties(list: string): { property: string; value: string }[] {
  const found: { property: string; value: string }[] = [];
  for (const piece of list.split(",").filter(Boolean)) {
    const cut = piece.indexOf("=");
    const last = found.at(-1);
    if (cut >= 0) found.push({ property: piece.slice(0, cut), value: piece.slice(cut + 1) });
    else if (last && last.value !== "") last.value += `,${piece}`;
    else found.push({ property: piece, value: "" });
  }
  return found;
}

/** Properties of `create-overlay`: `vxlan/listen_ip`, `direct/dest_ip`, `files/config` … Source: overlay(7). */
export function readFiles(host: Host, process: Process, list: string): Outcome<Partial<OverlayRequest>> {
  const values = new Map(readProperties(list).map(({ property, value }) => [property, value]));
  const [listenIp, listenPort] = [values.get("vxlan/listen_ip"), values.get("vxlan/listen_port")];
  const [ip, port] = [values.get("direct/dest_ip"), values.get("direct/dest_port")];
  const path = values.get("files/config");
  const targets = path === undefined ? undefined : targetsOf(host, process, path);
  if (targets && !targets.ok) return targets;
  return allowed(
    {
      ...(listenIp !== undefined && { listenIp }),
      ...(listenPort !== undefined && { listenPort: Number(listenPort) }),
      ...(ip !== undefined && { destination: { ip, port: Number(port ?? 4789) } }),
      ...(targets && { targets: targets.value }),
    },
    "overlay/options",
    "The options can be read.",
  );
}

/** The table of the plugin `files`: by MAC where it is, and the addresses that it has. Source: overlay_files(7). */
function targetsOf(host: Host, process: Process, path: string): Outcome<Record<string, OverlayTarget>> {
  const file = readFile(host, process, path);
  if (!file.ok) return file;
  const invalid = denied("EINVAL", "overlay/files", `${path} is no table of MACs in JSON.`);
  let table: unknown;
  try {
    table = JSON.parse(file.value);
  } catch {
    return invalid;
  }
  if (typeof table !== "object" || table === null) return invalid;
  const found: Record<string, OverlayTarget> = {};
  for (const [mac, value] of Object.entries(table)) {
    if (!isRecord(value)) return invalid;
    const { ip, port = 4789, arp, ndp } = value;
    if (typeof ip !== "string" || typeof port !== "number") return invalid;
    found[mac] = {
      ...{ ip, port },
      ...(typeof arp === "string" && { arp }),
      ...(typeof ndp === "string" && { ndp }),
    };
  }
  return allowed(found, "overlay/files", `${path} is read.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
