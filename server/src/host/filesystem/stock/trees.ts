import type { StockName } from "../types.ts";
import { freebsdTree } from "./freebsd.ts";
import { illumosTree } from "./illumos.ts";
import { linuxTree } from "./linux.ts";
import { linuxProcTree } from "./linuxProc.ts";
import type { StockNode } from "./tree.ts";

const TREES: Readonly<Record<StockName, readonly StockNode[]>> = {
  freebsd: freebsdTree,
  illumos: illumosTree,
  linux: linuxTree,
  linuxProc: linuxProcTree,
};

export function stockTree(name: StockName): readonly StockNode[] {
  return TREES[name];
}
