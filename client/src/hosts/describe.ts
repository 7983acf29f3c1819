import {
  type DescribeOutcome,
  type DescribeRequest,
  type HostView,
  METHODS,
} from "@zonewarden/server/protocol";
import {
  commands,
  type Disposable,
  env,
  l10n,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
} from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";

const NAME = "zonewarden.host.json";

const SYSTEMS: readonly { readonly label: string; readonly system: HostView["system"] }[] = [
  { label: "FreeBSD", system: "freebsd" },
  { label: "OmniOS", system: "omnios" },
  { label: "SmartOS", system: "smartos" },
  { label: "illumos", system: "illumos" },
  { label: "Oracle Solaris", system: "solaris" },
];

/** Making host files: from a template, and from what tools print on the real machine. */
export function createHostFileCommands(hosts: LiveHosts): Disposable[] {
  return [
    commands.registerCommand("zonewarden.createHostFile", () => create(hosts)),
    commands.registerCommand("zonewarden.describeHost", () => describe(hosts)),
  ];
}

/** The folder that a new host file is for: that of the open file, else the workspace. */
function folderForFile(): Uri | undefined {
  const active = window.activeTextEditor?.document.uri;
  if (active && active.scheme !== "untitled" && workspace.getWorkspaceFolder(active))
    return Uri.joinPath(active, "..");
  return workspace.workspaceFolders?.[0]?.uri;
}

async function existing(): Promise<Uri | undefined> {
  const folder = folderForFile();
  if (!folder) return undefined;
  const file = Uri.joinPath(folder, NAME);
  try {
    await workspace.fs.stat(file);
    return file;
  } catch {
    return undefined;
  }
}

async function create(hosts: LiveHosts): Promise<void> {
  const there = await existing();
  if (there) {
    await window.showTextDocument(there);
    return;
  }
  const picked = await window.showQuickPick(SYSTEMS, { title: l10n.t("Which system runs on the host?") });
  if (!picked) return;
  await write(hosts, { text: "", system: picked.system });
}

/** Takes what somebody copied on the machine. */
async function describe(hosts: LiveHosts): Promise<void> {
  const text = await env.clipboard.readText();
  if (text.trim() === "") {
    const message = l10n.t(
      "The clipboard is empty. Copy the output of commands such as ifconfig -a, zfs list, mount -p, dladm show-link or zoneadm list -cp on the host, then do this again.",
    );
    void window.showInformationMessage(message);
    return;
  }
  const file = await existing();
  const hostFile = file && (await workspace.openTextDocument(file)).getText();
  await write(hosts, { text, ...(hostFile !== undefined && { hostFile }) }, file);
}

/** Shows the file that comes of it, unsaved: it is to be looked at. */
async function write(hosts: LiveHosts, request: DescribeRequest, file?: Uri): Promise<void> {
  const { text, found, ignored } = await hosts.request<DescribeOutcome>(METHODS.describe, request);
  if (request.text !== "" && found.length === 0) {
    void window.showWarningMessage(
      l10n.t("Nothing in the clipboard is the output of a command that is known here."),
    );
    return;
  }
  const folder = folderForFile();
  const target = file ?? (folder && Uri.joinPath(folder, NAME).with({ scheme: "untitled" }));
  const document = target
    ? await workspace.openTextDocument(target)
    : await workspace.openTextDocument({ language: "jsonc" });
  const editor = await window.showTextDocument(document);
  const before = document.getText();
  const whole = new Range(document.positionAt(0), document.positionAt(before.length));
  await editor.edit((edit) => edit.replace(whole, text));
  const first = document.positionAt(before === "" ? 0 : sameBeginning(before, document.getText()));
  editor.selection = new Selection(first, first);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  if (found.length > 0)
    void window.showInformationMessage(
      [
        found.join(", "),
        ...(ignored.length > 0 ? [l10n.t("{0} lines were not understood", ignored.length)] : []),
      ].join(". "),
    );
}

/** So many characters two texts have in common at their beginning. */
function sameBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
