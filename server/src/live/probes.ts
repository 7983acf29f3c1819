import type { ProbeView } from "../protocol.ts";
import type { LiveHost } from "./liveHost.ts";
import { decisionView } from "./views/origins.ts";

/** The confinement of a container that runs; `undefined` for any other. */
export function probeContainer(live: LiveHost, container: string, only?: string): ProbeView | undefined {
  const guest = live.find(container);
  if (!guest || guest.number === null || guest.health !== "running") return undefined;
  const decisions = live.guests
    .probes(live.host, guest.number, only)
    .map(({ decision, ...probe }) => ({ ...probe, decision: decisionView(decision, live.texts) }));
  return { container, decisions };
}
