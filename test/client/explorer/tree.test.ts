import type { ContainerView, HostView, Inspection } from "@zonewarden/server/protocol";
import { describe, expect, it, vi } from "vitest";
import { container, hostInspection, jailInspection, process } from "../inspector/fixtures.ts";

vi.mock("vscode", () => ({
  l10n: {
    t: (text: string, ...values: unknown[]) =>
      text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
  },
  EventEmitter: class {
    event = () => ({ dispose() {} });
    fire() {}
    dispose() {}
  },
  ThemeIcon: class {},
  ThemeColor: class {},
  MarkdownString: class {},
  TreeItem: class {
    label: string;
    constructor(label: string) {
      this.label = label;
    }
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
}));

const { HostTree } = await import("../../../client/src/explorer/tree.ts");

const www = container("www");
const machine = { id: "h", name: "web1", system: "freebsd", containers: [www] } as unknown as HostView;

type Part = "processes" | "devices" | "network" | "events";

/** The texts of what stands below a part, as deep as it goes, and the command of the last row. */
async function below(inspection: Inspection, part: Part, inside: ContainerView | null = www) {
  const hosts = { onDidChange: () => ({ dispose() {} }), inspect: async () => inspection };
  const tree = new HostTree(hosts as never);
  const items: { label: string; description: string; command: unknown }[] = [];
  const walk = async (node: Parameters<typeof tree.getChildren>[0]): Promise<void> => {
    for (const child of await tree.getChildren(node)) {
      const { label, description, command } = tree.getTreeItem(child);
      items.push({ label: String(label), description: String(description ?? ""), command });
      await walk(child);
    }
  };
  await walk({ kind: "part", host: machine, part, ...(inside && { container: inside }) });
  return items;
}

const inspectWww = {
  command: "zonewarden.inspect",
  title: "Inspect",
  arguments: [{ host: "h", container: "www" }],
};

describe("what the explorer does not list", () => {
  it("has a row that says how many there are, and that leads to the inspector", async () => {
    const devices = Array.from({ length: 1_234 }, (_, i) => ({ path: `/dev/x${i}`, mode: "crw-------" }));
    const rows = await below(jailInspection({ devices }), "devices");
    expect(rows).toHaveLength(501);
    expect(rows.at(-1)).toEqual({
      label: "734 more",
      description: "shown by the inspector",
      command: inspectWww,
    });
  });

  it("is told below each process with many children, too", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => process(10 + i, 1, "sleep"));
    const crowd = await below(
      { ...hostInspection(0), processes: [process(1, 0, "init"), ...many] },
      "processes",
      null,
    );
    expect(crowd).toHaveLength(502);
    expect(crowd.at(-1)).toMatchObject({
      label: "19500 more",
      command: { command: "zonewarden.inspectHost", arguments: [{ host: "h" }] },
    });
  });

  it("is told of others that were not tried, and of earlier events", async () => {
    const { network } = jailInspection();
    const cut = jailInspection({ network: { ...network, untried: 30 }, earlier: 7 });
    const last = { description: "shown by the inspector", command: inspectWww };
    expect((await below(cut, "network")).at(-1)).toEqual({ label: "30 more are not tried", ...last });
    expect((await below(cut, "events")).at(-1)).toEqual({
      label: "7 earlier ones are not listed",
      ...last,
    });
    const whole = await Promise.all(
      (["network", "events"] as const).map((part) => below(jailInspection(), part)),
    );
    for (const { label } of whole.flat()) expect(label).not.toMatch(/not tried|not listed/);
  });
});
