import type { StringNode } from "@zonewarden/grammars/jail-conf/tree";
import type { Include } from "../../configuration/jail-conf/types.ts";
import type { FeatureContext } from "./context.ts";
import type { Location } from "./locate.ts";

/** What became of the file name at a place in a text; its files from all places that include this document. */
export function includeAt(
  { configuration }: FeatureContext,
  { document, section }: Location,
  node: StringNode,
): Include | undefined {
  const found = configuration.includes.filter(
    ({ origin }) =>
      origin.document === document && origin.section === section && origin.range.start === node.start,
  );
  const [first] = found;
  if (!first || found.length === 1) return first;
  return { ...first, files: [...new Set(found.flatMap((include) => include.files))] };
}
