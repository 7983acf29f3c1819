import type { ContainerCommand, ContainerView, HostView } from "@zonewarden/server/protocol";
import { l10n, type QuickPickItem, ThemeIcon, window } from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";
import { containerDescription, containerIcon, hostDescription } from "./appearance.ts";
import type { Node } from "./nodes.ts";

/** A container of a host, as code lenses and other callers name it. */
export interface ContainerTarget {
  readonly host: string;
  readonly container: string;
}

export interface Target {
  readonly host: HostView;
  readonly container: ContainerView;
}

interface ContainerItem extends QuickPickItem {
  readonly target: Target;
}

/**
 * What a command is about: the selected rows of the tree, what a code lens names, or what somebody picks.
 * @param allowed the containers that the command makes sense for
 */
export async function targetsOf(
  hosts: LiveHosts,
  argument: unknown,
  selected: unknown,
  allowed: (container: ContainerView) => boolean,
  title: string,
): Promise<readonly Target[]> {
  // A code lens may be newer than what was last told of the hosts.
  if (argument !== undefined) await hosts.refresh();
  const nodes = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const found = nodes.map((one) => targetOf(hosts, one)).filter((target) => target !== undefined);
  if (found.length > 0) return found.filter(({ container }) => allowed(container));
  const picked = await pick(hosts, allowed, title);
  return picked ? [picked] : [];
}

function targetOf(hosts: LiveHosts, argument: unknown): Target | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  if ("kind" in argument) {
    const node = argument as Node;
    return node.kind === "container" || (node.kind === "part" && node.container)
      ? current(hosts, node.host.id, (node.container as ContainerView).id)
      : undefined;
  }
  const { host, container } = argument as Partial<ContainerTarget>;
  return host !== undefined && container !== undefined ? current(hosts, host, container) : undefined;
}

/** As it is now: a row of the tree may be older. */
function current(hosts: LiveHosts, hostId: string, containerId: string): Target | undefined {
  const host = hosts.host(hostId);
  const container = hosts.container(hostId, containerId);
  return host && container && { host, container };
}

async function pick(
  hosts: LiveHosts,
  allowed: (container: ContainerView) => boolean,
  title: string,
): Promise<Target | undefined> {
  const several = hosts.view.hosts.length > 1;
  const items = hosts.view.hosts.flatMap((host) =>
    host.containers.filter(allowed).map(
      (container): ContainerItem => ({
        label: container.name,
        description: containerDescription(container),
        ...(several && { detail: host.name }),
        iconPath: containerIcon(container),
        target: { host, container },
      }),
    ),
  );
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t("There is no jail or zone that this is possible for."));
    return undefined;
  }
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.target;
}

export function can(command: ContainerCommand): (container: ContainerView) => boolean {
  return ({ commands }) => commands.includes(command);
}

/** The host that a command is about: that of a row, the only one, or one that somebody picks. */
export async function hostOf(
  hosts: LiveHosts,
  argument: unknown,
  title: string,
): Promise<HostView | undefined> {
  if (argument !== undefined) await hosts.refresh();
  if (typeof argument === "object" && argument !== null) {
    const id =
      "kind" in argument && "host" in argument
        ? (argument as { host: HostView }).host.id
        : (argument as { host?: string }).host;
    const found = typeof id === "string" ? hosts.host(id) : undefined;
    if (found) return found;
  }
  const all = hosts.view.hosts;
  if (all.length <= 1) return all[0];
  const items = all.map((host) => ({
    label: host.name,
    description: hostDescription(host),
    iconPath: new ThemeIcon("server"),
    host,
  }));
  return (await window.showQuickPick(items, { title }))?.host;
}
