import { property, resourcesOf, textOf } from "../../host/illumos/configuration.ts";
import { zoneControls } from "../../host/illumos/resources/controls.ts";
import { limitOf, rctlCause, usageOf } from "../../host/illumos/resources/rctls.ts";
import { zone } from "../../host/illumos/zones.ts";
import type { LimitView } from "../../protocol.ts";
import type { Moment } from "../guests.ts";
import { originView } from "../views/origins.ts";

/** What is shown of a zone even where nothing limits it. */
const ALWAYS: ReadonlySet<string> = new Set([
  "zone.max-processes",
  "zone.max-lwps",
  "zone.max-swap",
  "zone.max-locked-memory",
  "zone.cpu-cap",
  "zone.cpu-shares",
]);

/** What a zone uses, and what its resource controls allow it. */
export function zoneLimits({ host, texts }: Moment, _name: string, id: number): LimitView[] {
  const running = zone(host, id);
  const found = zoneControls(host).flatMap(({ name, unit, description }): LimitView[] => {
    const set = limitOf(running, name);
    if (!set && !ALWAYS.has(name)) return [];
    const value = set ? Number(set.limit) : null;
    return [
      {
        name,
        unit,
        used: usageOf(host, running, name),
        limit: value,
        text: `${plain(description)}${set ? ` (${set.action === "deny" ? "more is denied" : "only noted"})` : ": not set"}`,
        ...(set && { origin: originView(rctlCause(name, set), texts) }),
      },
    ];
  });
  if (running.physicalCap !== null) {
    const cap = running.definition && resourcesOf(running.definition, "capped-memory")[0];
    const cause = cap?.properties["physical"]?.[0]?.cause;
    found.push({
      name: "capped-memory physical",
      unit: "bytes",
      used: usageOf(host, running, "zone.max-physical-memory"),
      limit: running.physicalCap,
      text: "Resident memory, beyond which pages are taken from it",
      ...(cause && { origin: originView(cause, texts) }),
    });
  }
  const cpus = running.definition && resourcesOf(running.definition, "dedicated-cpu")[0];
  if (cpus) {
    const origin = originView(cpus.cause, texts);
    const text = `Processors of its own: ${textOf(cpus, "ncpus") ?? textOf(cpus, "cpus") ?? ""}, in pool ${running.pool}`;
    found.push({ name: "dedicated-cpu", unit: "CPUs", used: 0, limit: null, text, origin });
  } else if (running.definition && property(running.definition, "pool") !== "") {
    const cause = running.definition.properties["pool"]?.cause;
    found.push({
      name: "pool",
      unit: "",
      used: 0,
      limit: null,
      text: `Bound to pool ${running.pool}`,
      ...(cause && { origin: originView(cause, texts) }),
    });
  }
  return found;
}

/** A description as the beginning of a line, without the marks of Markdown. */
function plain(description: string): string {
  return description.replaceAll("`", "").replace(/\.$/, "");
}
