import type {
  DecisionView,
  EventView,
  Inspection,
  LimitView,
  OriginView,
  PrivilegeView,
  ProcessView,
} from "@zonewarden/server/protocol";
import { l10n, ThemeColor, ThemeIcon } from "vscode";
import { grouped } from "../grouped.ts";
import { type Part, placeOf, type Row, type RowsOf, timeText } from "./nodes.ts";

const GREEN = new ThemeColor("testing.iconPassed");
const RED = new ThemeColor("testing.iconFailed");
const YELLOW = new ThemeColor("list.warningForeground");

/** The rows below each part of a container. */
export const ROWS: Readonly<Record<Part, RowsOf>> = {
  processes,
  files: ({ mounts }) =>
    mounts.map(({ on, from, type, options, origin }) => ({
      label: on,
      description: `${from} (${[type, ...options].join(", ")})`,
      icon: new ThemeIcon("folder"),
      ...fromOrigin(origin),
    })),
  network,
  devices: ({ devices }) =>
    devices.map(({ path, mode, origin }) => ({
      label: path,
      description: mode,
      icon: new ThemeIcon("plug"),
      ...fromOrigin(origin),
    })),
  privileges: ({ privileges }) => privileges.map(privilege),
  limits: ({ limits }) => limits.map(limit),
  events: ({ recent, earlier }) => [
    ...[...recent].reverse().map(event),
    ...rest(earlier, l10n.t("{0} earlier ones are not listed", earlier)),
  ],
};

/** The last row of a list that does not have all. */
export function rest(missing: number, label: string): readonly Row[] {
  return missing === 0 ? [] : [{ label, description: l10n.t("shown by the inspector"), rest: true }];
}

/** Where a value comes from: a line to go to, and the words for it. */
function fromOrigin(origin: OriginView | undefined): Partial<Row> {
  if (!origin) return {};
  return { tooltip: origin.what, ...(origin.location && { location: origin.location }) };
}

function processes({ processes: all }: Inspection): Row[] {
  const known = new Set(all.map(({ pid }) => pid));
  const isRoot = ({ pid, parent }: ProcessView) => parent === pid || !known.has(parent);
  const children = grouped(
    all.filter((process) => !isRoot(process)),
    ({ parent }) => parent,
  );
  const row = (process: ProcessView): Row => {
    const { pid, command, user, state, listens } = process;
    const below = (children.get(pid) ?? []).map(row);
    return {
      label: command,
      description: [String(pid), user, ...(state === "zombie" ? [state] : []), ...listens].join("  "),
      icon: new ThemeIcon("gear"),
      context: "process",
      ...(below.length > 0 && { children: below }),
    };
  };
  return all.filter(isRoot).map(row);
}

function network({ network: { stack, links, routes, listening, reach, untried } }: Inspection): Row[] {
  return [
    {
      label: stack === "own" ? l10n.t("Network stack of its own") : l10n.t("Shares the stack of the host"),
      icon: new ThemeIcon("type-hierarchy"),
    },
    ...links.map(({ name, kind, up, over, addresses }) => ({
      label: name,
      description: [kind, ...(over ? [l10n.t("over {0}", over)] : []), up ? "" : l10n.t("down")]
        .filter(Boolean)
        .join(", "),
      icon: new ThemeIcon("symbol-interface", up ? undefined : YELLOW),
      children: addresses.map(({ address, origin }) => ({ label: address, ...fromOrigin(origin) })),
    })),
    section(
      l10n.t("Routes"),
      "git-merge",
      routes.map(({ destination, gateway, link }) => ({
        label: destination,
        description: `${gateway} ${link}`,
      })),
    ),
    section(
      l10n.t("Listening"),
      "broadcast",
      listening.map(({ address, port, protocol, command, shadowedBy }) => ({
        label: `${protocol} ${address}:${port}`,
        description: shadowedBy ? l10n.t("{0}, shadowed by {1}", command, shadowedBy) : command,
        icon: new ThemeIcon(shadowedBy ? "warning" : "radio-tower", shadowedBy ? YELLOW : undefined),
      })),
    ),
    section(l10n.t("Reaches"), "arrow-swap", [
      ...reach.map(({ to, decision }) => ({ label: to, ...decided(decision) })),
      ...rest(untried, l10n.t("{0} more are not tried", untried)),
    ]),
  ].filter((row): row is Row => row !== undefined);
}

function section(label: string, icon: string, children: readonly Row[]): Row | undefined {
  return children.length === 0 ? undefined : { label, icon: new ThemeIcon(icon), children };
}

/** A decision as the description, icon and tooltip of a row. */
export function decided({ verdict, errno, reason, origins }: DecisionView): Partial<Row> {
  const location = placeOf(origins);
  return {
    description: errno ? `${verdictText(verdict)} (${errno})` : verdictText(verdict),
    tooltip: [reason, ...origins.map(({ what }) => `- ${what}`)].join("\n"),
    icon: verdictIcon(verdict),
    ...(location && { location }),
  };
}

function verdictText(verdict: DecisionView["verdict"]): string {
  return {
    allow: l10n.t("allowed"),
    contained: l10n.t("contained"),
    deny: l10n.t("denied"),
    assumed: l10n.t("not modelled"),
  }[verdict];
}

function verdictIcon(verdict: DecisionView["verdict"]): ThemeIcon {
  switch (verdict) {
    case "allow":
      return new ThemeIcon("pass", GREEN);
    case "contained":
      return new ThemeIcon("circle-outline", YELLOW);
    case "deny":
      return new ThemeIcon("circle-slash", RED);
    case "assumed":
      return new ThemeIcon("question");
  }
}

function privilege({ name, held, status, description, origin }: PrivilegeView): Row {
  return {
    label: name,
    description: status,
    icon: held ? new ThemeIcon("unlock", GREEN) : new ThemeIcon("lock"),
    context: "privilege",
    ...fromOrigin(origin),
    tooltip: [description, origin?.what].filter(Boolean).join("\n\n"),
  };
}

function limit({ name, used, limit: most, text, origin }: LimitView): Row {
  const full = most !== null && most > 0 && used >= most;
  const near = most !== null && most > 0 && used >= 0.8 * most;
  return {
    label: name,
    description: text,
    icon: new ThemeIcon("dashboard", full ? RED : near ? YELLOW : undefined),
    ...fromOrigin(origin),
  };
}

/** An event with its time, and the line that it is about. */
export function event(one: EventView): Row {
  const { message, outcome, errno, origins, kind } = one;
  const location = placeOf(origins);
  const icon = { ok: "pass", failed: "error", assumed: "question" }[outcome];
  const colour = { ok: GREEN, failed: RED, assumed: YELLOW }[outcome];
  return {
    label: message,
    description: errno ? `${timeText(one)} ${errno}` : timeText(one),
    icon: new ThemeIcon(icon, colour),
    tooltip: [`\`${kind}\``, ...origins.map(({ what }) => `- ${what}`)].join("\n"),
    context: "event",
    ...(location && { location }),
  };
}
