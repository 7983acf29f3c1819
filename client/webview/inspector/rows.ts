import type {
  DecisionView,
  EventView,
  Inspection,
  OriginView,
  ProcessView,
} from "@zonewarden/server/protocol";
import { grouped } from "../../src/grouped.ts";
import type { Texts } from "../../src/inspector/texts.ts";
import { bytesText, clockText, fillIn, rangesText } from "./format.ts";

/** What an inspection says, as rows of lists: the same for people who look and for those who listen. */

export type Tone = "good" | "bad" | "warn" | "quiet" | "plain";

/** Pictures in front of rows: tell by shape what the tone tells by colour. */
export type Mark = "check" | "ring" | "slash" | "question" | "dot" | "up" | "down" | "none";

export interface Row {
  /** The same thing has the same key at other moments. */
  readonly key: string;
  readonly label: string;
  /** Beside the label, the most important first: the last ones go where there is no room. */
  readonly cells: readonly string[];
  readonly mark: Mark;
  readonly tone: Tone;
  /** Depth in a tree, from 0; absent in a flat list. */
  readonly depth?: number;
  /** What is shown of the row when it is chosen, beside its origins. */
  readonly more: readonly string[];
  readonly origins: readonly OriginView[];
  /** A moment that belongs to it. */
  readonly at?: number;
  /** Of the last row of a list that does not have all: how many things are missing. */
  readonly stands?: number;
}

type Given = Partial<Row> & Pick<Row, "key" | "label">;

function row(given: Given): Row {
  return { cells: [], mark: "none", tone: "plain", more: [], origins: [], ...given };
}

/** The last row of a list that does not have all: how many are missing, and what to do to see them. */
function rest(missing: number, text: string, way: string, at?: number): readonly Row[] {
  if (missing === 0) return [];
  const found = { key: "rest", label: fillIn(text, missing), cells: [way], stands: missing };
  return [row({ ...found, tone: "quiet", ...(at !== undefined && { at }) })];
}

const optional = (origin: OriginView | undefined) => (origin ? [origin] : []);

/** Children below their parents, in the order of the process table. */
export function processRows({ processes, container, containers }: Inspection): Row[] {
  const names = new Set(containers.map(({ name }) => name));
  const known = new Set(processes.map(({ pid }) => pid));
  const isRoot = ({ pid, parent }: ProcessView) => parent === pid || !known.has(parent);
  const below = grouped(
    processes.filter((process) => !isRoot(process)),
    ({ parent }) => parent,
  );
  const rows: Row[] = [];
  const add = (process: ProcessView, depth: number): void => {
    const { pid, user, command, state, resident, listens, container: owner } = process;
    const foreign = container ? owner !== container.name : names.has(owner);
    rows.push(
      row({
        key: String(pid),
        label: command,
        cells: [
          String(pid),
          user,
          ...(foreign ? [owner] : []),
          ...listens,
          ...(resident > 0 ? [bytesText(resident)] : []),
          state,
        ],
        mark: state === "zombie" ? "slash" : "dot",
        tone: state === "zombie" ? "quiet" : "plain",
        depth,
      }),
    );
    for (const child of below.get(pid) ?? []) add(child, depth + 1);
  };
  for (const root of processes.filter(isRoot)) add(root, 0);
  return rows;
}

/** Makes keys of things that may be there twice, such as mounts one above the other. */
function distinct(): (key: string) => string {
  const seen = new Map<string, number>();
  return (key) => {
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times === 0 ? key : `${key}\n${times}`;
  };
}

export function mountRows({ mounts }: Inspection): Row[] {
  const keyOf = distinct();
  return mounts.map(({ from, on, type, options, origin }) =>
    row({
      key: keyOf(on),
      label: on,
      cells: [from, type, options.join(",")].filter(Boolean),
      origins: optional(origin),
    }),
  );
}

export function linkRows({ network: { links } }: Inspection, texts: Texts): Row[] {
  return links.flatMap(({ name, kind, up, over, addresses, holder }) => [
    row({
      key: name,
      label: name,
      cells: [
        kind,
        ...(over === undefined ? [] : [fillIn(kind === "epair" ? texts.paired : texts.over, over)]),
        ...(holder === undefined ? [] : [fillIn(texts.heldBy, holder)]),
        up ? texts.up : texts.down,
      ],
      mark: up ? "up" : "down",
      tone: up ? "good" : "quiet",
      depth: 0,
    }),
    ...addresses.map(({ address, origin }) =>
      row({ key: `${name}\n${address}`, label: address, depth: 1, origins: optional(origin) }),
    ),
  ]);
}

/** Who runs on which CPUs: zones below their pools. */
export function poolRows({ processors: { pools, sets } }: Inspection, texts: Texts): Row[] {
  const cpusOf = new Map(sets.map(({ name, cpus }) => [name, cpus]));
  return pools.flatMap(({ name, set, scheduler, temporary, containers }) => [
    row({
      key: name,
      label: name,
      cells: [
        set,
        fillIn(texts.cpus, rangesText(cpusOf.get(set) ?? []) || "–"),
        ...(scheduler ? [scheduler] : []),
        ...(temporary ? [texts.temporary] : []),
      ],
      depth: 0,
    }),
    ...containers.map((container) => row({ key: `${name}\n${container}`, label: container, depth: 1 })),
  ]);
}

export function routeRows({ network: { routes } }: Inspection): Row[] {
  const keyOf = distinct();
  return routes.map(({ destination, gateway, link }) =>
    row({
      key: keyOf(`${destination}\n${link}`),
      label: destination,
      cells: [gateway, link].filter(Boolean),
    }),
  );
}

export function listenRows({ network: { listening } }: Inspection, texts: Texts): Row[] {
  const keyOf = distinct();
  return listening.map(({ address, port, protocol, command, shadowedBy }) =>
    row({
      key: keyOf(`${protocol}\n${address}\n${port}\n${command}`),
      label: `${protocol} ${address}:${port}`,
      cells: [command, ...(shadowedBy === undefined ? [] : [fillIn(texts.shadowed, shadowedBy)])],
      mark: shadowedBy === undefined ? "dot" : "slash",
      tone: shadowedBy === undefined ? "good" : "warn",
    }),
  );
}

const VERDICT: Readonly<Record<DecisionView["verdict"], readonly [Mark, Tone]>> = {
  allow: ["check", "good"],
  contained: ["ring", "warn"],
  deny: ["slash", "bad"],
  assumed: ["question", "quiet"],
};

export function reachRows({ network: { reach, untried } }: Inspection, texts: Texts): Row[] {
  const tried = reach.map(({ to, decision: { verdict, errno, reason, origins, unsure } }) => {
    const [mark, tone] = VERDICT[verdict];
    return row({
      key: to,
      label: to,
      cells: [[texts.verdict[verdict], errno].filter(Boolean).join(" "), reason],
      mark,
      tone,
      more: unsure ? [texts.unsure] : [],
      origins,
    });
  });
  return [...tried, ...rest(untried, texts.untried, texts.findTargets)];
}

export function deviceRows({ devices }: Inspection): Row[] {
  return devices.map(({ path, mode, origin }) =>
    row({ key: path, label: path, cells: [mode], origins: optional(origin) }),
  );
}

export function privilegeRows({ privileges }: Inspection, texts: Texts): Row[] {
  return privileges.map(({ name, held, status, description, origin }) =>
    row({
      key: name,
      label: name,
      cells: [held ? texts.held : texts.notHeld, status, ...(description ? [description] : [])],
      mark: held ? "check" : "slash",
      tone: held ? "good" : "quiet",
      origins: optional(origin),
    }),
  );
}

const OUTCOME: Readonly<Record<EventView["outcome"], readonly [Mark, Tone]>> = {
  ok: ["check", "good"],
  failed: ["slash", "bad"],
  assumed: ["question", "warn"],
};

/** The newest first; from the last row to the moment that has the ones before. */
export function eventRows({ recent, earlier, container }: Inspection, texts: Texts): Row[] {
  const rows = recent
    .map(({ seq, t, message, outcome, errno, kind, from, to, origins, container: owner }) => {
      const [mark, tone] = OUTCOME[outcome];
      return row({
        key: String(seq),
        label: message,
        cells: [
          clockText(t),
          ...(owner && owner !== container?.name ? [owner] : []),
          ...(outcome === "ok" ? [] : [[texts.outcome[outcome], errno].filter(Boolean).join(" ")]),
        ],
        mark,
        tone,
        more: [kind, ...(from !== undefined && to !== undefined ? [`${from} → ${to}`] : [])],
        origins,
        at: seq + 1,
      });
    })
    .reverse();
  return [...rows, ...rest(earlier, texts.earlier, texts.findEarlier, recent[0]?.seq)];
}

/** What a screen reader says of a row. */
export function rowText({ label, cells, more }: Row): string {
  return [label, ...cells, ...more].join(", ");
}
