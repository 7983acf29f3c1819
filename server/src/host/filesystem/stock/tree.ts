/** A node of a stock tree: what an installation puts below a root directory. */
export interface StockNode {
  readonly name: string;
  /** Index of the directory that holds it; 0 for the root itself. */
  readonly parent: number;
  readonly kind: "directory" | "file" | "link";
  readonly mode: number;
  readonly gid: number;
  readonly flags: readonly string[];
  readonly content?: string;
  readonly target?: string;
  /** Of directories: indexes by name. */
  readonly entries?: ReadonlyMap<string, number>;
}

type Adding = (path: string, more: Pick<StockNode, "kind" | "mode" | "gid" | "content" | "target">) => void;

/**
 * Grows a tree from what `fill` adds; directories come before what they hold. The root has index 0, and a node comes
 * behind its directory. What is added again stays as it was.
 * @param immutable paths with the flag schg
 */
export function growTree(fill: (add: Adding) => void, immutable: readonly string[] = []): StockNode[] {
  const nodes: (StockNode & { entries?: Map<string, number> })[] = [];
  const places = new Map<string, number>();
  const add: Adding = (path, more) => {
    if (places.has(path)) return;
    const cut = path.lastIndexOf("/");
    const parent = places.get(path.slice(0, Math.max(cut, 0))) ?? 0;
    const name = path.slice(cut + 1);
    const flags = immutable.includes(path) ? ["schg"] : [];
    places.set(path, nodes.length);
    nodes[parent]?.entries?.set(name, nodes.length);
    const entries = more.kind === "directory" ? { entries: new Map<string, number>() } : {};
    nodes.push({ name, parent, flags, ...more, ...entries });
  };
  add("", { kind: "directory", mode: 0o755, gid: 0 });
  fill(add);
  return nodes;
}
