import type { ContainerView, Inspection } from "@zonewarden/server/protocol";
import type { Column } from "./messages.ts";

/** More containers than these are drawn as a grid, without what is inside of each. */
export const MOST_COLUMNS = 12;

/** The containers whose insides the diagram shows. */
export function drawnInside(containers: readonly ContainerView[]): readonly ContainerView[] {
  return containers.length > MOST_COLUMNS ? [] : containers.filter(({ number }) => number !== null);
}

/** What the diagram shows of a container. */
export function columnOf(id: string, { network, mounts, devices }: Inspection): Column {
  const console = devices.find(({ path }) => path.endsWith("/dev/console"));
  return {
    id,
    stack: network.stack,
    links: network.links
      .filter(
        ({ addresses, kind }) => kind !== "loopback" && (addresses.length > 0 || network.stack === "own"),
      )
      .map(({ name, over, addresses }) => ({
        name,
        ...(over !== undefined && { over }),
        addresses: addresses.map(({ address }) => address),
      })),
    root: mounts[0]?.on ?? "",
    mounts: mounts.length,
    devices: devices.length,
    ...(console && { console: console.path }),
  };
}
