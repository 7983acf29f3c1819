import type { ProbeView } from "../protocol.ts";
import { actionsOf } from "../simulation/attempts.ts";
import type { LiveHost } from "./liveHost.ts";
import { decisionView } from "./views/origins.ts";

/** The confinement of a container that runs; `undefined` for any other. */
export function probeContainer(live: LiveHost, container: string, only?: string): ProbeView | undefined {
  const guest = live.find(container);
  if (!guest || guest.number === null || guest.health !== "running") return undefined;
  const { number } = guest;
  const actions = actionsOf(live.host.kernel.family);
  const attempt = actions.triedOn(live.host);
  const decisions = actions.all
    .filter(({ id }) => only === undefined || id === only)
    .map(({ id }) => {
      const { probe, decision, severity } = attempt(number, id);
      const { title, area } = probe;
      const view = decisionView(decision, live.texts);
      return { probe: id, title, area, decision: view, ...(severity && { severity }) };
    });
  return { container, decisions };
}
