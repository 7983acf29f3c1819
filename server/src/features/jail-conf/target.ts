import { definedVariable, isInclude, literal, type StringNode } from "@zonewarden/grammars/jail-conf/tree";
import { findParameter, isOpenFamily } from "../../catalog/jail-conf/lookup.ts";
import type { Include } from "../../configuration/jail-conf/types.ts";
import type { FeatureContext } from "./context.ts";
import { includeAt } from "./includes.ts";
import type { Location } from "./locate.ts";

/** What a word refers to: the thing that definition, references and highlights are about. */
export type Target =
  | { readonly kind: "jail"; readonly name: string }
  /** A variable, or a parameter that a `$` refers to: which of them it is differs from jail to jail. */
  | { readonly kind: "reference"; readonly name: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "include"; readonly include: Include };

export function targetAt(context: FeatureContext, location: Location): Target | undefined {
  const { spot } = location;
  switch (spot.in) {
    case "header": {
      const block = context.configuration.blocks.find((b) => b.node === spot.block);
      return block && { kind: "jail", name: block.name };
    }
    case "name": {
      const variable = spot.statement && definedVariable(spot.statement);
      if (variable) return { kind: "reference", name: variable.name };
      const name = literal(spot.node);
      if (name === undefined || !spot.statement || isInclude(spot.statement)) return undefined;
      return { kind: "parameter", name };
    }
    case "value": {
      if (spot.piece?.kind === "variable") return { kind: "reference", name: spot.piece.name };
      if (!spot.node) return undefined;
      if (isInclude(spot.statement)) {
        const include = includeAt(context, location, spot.node);
        return include && { kind: "include", include };
      }
      return isDepend(spot.statement) ? jailNamed(spot.node) : undefined;
    }
    default:
      return undefined;
  }
}

function isDepend(statement: Parameters<typeof isInclude>[0]): boolean {
  return literal(statement.name) === "depend" && !definedVariable(statement);
}

function jailNamed(node: StringNode): Target | undefined {
  const name = literal(node);
  return name === undefined ? undefined : { kind: "jail", name };
}

/** The name that stands for a parameter in all its spellings. */
export function plainName(name: string): string {
  if (isOpenFamily(name)) return name;
  const named = findParameter(name);
  return named && !named.key ? named.parameter.name : name;
}
