import { prison } from "../../host/freebsd/prisons.ts";
import { accountingOn, usageOf } from "../../host/freebsd/resources/racct.ts";
import { RESOURCE_NAMES, RESOURCES, type ResourceName } from "../../host/freebsd/resources/resourceTable.ts";
import { ruleText } from "../../host/freebsd/resources/ruleText.ts";
import { causeOf } from "../../host/freebsd/scope.ts";
import { freebsdOf } from "../../host/freebsd/state.ts";
import type { LimitView } from "../../protocol.ts";
import type { Moment } from "../guests.ts";
import { originView } from "../views/origins.ts";

/** What is shown of a jail even where no rule limits it. */
const ALWAYS: ReadonlySet<ResourceName> = new Set<ResourceName>([
  "memoryuse",
  "maxproc",
  "openfiles",
  "pcpu",
]);

/** What a jail uses, and what rules of rctl(8) and the kernel allow it. */
export function jailLimits({ host, texts }: Moment, name: string, jid: number): LimitView[] {
  const jail = prison(host, jid);
  const counted = accountingOn(host);
  const rules = freebsdOf(host).resources.rules.filter(
    ({ subject, id }) => subject === "jail" && id === name,
  );
  const found: LimitView[] = [];
  for (const resource of RESOURCE_NAMES) {
    const own = rules.filter((rule) => rule.resource === resource);
    if (own.length === 0 && !ALWAYS.has(resource)) continue;
    const refusing = own.filter(({ action }) => action === "deny" || action === "throttle");
    const limit = refusing.length > 0 ? Math.min(...refusing.map(({ amount }) => amount)) : null;
    const [first] = own;
    found.push({
      name: resource,
      unit: RESOURCES[resource].unit,
      used: usageOf(host, { type: "jail", id: name }, resource),
      limit,
      text:
        own.length > 0
          ? `${RESOURCES[resource].doc}: ${own.map(ruleText).join("; ")}`
          : `${RESOURCES[resource].doc}: no rule${counted ? "" : ", and none can be made: kern.racct.enable is 0"}`,
      ...(first && { origin: { what: ruleText(first), from: "host" as const } }),
    });
  }
  found.push({
    name: "children.max",
    unit: "count",
    used: jail.childrenCur,
    limit: jail.childrenMax,
    text: "jails below this one",
    origin: originView(causeOf(jail, "children.max", String(jail.childrenMax)), texts),
  });
  return found;
}
