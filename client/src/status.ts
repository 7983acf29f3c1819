import {
  type Disposable,
  type Extension,
  type ExtensionContext,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  l10n,
  languages,
  workspace,
} from "vscode";
import type { Server, ServerState } from "./server.ts";
import { freebsdRelease, type LanguageId, languageIds, section, zonePlatform } from "./settings.ts";

/** The entries in the language status menu: the rules in use for each language, and how the server is. */
export function createStatus(server: Server, { extension }: ExtensionContext): Disposable[] {
  const release = rulesItem("jail-conf", "freebsd.release", l10n.t("FreeBSD release"));
  const platform = rulesItem("zonecfg", "platform", l10n.t("Zone platform"));
  const state = languages.createLanguageStatusItem(
    "zonewarden.server",
    languageIds.map((language) => ({ language })),
  );
  state.name = l10n.t("Zonewarden language server");

  const showRules = () => {
    release.text = `FreeBSD ${freebsdRelease()}`;
    platform.text =
      zonePlatform() === "auto"
        ? l10n.t("Any zone platform")
        : described(extension, "platform", zonePlatform());
  };
  showRules();
  showState(state, server.state);
  return [
    release,
    platform,
    state,
    server.onDidChangeState((next) => showState(state, next)),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(section) && showRules()),
  ];
}

/** What the manifest calls a value of a setting. */
function described({ packageJSON }: Extension<unknown>, setting: string, value: string): string {
  const { enum: values, enumDescriptions } =
    packageJSON.contributes.configuration.properties[`${section}.${setting}`];
  return enumDescriptions[values.indexOf(value)] ?? value;
}

function rulesItem(language: LanguageId, setting: string, name: string): LanguageStatusItem {
  const item = languages.createLanguageStatusItem(`zonewarden.rules.${language}`, { language });
  item.name = name;
  item.detail = name;
  item.command = {
    title: l10n.t("Change"),
    command: "workbench.action.openSettings",
    arguments: [`${section}.${setting}`],
  };
  return item;
}

function showState(item: LanguageStatusItem, state: ServerState): void {
  const restart = { title: l10n.t("Restart"), command: "zonewarden.restartServer" };
  const output = { title: l10n.t("Show Output"), command: "zonewarden.showOutput" };
  item.busy = state.kind === "starting";
  switch (state.kind) {
    case "starting":
      item.severity = LanguageStatusSeverity.Information;
      item.text = l10n.t("Zonewarden: starting");
      item.detail = "";
      item.command = output;
      break;
    case "ready":
      item.severity = LanguageStatusSeverity.Information;
      item.text = l10n.t("Zonewarden: ready");
      item.detail = "";
      item.command = output;
      break;
    case "stopped":
      item.severity = LanguageStatusSeverity.Warning;
      item.text = l10n.t("Zonewarden: stopped");
      item.detail = "";
      item.command = restart;
      break;
    case "crashed":
      item.severity = LanguageStatusSeverity.Error;
      item.text = l10n.t("Zonewarden: stopped");
      item.detail = state.reason;
      item.command = restart;
      break;
    case "failed":
      item.severity = LanguageStatusSeverity.Error;
      item.text = l10n.t("Zonewarden: did not start");
      item.detail = "";
      item.command = output;
      break;
  }
}
