import type { Cause } from "../../decision.ts";

/** Something that a tool warns of, although it goes on. */
export interface Notice {
  /** Stable: `pool/missing`, `shares/class` … */
  readonly rule: string;
  /** A sentence for a reader. */
  readonly message: string;
  readonly causes: readonly Cause[];
}
