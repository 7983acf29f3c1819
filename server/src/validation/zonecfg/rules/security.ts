import { parsePrivileges } from "../../../catalog/illumos/privilegeSets.ts";
import { own } from "../../../catalog/own.ts";
import { textIn } from "../../../configuration/zonecfg/state.ts";
import type { Resource, ZonePart } from "../../../configuration/zonecfg/types.ts";
import { inValue } from "../../../configuration/zonecfg/verify.ts";
import type { Finding } from "../../finding.ts";
import type { Topic } from "../topic.ts";
import { block, exclusive, shared, table } from "./example.ts";

const lofs = (special: string, ...lines: readonly string[]) =>
  shared(block("fs", "set dir=/mnt/host", `set special=${special}`, "set type=lofs", ...lines));

const rules = table("security", {
  "zone-host-directory": {
    title: "A directory of the host, writable from the zone",
    why: "Root in the zone may change what the host runs or believes: programs, configuration, devices, the stored zones. Mount it with the option `ro`, or mount a directory made for the purpose.",
    bad: lofs("/etc"),
    good: lofs("/etc", "add options ro"),
    severity: "warning",
    source: "zonecfg(8), zones(7)",
  },
  "zone-device": {
    title: "A device that opens the host",
    why: "Memory and whole disks of the host give root in the zone all that the host has. Name the one device that the zone needs.",
    bad: shared(block("device", "set match=/dev/rdsk/*")),
    good: shared(block("device", "set match=/dev/rdsk/c1t2d0s0")),
    severity: "warning",
    source: "zonecfg(8): device",
  },
  "zone-privilege": {
    title: "A privilege that reaches beyond the zone",
    why: "Few privileges outside the default set are harmless: with these a zone changes the clock of the host, starves other zones, or sends packets in the name of others.",
    bad: exclusive("set limitpriv=default,sys_time"),
    good: exclusive("set limitpriv=default,dtrace_proc,dtrace_user"),
    severity: "information",
    source: "privileges(7)",
  },
  "zone-whole-pool": {
    title: "A whole pool is delegated",
    why: "The zone's administrator may destroy every dataset below the one that is delegated. A pool also holds those of the host and of other zones.",
    bad: shared(block("dataset", "set name=rpool")),
    good: shared(block("dataset", "set name=rpool/web/data")),
    severity: "warning",
    source: "zonecfg(8): dataset",
  },
});

/** Directories that the host itself lives on. */
const OWN =
  /^\/(?:$|(?:bin|boot|dev|devices|etc|kernel|lib|opt|platform|proc|root|sbin|system|usr|var|zones?)(?:\/|$))/;
/** Below these a directory is the site's own. */
const HARMLESS = /^\/(?:var\/(?:tmp|log|lib|db|spool|www|export)|opt|usr\/(?:local|share)|zones?|root)\/./;

const OPEN_DEVICE = /^(?:\/dev\/)?\*$|\/dev\/(?:all)?k?mem\b|\/dev\/r?dsk\/\*|^\/devices\b/;

/** Why a privilege outside of the default set matters. */
const PRIVILEGES: Readonly<Record<string, string>> = {
  sys_time: "the zone may set the clock of the host",
  proc_priocntl: "a process of the zone may enter the real-time class and starve the host",
  proc_clock_highres: "timers of high resolution may keep a CPU of the host busy",
  sys_ipc_config: "limits on System V queues can be raised",
  cpc_cpu: "counters of the CPU tell about other zones",
};

/** What gives a zone more of the host than is usual. */
export const security: Topic = {
  rules,
  *resource(resource) {
    if (resource.type === "fs") yield* directory(resource);
    else if (resource.type === "device") yield* device(resource);
    else if (resource.type === "dataset") yield* pool(resource);
  },
  *part(part) {
    yield* privileges(part);
  },
};

function* directory(resource: Resource): Generator<Finding> {
  const special = resource.properties.get("special")?.[0];
  if (textIn(resource, "type") !== "lofs" || typeof special?.value !== "string" || !special.origin) return;
  if (!OWN.test(special.value) || HARMLESS.test(special.value) || resource.refused?.has("options")) return;
  const options = (resource.properties.get("options") ?? []).map(({ value }) => value);
  if (options.some((option) => typeof option === "string" && option.split(",").includes("ro"))) return;
  yield {
    code: "security/zone-host-directory",
    origin: special.origin,
    message: "Root in the zone can write to this directory of the host: `add options ro` prevents it.",
  };
}

function* device(resource: Resource): Generator<Finding> {
  const match = resource.properties.get("match")?.[0];
  if (typeof match?.value === "string" && match.origin && OPEN_DEVICE.test(match.value))
    yield {
      code: "security/zone-device",
      origin: match.origin,
      message: "This gives root in the zone memory or whole disks of the host.",
    };
}

function* pool(resource: Resource): Generator<Finding> {
  const name = resource.properties.get("name")?.[0];
  if (typeof name?.value === "string" && name.origin && /^[A-Za-z][\w.-]*$/.test(name.value))
    yield {
      code: "security/zone-whole-pool",
      origin: name.origin,
      message: "This delegates a whole pool: name a dataset in it.",
    };
}

function* privileges(part: ZonePart): Generator<Finding> {
  const given = part.properties.get("limitpriv");
  if (typeof given?.value !== "string" || !given.origin) return;
  for (const { name, removes, offset, length } of parsePrivileges(given.value).words) {
    const why = own(PRIVILEGES, name.toLowerCase());
    if (why === undefined || removes) continue;
    yield {
      code: "security/zone-privilege",
      origin: inValue(given.origin, offset, length),
      message: `With \`${name}\` ${why}.`,
    };
  }
}
