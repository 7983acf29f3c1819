import { allowed, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { Zone } from "../types.ts";

export { plumbZone, unplumbZone } from "../network/plumb.ts";
export { applyResources, releaseResources } from "../resources/apply.ts";

/** The subsystems that the platform of a zone is put together from, in one place. */

const nothing = (): Outcome => allowed(undefined, "platform", "There is nothing to do.");

export const mountZone = (_: Host, __: Zone, ___: "ready" | "boot"): Outcome => nothing();
export const unmountZone = (_: Host, __: Zone): Outcome => nothing();
export const delegateDatasets = (_: Host, __: Zone): Outcome => nothing();
