import type { Cause } from "../../decision.ts";

/** One value with the place where it was written. */
export interface DefinedValue {
  readonly text: string;
  readonly cause: Cause;
}

/** One parameter of a jail as jail(8) has it after reading its configuration or its command line. */
export interface DefinedParameter {
  /** As written: with its `no`, if any. */
  readonly name: string;
  /** Without it. */
  readonly plain: string;
  /** Whether the bare word means false. */
  readonly negated: boolean;
  /** Empty for a bare word. */
  readonly values: readonly DefinedValue[];
  /** The statement that set it last. */
  readonly cause: Cause;
}

/** Something that made the reading of one jail fail: a message as jail(8) prints it behind the jail's name. */
export interface DefinitionFailure {
  readonly message: string;
  readonly cause: Cause;
}

/** A jail that jail(8) is asked to deal with. Plain data: the host knows nothing of texts and trees. */
export interface JailDefinition {
  /** The name of its block. */
  readonly name: string;
  /** In the order of the reading, variables left out. */
  readonly parameters: readonly DefinedParameter[];
  readonly failures: readonly DefinitionFailure[];
  /** The header of the block. */
  readonly cause: Cause;
}
