import type { ContainerView, HostView } from "@zonewarden/server/protocol";
import { l10n, MarkdownString, ThemeColor, ThemeIcon } from "vscode";
import type { Part } from "./nodes.ts";

/** Icons, and texts for those who do not see colours. */

export function hostIcon({ described }: HostView): ThemeIcon {
  return new ThemeIcon(described ? "server-environment" : "server");
}

export function hostDescription({ system, release, described }: HostView): string {
  const name = {
    freebsd: "FreeBSD",
    illumos: "illumos",
    omnios: "OmniOS",
    smartos: "SmartOS",
    solaris: "Solaris",
  };
  const machine = `${name[system]} ${release}`;
  return described ? machine : l10n.t("{0}, not described", machine);
}

export function containerIcon({ health, plan, type }: ContainerView): ThemeIcon {
  switch (health) {
    case "running":
      return plan
        ? new ThemeIcon("vm-active", new ThemeColor("list.warningForeground"))
        : new ThemeIcon("vm-running", new ThemeColor("testing.iconPassed"));
    case "transition":
      return new ThemeIcon("sync", new ThemeColor("charts.blue"));
    case "failed":
      return new ThemeIcon("error", new ThemeColor("testing.iconFailed"));
    case "stopped":
      return new ThemeIcon(type === "zone" ? "vm" : "vm-outline");
  }
}

/** `running · configuration changed · 192.0.2.10`. */
export function containerDescription(container: ContainerView): string {
  const { state, stateText, health, description, plan, problems } = container;
  return [
    // For how long it runs is in the tooltip: a narrow row has no room for it.
    health === "running" ? state : stateText,
    // What asks for something to be done comes first: the end of a line may not be seen.
    plan && planText(plan.kind),
    problems.errors > 0 && errorsText(problems.errors),
    description,
  ]
    .filter(Boolean)
    .join(" · ");
}

function errorsText(count: number): string {
  return count === 1 ? l10n.t("1 error") : l10n.t("{0} errors", count);
}

export function planText(kind: NonNullable<ContainerView["plan"]>["kind"]): string {
  return {
    modify: l10n.t("configuration changed"),
    restart: l10n.t("configuration changed, needs a restart"),
    removed: l10n.t("no longer configured"),
  }[kind];
}

export function containerTooltip({ name, type, stateText, number, plan }: ContainerView): MarkdownString {
  const text = new MarkdownString();
  text.appendMarkdown(`**${escaped(name)}** (${type === "jail" ? l10n.t("jail") : l10n.t("zone")})\n\n`);
  text.appendMarkdown(
    `${escaped(stateText)}${number === null ? "" : `, ${type === "jail" ? "jid" : "id"} ${number}`}`,
  );
  if (plan) {
    text.appendMarkdown(`\n\n${escaped(planText(plan.kind))}:\n\n`);
    for (const { name: parameter, before, after, needsRestart } of plan.parameters)
      text.appendMarkdown(
        `- \`${parameter}\`: ${escaped(before || "–")} → ${escaped(after || "–")}${needsRestart ? ` (${escaped(l10n.t("only with a restart"))})` : ""}\n`,
      );
  }
  return text;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>]/g, "\\$&");
}

/** What a screen reader says of a row. */
export function containerLabel({ name, type, stateText, plan }: ContainerView): string {
  const kind = type === "jail" ? l10n.t("jail {0}", name) : l10n.t("zone {0}", name);
  return [kind, stateText, plan && planText(plan.kind)].filter(Boolean).join(", ");
}

export function partIcon(part: Part): ThemeIcon {
  const icons: Readonly<Record<Part, string>> = {
    processes: "server-process",
    files: "files",
    network: "globe",
    devices: "plug",
    privileges: "shield",
    limits: "dashboard",
    events: "history",
  };
  return new ThemeIcon(icons[part]);
}

export function partLabel(part: Part, type: ContainerView["type"] | undefined): string {
  return {
    processes: l10n.t("Processes"),
    files: l10n.t("File Systems"),
    network: l10n.t("Network"),
    devices: l10n.t("Devices"),
    privileges: type === "zone" ? l10n.t("Privileges") : l10n.t("Permissions"),
    limits: l10n.t("Resource Limits"),
    events: l10n.t("Events"),
  }[part];
}
