export { delegateDatasets } from "../filesystem/delegation.ts";
export { mountZone, unmountZone } from "../filesystem/zoneFileSystems.ts";
export { plumbZone, unplumbZone } from "../network/plumb.ts";
export { applyResources, releaseResources } from "../resources/apply.ts";

/** The subsystems that the platform of a zone is put together from, in one place. */
