import type { SourceDocument, Sources } from "../../configuration/jail-conf/sources.ts";
import type { Configuration, Release } from "../../configuration/jail-conf/types.ts";

/** What a feature may look at: a document and the configuration that it is part of. */
export interface FeatureContext {
  readonly document: SourceDocument;
  readonly configuration: Configuration;
  readonly release: Release;
  readonly sources: Sources;
  /** The names in a directory, for the paths of `.include`. */
  list?(directory: string): readonly { readonly name: string; readonly directory: boolean }[];
}
