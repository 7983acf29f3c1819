import { own } from "../../../catalog/own.ts";
import { allowed, type Cause, denied, type Outcome } from "../../decision.ts";
import { giveDataset } from "../../filesystem/datasetIndex.ts";
import { datasetsBelow, putDataset } from "../../filesystem/datasetTree.ts";
import { mountsFrom } from "../../filesystem/mountIndex.ts";
import { assumePoolOf } from "../../filesystem/pools.ts";
import type { Dataset } from "../../filesystem/types.ts";
import type { Host } from "../../host.ts";
import type { Process } from "../../process/types.ts";
import { resourcesOf, textOf } from "../configuration.ts";
import { everyPrivilege } from "../privileges.ts";
import type { Zone } from "../types.ts";
import { GLOBAL } from "../zones.ts";
import { unmount } from "./mounts.ts";

/** Datasets that zones administer themselves. Source: validate_datasets() in usr/src/cmd/zoneadmd/vplat.c. */

/**
 * Hands the datasets of the configuration to a zone: they get zoned=on, so that the global zone does not mount them.
 * @returns ENOENT for a dataset that the machine does not have; EBUSY for one that the global zone cannot unmount
 */
export function delegateDatasets(host: Host, zone: Zone): Outcome {
  for (const name of zone.datasets) {
    const cause = delegationCause(zone, name);
    const dataset = datasetNamed(host, name);
    if (!dataset)
      return denied("ENOENT", "zone/dataset", `There is no dataset ${name} that could be delegated.`, {
        causes: [cause],
      });
    const freed = setZoned(host, dataset);
    if (!freed.ok) return { ...freed, decision: { ...freed.decision, causes: [cause] } };
    giveDataset(host, dataset, zone.id);
    host.emit({
      container: zone.name,
      kind: "zone.mount",
      message: `Dataset ${name} is delegated: the zone mounts and administers it and all below it.`,
      outcome: "ok",
      causes: [cause],
    });
  }
  return allowed(undefined, "zone/dataset", "The datasets of the configuration are delegated.");
}

/** The zone has gone. `zoned` stays on: the global zone must not mount by accident what the zone has filled. */
export function releaseDatasets(host: Host, zone: Zone): void {
  for (const name of zone.datasets) {
    const dataset = own(host.state.files.datasets, name);
    if (dataset?.container === zone.id) giveDataset(host, dataset, GLOBAL);
  }
}

/** zinject(8), which breaks pools on purpose. Source: secpolicy_zinject(). */
export function zfsInject(host: Host, process: Process): Outcome {
  const open = host.kernel.files.datasets.control(host, process);
  return open.ok ? everyPrivilege(host, process) : open;
}

/** The line that delegates a dataset, or one above it. */
export function delegationCause({ definition }: Zone, name: string): Cause {
  const resource = (definition ? resourcesOf(definition, "dataset") : []).find((each) => {
    const point = textOf(each, "name") ?? "";
    return name === point || name.startsWith(`${point}/`);
  });
  return resource?.cause ?? { what: `dataset ${name}`, from: "configuration" };
}

/** A dataset; one that nobody could describe is taken to be there. */
export function datasetNamed(host: Host, name: string): Dataset | undefined {
  const { files, machine } = host.state;
  const known = own(files.datasets, name);
  if (known || machine.described) return known;
  const cut = name.lastIndexOf("/");
  const above = cut > 0 ? datasetNamed(host, name.slice(0, cut)) : undefined;
  const inherited = above?.mountpoint.startsWith("/") ? `${above.mountpoint}${name.slice(cut)}` : undefined;
  const dataset: Dataset = {
    name,
    mountpoint: inherited?.replace("//", "/") ?? above?.mountpoint ?? `/${name}`,
    mounted: false,
    zoned: above?.zoned ?? false,
    container: GLOBAL,
    quota: 0,
    used: 0,
    properties: {},
  };
  assumePoolOf(host, name);
  putDataset(host, dataset);
  return dataset;
}

/** zoned=on for a dataset and all below it, which leave the tree of the global zone. */
function setZoned(host: Host, dataset: Dataset): Outcome {
  const { datasets } = host.state.files;
  if (dataset.zoned) return allowed(undefined, "zone/dataset", "It is set already.");
  for (const name of [dataset.name, ...datasetsBelow(host, dataset.name)].reverse()) {
    for (const mount of mountsFrom(host, name)
      .filter(({ type }) => type === "zfs")
      .reverse()) {
      const gone = unmount(host, mount, false);
      if (!gone.ok) return gone;
    }
    (own(datasets, name) as Dataset).zoned = true;
  }
  return allowed(undefined, "zone/dataset", "It is set now.");
}
