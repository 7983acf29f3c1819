import { allowed, denied, type Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import { familyOf } from "../../network/addresses.ts";
import type { Process } from "../../process/types.ts";
import { privilege } from "../privileges.ts";
import type { Datalink, OverlayLink, OverlayTarget } from "../types.ts";
import { makeLink, mayCall } from "./dladm.ts";
import { overlays, qualified } from "./linkIndex.ts";
import { normalMac } from "./macs.ts";
import { VARPD, varpdRuns } from "./varpd.ts";

/** `dladm create-overlay`. Sources: overlay(7), overlay_files(5), dladm(8). */

export interface OverlayRequest {
  readonly name: string;
  readonly encapsulation: string;
  readonly search: string;
  readonly vnetid: number;
  /** Gone at the next boot of the machine. */
  readonly temporary?: boolean;
  readonly listenIp?: string;
  readonly listenPort?: number;
  /** Of `direct`. */
  readonly destination?: { readonly ip: string; readonly port: number };
  /** Of `files`: what the file says. */
  readonly targets?: Readonly<Record<string, OverlayTarget>>;
}

/** Network ids have 24 bits. */
const LAST_VNETID = 0xff_ff_ff;
/** Source: overlay(7). */
const OVERLAY_MTU = 1400;
export const VXLAN_PORT = 4789;

/**
 * A switch whose frames to strangers go to other machines, in packets of the network below.
 * @returns EPERM without sys_dl_config; EINVAL, EEXIST for the name; EINVAL for arguments of the plugins; ENOENT while varpd
 * does not run; EEXIST for a network that is there already at this address and port
 */
export function createOverlay(host: Host, process: Process, request: OverlayRequest): Outcome<Datalink> {
  const may = privilege(host, process, "sys_dl_config");
  if (!may.ok) return may;
  const { name, encapsulation, search, vnetid, listenIp, listenPort = VXLAN_PORT } = request;
  const { container } = process.credential;
  const taken = mayCall(host, container, name);
  if (taken) return taken;
  const invalid = (reason: string) => denied("EINVAL", "dladm/overlay", reason);
  if (encapsulation !== "vxlan") return invalid(`There is no encapsulation ${encapsulation}.`);
  if (search !== "direct" && search !== "files" && search !== "svp")
    return invalid(`There is no search plugin ${search}.`);
  if (!Number.isInteger(vnetid) || vnetid < 0 || vnetid > LAST_VNETID)
    return invalid(`A network id is a number from 0 to ${LAST_VNETID}.`);
  if (listenIp === undefined || !familyOf(listenIp))
    return invalid("vxlan/listen_ip must be an address of this host.");
  if (search === "direct" && !(request.destination && familyOf(request.destination.ip)))
    return invalid("direct/dest_ip must say where everything goes.");
  if (search === "files" && !request.targets) return invalid("files/config must say where frames go.");
  if (!isPort(listenPort) || (request.destination && !isPort(request.destination.port)))
    return invalid("A port is a number from 1 to 65535.");
  const same = overlays(host).find(
    ({ overlay }) =>
      overlay?.vnetid === vnetid && overlay.listenIp === listenIp && overlay.listenPort === listenPort,
  );
  if (same)
    return denied("EEXIST", "dladm/overlay-exists", `${same.name} has network ${vnetid} at this address.`);
  if (!varpdRuns(host))
    return denied("ENOENT", "dladm/varpd", `${VARPD} must be enabled before an overlay can be made.`, {
      causes: [{ what: `${VARPD} is not online`, from: "host" }],
      unsure: true,
    });
  const overlay: OverlayLink = { encapsulation, vnetid, listenIp, listenPort, search };
  if (search === "direct" && request.destination) overlay.destination = { ...request.destination };
  if (search === "files" && request.targets)
    overlay.targets = Object.fromEntries(
      Object.entries(request.targets).map(([mac, target]) => [normalMac(mac) ?? mac, { ...target }]),
    );
  const link = makeLink(host, {
    ...{
      name: qualified(host, container, name),
      class: "overlay",
      over: [],
      mtu: OVERLAY_MTU,
      zone: container,
      temporary: request.temporary ?? false,
      overlay,
    },
  });
  return allowed(link, "dladm/overlay", `${name} is network ${vnetid} over ${listenIp}:${listenPort}.`);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}
