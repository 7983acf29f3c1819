import { type CommandContext, type CommandResult, done, failed } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { linkFor, overlays, shortName } from "../network/linkIndex.ts";
import { varpdRuns } from "../network/varpd.ts";
import type { Datalink, OverlayLink } from "../types.ts";
import { columnsText, type OutputField } from "./columns.ts";
import { shortMac } from "./ifconfigText.ts";

/** `dladm show-overlay`: properties, targets with `-t`, health with `-f`. Sources: dladm(8), overlay(7). */

type Row = Readonly<Record<string, string>>;

const field = (name: string, width: number): OutputField => ({ name, width });

const PROPERTIES: readonly OutputField[] = [
  ...[field("LINK", 12), field("PROPERTY", 18), field("PERM", 5), field("REQ", 4)],
  ...[field("VALUE", 12), field("DEFAULT", 10), field("POSSIBLE", 10)],
];
const TARGETS: readonly OutputField[] = [field("LINK", 13), field("TARGET", 19), field("DESTINATION", 20)];
const HEALTH: readonly OutputField[] = [field("LINK", 13), field("STATUS", 10), field("DETAILS", 20)];

function propertyRows(link: Datalink, overlay: OverlayLink, id: number): Row[] {
  const { encapsulation, vnetid, listenIp, listenPort, search, destination } = overlay;
  const rows: [name: string, permission: string, value: string, initial?: string, possible?: string][] = [
    ["mtu", "rw", String(link.mtu), "1400", "576-9000"],
    ["vnetid", "rw", String(vnetid), "", "0-16777215"],
    ["encap", "r-", encapsulation, "", "vxlan"],
    ["varpd/id", "r-", String(id)],
    ["search", "r-", search],
    ["vxlan/listen_ip", "rw", listenIp],
    ["vxlan/listen_port", "rw", String(listenPort), "4789", "0-65535"],
  ];
  if (destination)
    rows.push(["direct/dest_ip", "rw", destination.ip], ["direct/dest_port", "rw", String(destination.port)]);
  return rows.map(([name, PERM, VALUE, DEFAULT = "", POSSIBLE = ""]) => ({
    ...{ LINK: shortName(link), PROPERTY: name, PERM, VALUE, DEFAULT, POSSIBLE },
    REQ: name.includes("/") && name !== "varpd/id" ? "y" : "-",
  }));
}

/** Of a point-to-point overlay one line stands for all stations. */
function targetRows(link: Datalink, { destination, targets = {} }: OverlayLink): Row[] {
  const LINK = shortName(link);
  if (destination)
    return [{ LINK, TARGET: "*:*:*:*:*:*", DESTINATION: `${destination.ip}:${destination.port}` }];
  return Object.entries(targets).map(([mac, { ip, port }]) => ({
    LINK,
    TARGET: shortMac(mac),
    DESTINATION: `${ip}:${port}`,
  }));
}

export function showOverlay({ host, process, args }: CommandContext): CommandResult {
  const options = readOptions("dladm", args.slice(1), "tfpo:", "usage:\tshow-overlay [-f | -t] [overlay]\n");
  if (isResult(options)) return options;
  const { container } = process.credential;
  const [name] = options.rest;
  const all = overlays(host).filter(({ zone }) => container === 0 || zone === container);
  const wanted = name === undefined ? undefined : linkFor(host, container, name);
  if (name !== undefined && !wanted?.overlay)
    return failed(
      `dladm: failed to display overlay ${name}: ${wanted ? "invalid link" : "object not found"}\n`,
    );
  const [fields, rows] = options.has("t")
    ? ([TARGETS, (link: Datalink, overlay: OverlayLink) => targetRows(link, overlay)] as const)
    : options.has("f")
      ? ([HEALTH, (link: Datalink) => [healthRow(link, varpdRuns(host))]] as const)
      : ([
          PROPERTIES,
          (link: Datalink, overlay: OverlayLink) => propertyRows(link, overlay, all.indexOf(link) + 1),
        ] as const);
  const shown = all.filter((link) => !wanted || link === wanted);
  const made = columnsText(
    fields,
    shown.flatMap((link) => (link.overlay ? rows(link, link.overlay) : [])),
    {
      ...(options.values["o"] !== undefined && { fields: options.values["o"] }),
      parsable: options.has("p"),
    },
  );
  if ("unknown" in made) return failed("dladm: invalid field(s) specified\n");
  return done(shown.length === 0 ? "" : made.text);
}

function healthRow(link: Datalink, runs: boolean): Row {
  return runs
    ? { LINK: shortName(link), STATUS: "ONLINE", DETAILS: "-" }
    : { LINK: shortName(link), STATUS: "DEGRADED", DETAILS: "varpd does not run" };
}
