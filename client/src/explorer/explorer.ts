import { CONTAINER_COMMANDS, type Location } from "@zonewarden/server/protocol";
import { commands, type Disposable, env, l10n, type TreeView, Uri, window } from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";
import { ContainerDocuments } from "./documents.ts";
import type { Node } from "./nodes.ts";
import { Operations } from "./operations.ts";
import { goTo } from "./places.ts";
import { hostOf, type Target, targetsOf } from "./targets.ts";
import { Timeline } from "./timeline.ts";
import { type Grouping, HostTree } from "./tree.ts";

const always = () => true;

/** The view of simulated hosts, and the commands on what it shows. */
export function createExplorer(hosts: LiveHosts): Disposable[] {
  const tree = new HostTree(hosts);
  const view = window.createTreeView("zonewarden.hosts", {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const timeline = new Timeline(hosts);
  const documents = new ContainerDocuments(hosts);
  const operations = new Operations(hosts, timeline);
  const show = () => describeView(hosts, tree, view);
  show();
  return [
    tree,
    view,
    timeline,
    documents,
    hosts.onDidChange(show),
    ...CONTAINER_COMMANDS.map((command) =>
      commands.registerCommand(`zonewarden.${command}`, (argument?: unknown, selected?: unknown) =>
        operations.run(command, argument, selected),
      ),
    ),
    ...(["bootAll", "haltAll", "reset"] as const).map((command) =>
      commands.registerCommand(`zonewarden.${command}`, async (argument?: unknown) => {
        const host = await hostOf(hosts, argument, l10n.t("Simulated host"));
        if (host) await operations.host(host.id, command);
      }),
    ),
    commands.registerCommand("zonewarden.showTimeline", () => timeline.show()),
    commands.registerCommand("zonewarden.goToOrigin", (argument: Location | Node) => {
      const location = placeIn(argument);
      return location && goTo(location);
    }),
    commands.registerCommand("zonewarden.showConfiguration", (argument?: unknown) =>
      one(hosts, argument, l10n.t("Show effective configuration"), ({ host, container }) =>
        documents.show(
          { host: host.id, container: container.id, what: "configuration" },
          l10n.t("{0} (effective)", container.name),
          container.type === "jail" ? "jail-conf" : "zonecfg",
        ),
      ),
    ),
    commands.registerCommand("zonewarden.showList", async (argument?: unknown) => {
      const host = await hostOf(hosts, argument, l10n.t("Simulated host"));
      if (!host) return;
      const tool = host.system === "freebsd" ? "jls" : "zoneadm list";
      await documents.show({ host: host.id, what: "list" }, `${host.name} (${tool})`, "plaintext");
    }),
    commands.registerCommand("zonewarden.copyName", (argument?: unknown, selected?: unknown) =>
      copyNames(hosts, argument, selected),
    ),
    commands.registerCommand("zonewarden.revealContainer", () => revealCursor(hosts, tree, view)),
    ...(["system", "state", "file"] as const).map((grouping) =>
      commands.registerCommand(`zonewarden.groupBy.${grouping}`, () => group(tree, grouping, show)),
    ),
    commands.registerCommand("zonewarden.filterHosts", async () => {
      const text = await window.showInputBox({
        title: l10n.t("Filter jails and zones"),
        value: tree.filter,
        placeHolder: l10n.t("Part of a name, an address or a state"),
      });
      if (text !== undefined) tree.filter = text;
      show();
    }),
    commands.registerCommand("zonewarden.clearFilter", () => {
      tree.filter = "";
      show();
    }),
  ];
}

function group(tree: HostTree, grouping: Grouping, show: () => void): void {
  tree.grouping = grouping;
  show();
}

/** What the head of the view says: the filter, and a badge for containers that want attention. */
function describeView({ view: { hosts } }: LiveHosts, tree: HostTree, view: TreeView<Node>): void {
  const all = hosts.flatMap(({ containers }) => containers);
  const wanting = all.filter(({ health, plan }) => health === "failed" || plan !== undefined).length;
  view.badge =
    wanting > 0
      ? {
          value: wanting,
          tooltip: l10n.t("{0} jails or zones have failed or are not as configured", wanting),
        }
      : undefined;
  view.message = tree.filter === "" ? "" : l10n.t("Only what contains “{0}”", tree.filter);
  void commands.executeCommand("setContext", "zonewarden.filtered", tree.filter !== "");
  void commands.executeCommand("setContext", "zonewarden.grouping", tree.grouping);
  void commands.executeCommand("setContext", "zonewarden.hasContainers", all.length > 0);
}

function placeIn(argument: Location | Node): Location | undefined {
  if ("uri" in argument) return argument;
  if (argument.kind === "container") return argument.container.location;
  return argument.kind === "row" ? argument.row.location : undefined;
}

async function one(
  hosts: LiveHosts,
  argument: unknown,
  title: string,
  use: (target: Target) => Promise<void>,
): Promise<void> {
  const [target] = await targetsOf(hosts, argument, undefined, always, title);
  if (target) await use(target);
}

async function copyNames(hosts: LiveHosts, argument: unknown, selected: unknown): Promise<void> {
  const targets = await targetsOf(hosts, argument, selected, always, l10n.t("Copy name"));
  if (targets.length > 0)
    await env.clipboard.writeText(targets.map(({ container }) => container.name).join("\n"));
}

/** Shows the container whose configuration the cursor is in. */
async function revealCursor(hosts: LiveHosts, tree: HostTree, view: TreeView<Node>): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) return;
  const uri = editor.document.uri.toString();
  const { line } = editor.selection.active;
  const found = hosts.view.hosts
    .flatMap((host) => host.containers.map((container) => ({ host, container })))
    .filter(({ container: { location } }) => location && Uri.parse(location.uri).toString() === uri)
    .filter(({ container: { location } }) => (location?.range.start.line ?? 0) <= line)
    .sort(
      (a, b) => (b.container.location?.range.start.line ?? 0) - (a.container.location?.range.start.line ?? 0),
    );
  const [nearest] = found;
  const node = nearest && tree.nodeOf(nearest.host.id, nearest.container.id);
  if (node) await view.reveal(node, { select: true, focus: true, expand: true });
  else void window.showInformationMessage(l10n.t("The cursor is in no jail or zone."));
}
