import {
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  ViewColumn,
  type WebviewPanel,
  window,
} from "vscode";
import { hostOf, targetsOf } from "../explorer/targets.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import type { Kept, Subject } from "./messages.ts";
import { InspectorPanel } from "./panel.ts";

const VIEW_TYPE = "zonewarden.inspector";

/** The inspectors: one panel for each host or container that somebody looks at. They come back after a reload. */
export function createInspector(hosts: LiveHosts, { extensionUri }: ExtensionContext): Disposable[] {
  const open = new Map<string, InspectorPanel>();

  const adopt = (panel: WebviewPanel, subject: Subject): void => {
    const key = keyOf(subject);
    open.set(key, new InspectorPanel(panel, subject, hosts, extensionUri));
    panel.onDidDispose(() => open.delete(key));
  };

  const show = (subject: Subject): void => {
    const known = open.get(keyOf(subject));
    if (known) known.panel.reveal();
    else adopt(window.createWebviewPanel(VIEW_TYPE, l10n.t("Inspect"), ViewColumn.Active, {}), subject);
  };

  return [
    commands.registerCommand("zonewarden.inspect", async (argument?: unknown, selected?: unknown) => {
      const targets = await targetsOf(hosts, argument, selected, () => true, l10n.t("Inspect"));
      for (const { host, container } of targets) show({ host: host.id, container: container.id });
    }),
    commands.registerCommand("zonewarden.inspectHost", async (argument?: unknown) => {
      const host = await hostOf(hosts, argument, l10n.t("Inspect"));
      if (host) show({ host: host.id });
    }),
    window.registerWebviewPanelSerializer(VIEW_TYPE, {
      async deserializeWebviewPanel(panel: WebviewPanel, state: Kept | undefined) {
        const subject = state?.subject;
        if (subject && !open.has(keyOf(subject))) adopt(panel, subject);
        else panel.dispose();
      },
    }),
    {
      dispose: () => {
        for (const inspector of open.values()) inspector.dispose();
      },
    },
  ];
}

function keyOf({ host, container }: Subject): string {
  return `${host}\n${container ?? ""}`;
}
