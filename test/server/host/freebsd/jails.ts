import { type JailParameters, type JailSetFlags, jailSet } from "@zonewarden/server/host/freebsd/jailSet";
import { prison } from "@zonewarden/server/host/freebsd/prisons";
import type { Prison } from "@zonewarden/server/host/freebsd/types";
import type { Host } from "@zonewarden/server/host/host";
import { spawn } from "@zonewarden/server/host/process/processes";
import type { Process } from "@zonewarden/server/host/process/types";
import { hostRoot, testHost } from "../harness.ts";

type Values = Readonly<Record<string, JailParameters[string]["value"]>>;

/** Parameters without where they were written. */
export function params(values: Values): JailParameters {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** A host of a release, with what every test of jails has at hand. */
export function freebsd(release = "15.0") {
  const host = testHost({ release });
  const root = hostRoot(host);
  return { host, root };
}

/** A jail with `persist` on the whole tree of files, below the caller's; throws where it is refused. */
export function jail(host: Host, caller: Process, values: Values, flags: JailSetFlags = {}): Prison {
  const outcome = jailSet(host, caller, params({ persist: true, ...values }), { create: true, ...flags });
  if (!outcome.ok) throw new Error(`${outcome.errno}: ${outcome.decision.reason}`);
  return prison(host, outcome.value);
}

/** A shell of root, or of another user, in a jail. */
export function shellIn(host: Host, { jid }: Prison, uid = 0): Process {
  return spawn(host, { command: "sh", credential: { container: jid, uid } });
}

/** What a test of a refusal looks at. */
export function set(host: Host, caller: Process, values: Values, flags: JailSetFlags = { create: true }) {
  const outcome = jailSet(host, caller, params(values), flags);
  return outcome.ok
    ? { jid: outcome.value }
    : { errno: outcome.errno, rule: outcome.decision.rule, message: outcome.message };
}
