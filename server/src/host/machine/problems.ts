/** What may be wrong with a host file. */
export type HostProblemKind =
  | "syntax"
  | "unknown-key"
  | "duplicate"
  | "missing"
  | "type"
  | "value"
  | "reference"
  | "wrong-system";

/** A mistake in the content of a host file. Where it stands in the text is found by whoever has read the text. */
export interface HostProblem {
  readonly kind: HostProblemKind;
  /** Keys and positions from the top: `["links", 0, "name"]`. */
  readonly path: readonly (string | number)[];
  /** The key itself is wrong, not what it is set to. */
  readonly atKey?: true;
  /** A sentence for a reader. */
  readonly message: string;
}
