import type { Host } from "../../host.ts";
import { runsInContainer } from "../../process/processIndex.ts";
import { GLOBAL } from "../zones.ts";

/** The service that looks for where frames of overlays go. Source: overlay(7). */
export const VARPD = "svc:/network/varpd:default";

export function varpdRuns(host: Host): boolean {
  return runsInContainer(host, GLOBAL, "varpd");
}
