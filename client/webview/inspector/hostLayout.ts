import type { Inspection } from "@zonewarden/server/protocol";
import type { Texts } from "../../src/inspector/texts.ts";
import { type Measure, type Shape, wrap } from "./drawing.ts";
import { fillIn, rangesText, shorten } from "./format.ts";

/** The lowest block of the diagram: the host system or global zone with its links, storage and services. */

const PAD = 10;
const CHIP = 20;
const GAP = 6;
const LINE = 18;
/** More services are counted, not named. */
const MOST_SERVICES = 24;

export interface HostBlock {
  readonly height: number;
  readonly shapes: readonly Shape[];
  /** Where a line to a link ends: the middle of the upper edge of its box. */
  readonly ports: ReadonlyMap<string, readonly [x: number, y: number]>;
}

export function layoutHost(
  inspection: Inspection,
  top: number,
  width: number,
  measure: Measure,
  texts: Texts,
): HostBlock {
  const { network, hostName, system, processors } = inspection;
  const room = width - 2 * PAD;
  const shapes: Shape[] = [];
  const ports = new Map<string, readonly [number, number]>();
  let y = top + PAD;

  const chips = (title: string, chips: readonly Chip[], isAside = false): void => {
    if (chips.length === 0) return;
    shapes.push({ kind: "text", x: PAD, y: y + 11, text: title, name: "heading" });
    y += LINE;
    const widths = chips.map(({ text }) => Math.ceil(measure(text)) + 14);
    let last = 0;
    wrap(widths, room, GAP).forEach(({ x, line, width: own }, index) => {
      const { text, name, port } = chips[index] as Chip;
      const at = y + line * (CHIP + GAP);
      last = line;
      shapes.push({ kind: "box", x: PAD + x, y: at, width: own, height: CHIP, name: `chip ${name}` });
      shapes.push({
        kind: "text",
        x: PAD + x + 7,
        y: at + 14,
        text: shorten(text, own - 14, measure),
        name: "chip-text",
      });
      // Behind the title above the first chip a line could not be seen.
      const behind = port !== undefined && isAside ? own - 12 : own / 2;
      if (port !== undefined) ports.set(port, [Math.round(PAD + x + behind), at]);
    });
    y += (last + 1) * (CHIP + GAP) + 2;
  };

  chips(
    texts.links,
    network.links.map(({ name, up, over, addresses, holder }) => ({
      text: [
        name,
        over === undefined ? "" : `(${over})`,
        addresses[0]?.address ?? "",
        holder === undefined ? "" : `→ ${holder}`,
        addresses.length > 1 ? fillIn(texts.more, addresses.length - 1) : "",
        up ? "" : texts.down,
      ]
        .filter(Boolean)
        .join(" "),
      name: up ? "link-up" : "link-down",
      port: name,
    })),
  );
  chips(
    texts.resourcePools,
    processors.pools.map(({ name, set, scheduler }) => ({
      text: [name, scheduler && `(${scheduler})`, `→ ${set}`].filter(Boolean).join(" "),
      name: "pool",
      port: poolPort(name),
    })),
    true,
  );
  chips(
    texts.processorSets,
    processors.sets.map(({ name, cpus }) => ({
      text: `${name}: ${fillIn(texts.cpus, rangesText(cpus) || "–")}`,
      name: "set",
    })),
  );
  chips(
    texts.pools,
    poolsOf(inspection).map((text) => ({ text, name: "pool" })),
  );
  const services = servicesOf(inspection);
  const left = services.length - MOST_SERVICES;
  chips(texts.services, [
    ...services.slice(0, MOST_SERVICES).map((text) => ({ text, name: "service" })),
    ...(left > 0 ? [{ text: fillIn(texts.more, left), name: "rest" }] : []),
  ]);

  const kind = system === "freebsd" ? texts.hostSystem : texts.globalZone;
  shapes.push({
    kind: "text",
    x: PAD,
    y: y + 13,
    text: shorten(`${kind} ${hostName}`, room, measure),
    name: "title",
  });
  y += LINE + PAD;
  shapes.unshift({ kind: "box", x: 0.5, y: top + 0.5, width: width - 1, height: y - top - 1, name: "host" });
  return { height: y - top, shapes, ports };
}

/** What the port of a resource pool is called; no link has such a name. */
export function poolPort(name: string): string {
  return `pool ${name}`;
}

interface Chip {
  readonly text: string;
  readonly name: string;
  readonly port?: string;
}

/** Pools of ZFS, as the mounts name them. */
function poolsOf({ mounts }: Inspection): string[] {
  return [
    ...new Set(mounts.filter(({ type }) => type === "zfs").map(({ from }) => from.split("/")[0] ?? from)),
  ];
}

/** What runs on the host itself: each command once, with how many there are of it. */
export function servicesOf({ processes, containers }: Inspection): string[] {
  const names = new Set(containers.map(({ name }) => name));
  return countedCommands(processes.filter(({ container }) => !names.has(container)));
}

/** `nginx ×3`, in the order of the first of each. */
export function countedCommands(processes: readonly { readonly command: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { command } of processes) counts.set(command, (counts.get(command) ?? 0) + 1);
  return [...counts].map(([command, count]) => (count === 1 ? command : `${command} ×${count}`));
}
