import type { Decision } from "../../decision.ts";

/** A call of zoneadm(8). */
export interface ZoneadmCall {
  /** The `-z` in front of the command. */
  readonly zone?: string;
  readonly command: string;
  /** The words behind the command: options and operands. */
  readonly options?: readonly string[];
  /** What the terminal answers to a question; absent where there is no terminal. */
  readonly answer?: string;
}

export interface ZoneadmResult {
  /** 0 for success, 1 for an error, 2 for wrong usage. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What decided. */
  readonly decisions: readonly Decision[];
  /** Virtual milliseconds that it took. */
  readonly milliseconds: number;
}
