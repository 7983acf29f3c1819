import type { ContainerView, Inspection } from "@zonewarden/server/protocol";
import type { Column } from "./messages.ts";

/** More containers than these are drawn as a grid, with what is inside of the selected one alone. */
export const MOST_COLUMNS = 12;

/** The containers whose insides are shown: all that run, or of many the selected one. */
export function drawnInside(
  containers: readonly ContainerView[],
  selected?: string,
): readonly ContainerView[] {
  const isDrawn = (id: string) => containers.length <= MOST_COLUMNS || id === selected;
  return containers.filter(({ id, number }) => number !== null && isDrawn(id));
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
