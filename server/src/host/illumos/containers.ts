import { denied } from "../decision.ts";
import type { ContainerPolicy } from "../kernel.ts";
import { zoneNamed } from "./zoneIndex.ts";
import { findZone, GLOBAL, zone } from "./zones.ts";

/** Zones as the shared calls see them. */
export const containerPolicy: ContainerPolicy = {
  nameOf: (host, id) => (id === GLOBAL ? "" : (findZone(host, id)?.name ?? "")),
  called: (host, id) => (id === GLOBAL ? "the global zone" : `zone ${findZone(host, id)?.name ?? id}`),
  find: (host, name) => zoneNamed(host, name)?.id,
  hostnameOf: (host, id) => zone(host, id).nodename,
  rootOf: (host, id) => zone(host, id).root,
  // The global zone sees everything; a zone only itself.
  inScope: (_, { credential }, id) => credential.container === GLOBAL || credential.container === id,
  outOfScope: (host, { credential }, errno) =>
    denied(
      errno,
      "scope",
      `It is outside of zone ${zone(host, credential.container).name}, where it does not exist.`,
      {
        causes: [{ what: "a zone sees only itself", from: "kernel" }],
      },
    ),
  // Nothing keeps a zone but what its halt waits for.
  released: () => {},
};
