import { isInclude, literal, type Statement } from "@zonewarden/grammars/jail-conf/tree";
import type { CompletionResult } from "../types.ts";
import { pathCompletion } from "./completion/paths.ts";
import { statementCompletion } from "./completion/statements.ts";
import { valueCompletion } from "./completion/values.ts";
import { variableCompletion } from "./completion/variables.ts";
import { referenceAt, valueWord } from "./completion/word.ts";
import type { FeatureContext } from "./context.ts";
import { type Location, locate } from "./locate.ts";

/** Characters after which an editor should ask. */
export const completionTriggers: readonly string[] = [".", "$", "{", '"', "/", "=", " "];

const NOTHING: CompletionResult = { items: [], incomplete: false };

/** What can be typed at an offset. The cost does not depend on how many parameters all jails have together. */
export function complete(context: FeatureContext, offset: number): CompletionResult {
  const location = locate(context.document, offset);
  const { spot } = location;
  if (spot.in === "start") return statementCompletion(context, location);
  if (spot.in === "name")
    return spot.node.pieces[0]?.quote ? NOTHING : statementCompletion(context, location);
  if (spot.in === "value") return valuesAt(context, location, spot.statement);
  return NOTHING;
}

function valuesAt(context: FeatureContext, location: Location, statement: Statement): CompletionResult {
  const node = location.spot.in === "value" ? location.spot.node : undefined;
  const word = valueWord(location, node);
  if (word.closed) return NOTHING;
  const include =
    isInclude(statement) || (literal(statement.name) === ".include" && statement.operator === undefined);
  if (include && context.release >= 14)
    return {
      items: word.quote || word.prefix !== "" || !node ? pathCompletion(context, word) : [],
      incomplete: false,
    };
  const reference = word.quote === "'" ? undefined : referenceAt(location, word.start);
  if (reference) return { items: variableCompletion(context, location, reference), incomplete: false };
  const values = valueCompletion(context, location, statement, word);
  if (word.quote !== '"') return values;
  return { ...values, items: [...values.items, ...variableCompletion(context, location, undefined)] };
}
