import type { HostView } from "@zonewarden/server/protocol";
import {
  commands,
  DiagnosticSeverity,
  type Disposable,
  LanguageStatusSeverity,
  l10n,
  languages,
  ThemeIcon,
  Uri,
  window,
  workspace,
} from "vscode";
import { hostDescription } from "../explorer/appearance.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import { findInWorkspace } from "../live/workspaceFiles.ts";
import { languageIds } from "../settings.ts";

/** The machine that the open file is for, in the language status menu, with how many problems the file has. */
export function createHostStatus(hosts: LiveHosts): Disposable[] {
  const item = languages.createLanguageStatusItem(
    "zonewarden.host",
    languageIds.map((language) => ({ language })),
  );
  item.name = l10n.t("Simulated host");
  item.command = { title: l10n.t("Choose"), command: "zonewarden.chooseHost" };
  const show = () => {
    const host = hostOfEditor(hosts);
    const problems = problemsOfEditor();
    item.text = host ? host.name : l10n.t("No host");
    item.detail = [host ? hostDescription(host) : "", problemsText(problems)].filter(Boolean).join(", ");
    item.severity = problems > 0 ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
  };
  show();
  return [
    item,
    hosts.onDidChange(show),
    window.onDidChangeActiveTextEditor(show),
    languages.onDidChangeDiagnostics(show),
    commands.registerCommand("zonewarden.chooseHost", () => choose(hosts)),
  ];
}

function problemsText(count: number): string {
  if (count === 0) return l10n.t("no problems");
  return count === 1 ? l10n.t("1 problem") : l10n.t("{0} problems", count);
}

/** The host that has a container of the active file. */
function hostOfEditor(hosts: LiveHosts): HostView | undefined {
  const uri = window.activeTextEditor?.document.uri.toString();
  if (uri === undefined) return undefined;
  return hosts.view.hosts.find(({ containers }) =>
    containers.some(({ location }) => location && Uri.parse(location.uri).toString() === uri),
  );
}

function problemsOfEditor(): number {
  const uri = window.activeTextEditor?.document.uri;
  if (!uri) return 0;
  return languages.getDiagnostics(uri).filter(({ severity }) => severity <= DiagnosticSeverity.Warning)
    .length;
}

/**
 * A file belongs to the nearest host file above it. So choosing a machine is opening its description, making one here,
 * or describing it by what tools print.
 */
async function choose(hosts: LiveHosts): Promise<void> {
  const files = await findInWorkspace(["**/zonewarden.host.json", "**/*.zonewarden.host.json"]);
  const current = hostOfEditor(hosts);
  const items = [
    ...files.map((file) => ({
      label: workspace.asRelativePath(file),
      iconPath: new ThemeIcon("server-environment"),
      ...(current?.uri === file.toString() && { description: l10n.t("in use") }),
      run: () => window.showTextDocument(file),
    })),
    {
      label: l10n.t("Create a host file here"),
      iconPath: new ThemeIcon("new-file"),
      run: () => commands.executeCommand("zonewarden.createHostFile"),
    },
    {
      label: l10n.t("Describe the host by the clipboard"),
      detail: l10n.t("Output of ifconfig -a, zfs list, mount -p, dladm show-link, zoneadm list -cp …"),
      iconPath: new ThemeIcon("clippy"),
      run: () => commands.executeCommand("zonewarden.describeHost"),
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: current ? l10n.t("This file is for {0}", current.name) : l10n.t("Host of this file"),
    placeHolder: l10n.t("A configuration is for the nearest host file in its folder or above"),
  });
  await picked?.run();
}
