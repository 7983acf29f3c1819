import type { ContainerView, HostView, Inspection } from "@zonewarden/server/protocol";
import {
  type Disposable,
  type Event,
  EventEmitter,
  l10n,
  MarkdownString,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
} from "vscode";
import { grouped } from "../grouped.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import {
  containerDescription,
  containerIcon,
  containerLabel,
  containerTooltip,
  hostDescription,
  hostIcon,
  partIcon,
  partLabel,
} from "./appearance.ts";
import { type Inspected, type Node, nodeId, PARTS, type Row } from "./nodes.ts";
import { ROWS, rest } from "./rows.ts";

/** What is shown of a machine itself. */
const MACHINE_PARTS = ["processes", "network", "events"] as const;

/** More rows below one are for the inspector: VS Code makes all rows of its trees, not only those in view. */
const MOST_ROWS = 500;

/** How containers of a host are grouped. */
export type Grouping = "system" | "state" | "file";

/** The explorer: hosts, their containers, and what is in them. A thin view of `LiveHosts`. */
export class HostTree implements TreeDataProvider<Node>, Disposable {
  readonly #hosts: LiveHosts;
  readonly #changed = new EventEmitter<Node | undefined>();
  readonly #subscription: Disposable;
  /** Inspections of this revision, so that several parts of a container are asked for once. */
  readonly #inspections = new Map<string, Promise<Inspection | null>>();
  #grouping: Grouping = "system";
  #filter = "";

  readonly onDidChangeTreeData: Event<Node | undefined> = this.#changed.event;

  constructor(hosts: LiveHosts) {
    this.#hosts = hosts;
    this.#subscription = hosts.onDidChange(() => this.#update());
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  set grouping(grouping: Grouping) {
    this.#grouping = grouping;
    this.#changed.fire(undefined);
  }

  get filter(): string {
    return this.#filter;
  }

  /** Shows only containers whose name or description has the text in it. */
  set filter(text: string) {
    this.#filter = text.toLowerCase();
    this.#changed.fire(undefined);
  }

  #update(): void {
    this.#inspections.clear();
    // The whole tree: VS Code knows nodes by identity, and these are made anew from each view of the hosts.
    this.#changed.fire(undefined);
  }

  getTreeItem(node: Node): TreeItem {
    const item = this.#itemOf(node);
    item.id = nodeId(node);
    return item;
  }

  #itemOf(node: Node): TreeItem {
    const { Collapsed, Expanded } = TreeItemCollapsibleState;
    switch (node.kind) {
      case "host": {
        const item = new TreeItem(node.host.name, Expanded);
        item.description = hostDescription(node.host);
        item.iconPath = hostIcon(node.host);
        item.contextValue = node.host.described ? "host described" : "host";
        return item;
      }
      case "group": {
        const item = new TreeItem(node.label, Expanded);
        item.description = String(node.members.length);
        item.contextValue = "group";
        return item;
      }
      case "container": {
        const { container } = node;
        const item = new TreeItem(container.name, Collapsed);
        item.description = containerDescription(container);
        item.iconPath = containerIcon(container);
        item.tooltip = containerTooltip(container);
        item.accessibilityInformation = { label: containerLabel(container) };
        item.contextValue = [
          container.type,
          container.health,
          ...container.commands.map((command) => `can:${command}`),
          ...(container.location ? ["placed"] : []),
          ...(container.plan ? ["changed"] : []),
        ].join(" ");
        return item;
      }
      case "part": {
        const item = new TreeItem(partLabel(node.part, node.container?.type), Collapsed);
        item.iconPath = partIcon(node.part);
        item.contextValue = `part ${node.part}`;
        return item;
      }
      case "row":
        return rowItem(node.row, node.of);
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node)
      return this.#hosts.view.hosts
        .filter((host) => this.#filter === "" || this.#matching(host).length > 0)
        .map((host) => ({ kind: "host", host }));
    switch (node.kind) {
      case "host":
        return this.#containersOf(node.host);
      case "group":
        return node.members.map((container) => ({ kind: "container", host: node.host, container }));
      case "container": {
        const { host, container } = node;
        const below = host.containers.filter(({ parent }) => parent === container.id);
        const parts = container.health === "stopped" ? (["events"] as const) : PARTS;
        return [
          ...(this.#grouping === "system"
            ? below.map((child): Node => ({ kind: "container", host, container: child }))
            : []),
          ...parts.map((part): Node => ({ kind: "part", host, container, part })),
        ];
      }
      case "part": {
        const inspection = await this.#inspect(node.host, node.container);
        if (!inspection) return [];
        const rows = ROWS[node.part](inspection);
        const of = { host: node.host.id, ...(node.container && { container: node.container.id }) };
        return rowNodes(nodeId(node), rows.length > 0 ? rows : [{ label: l10n.t("none") }], of);
      }
      case "row":
        return rowNodes(node.id, node.row.children ?? [], node.of);
    }
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === "part" && node.container)
      return { kind: "container", host: node.host, container: node.container };
    if (node.kind !== "container") return undefined;
    const { host, container } = node;
    if (this.#grouping !== "system")
      return this.#groupsOf(host).find(({ members }) => members.includes(container));
    const parent = host.containers.find(({ id }) => id === container.parent);
    return parent ? { kind: "container", host, container: parent } : { kind: "host", host };
  }

  /** The row of a container, for `reveal`. */
  nodeOf(host: string, container: string): Node | undefined {
    const view = this.#hosts.host(host);
    const found = view?.containers.find(({ id }) => id === container);
    return view && found && { kind: "container", host: view, container: found };
  }

  #containersOf(host: HostView): Node[] {
    // Whoever filters looks for jails and zones.
    const machine =
      this.#filter === "" ? MACHINE_PARTS.map((part): Node => ({ kind: "part", host, part })) : [];
    if (this.#grouping !== "system") return [...this.#groupsOf(host), ...machine];
    const top = this.#matching(host).filter(
      ({ parent }, _, all) => parent === undefined || all.every(({ id }) => id !== parent),
    );
    return [...top.map((container): Node => ({ kind: "container", host, container })), ...machine];
  }

  #groupsOf(host: HostView): Extract<Node, { kind: "group" }>[] {
    const groups = grouped(this.#matching(host), (container) =>
      this.#grouping === "state" ? container.state : fileOf(container),
    );
    return [...groups].map(([label, members]) => ({ kind: "group", host, label, members }));
  }

  #matching({ containers }: HostView): readonly ContainerView[] {
    if (this.#filter === "") return containers;
    return containers.filter(({ name, description, state }) =>
      `${name} ${description} ${state}`.toLowerCase().includes(this.#filter),
    );
  }

  #inspect(host: HostView, container: ContainerView | undefined): Promise<Inspection | null> {
    const key = `${host.id}\n${container?.id ?? ""}`;
    const known = this.#inspections.get(key);
    if (known) return known;
    const asked = this.#hosts.inspect(host.id, container?.id);
    this.#inspections.set(key, asked);
    return asked;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function fileOf({ location }: ContainerView): string {
  return location ? (Uri.parse(location.uri).path.split("/").pop() ?? "") : l10n.t("not configured");
}

function rowNodes(above: string, rows: readonly Row[], of: Inspected): Node[] {
  const left = Math.max(0, rows.length - MOST_ROWS);
  const shown = [...rows.slice(0, MOST_ROWS), ...rest(left, l10n.t("{0} more", left))];
  return shown.map((row, i) => ({ kind: "row", id: `${above}\n${i}:${row.label}`, row, of }));
}

function rowItem(row: Row, of: Inspected): TreeItem {
  const state = row.children?.length ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None;
  const item = new TreeItem(row.label, state);
  if (row.description !== undefined) item.description = row.description;
  if (row.icon) item.iconPath = row.icon;
  if (row.tooltip !== undefined) item.tooltip = new MarkdownString(row.tooltip);
  item.contextValue = [row.context ?? "row", ...(row.location ? ["placed"] : [])].join(" ");
  if (row.location)
    item.command = {
      command: "zonewarden.goToOrigin",
      title: l10n.t("Go to the Line"),
      arguments: [row.location],
    };
  if (row.rest)
    item.command = {
      command: of.container === undefined ? "zonewarden.inspectHost" : "zonewarden.inspect",
      title: l10n.t("Inspect"),
      arguments: [of],
    };
  return item;
}
