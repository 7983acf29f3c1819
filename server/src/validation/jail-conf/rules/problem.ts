import type { Origin, ResolvedParameter, ResolvedValue } from "../../../configuration/jail-conf/types.ts";
import type { Finding, Related } from "../../finding.ts";
import type { Severity } from "../../rule.ts";
import { partOf } from "./walk.ts";

/** A value that is no good, before it is known whether any jail takes it. */
export interface Problem {
  readonly value: ResolvedValue;
  readonly finding: Finding;
}

/** What else there is to say about a problem. */
interface Details {
  readonly severity?: Severity;
  /** The stretch of the value's text at fault; without it, the whole value is. */
  readonly part?: readonly [start: number, end: number];
  /** Replaces what is marked. Left out where the text came from a variable. */
  readonly replacement?: string | undefined;
  readonly at?: Origin;
  readonly related?: readonly Related[];
}

/** A problem of one value; nothing where it has no place in a file. */
export function* problem(
  code: string,
  value: ResolvedValue,
  message: string,
  { severity, part, replacement, at, related = [] }: Details = {},
): Generator<Problem> {
  const origin = at ?? (part ? partOf(value, ...part) : value.origin);
  if (!origin) return;
  const exact = value.substitutions.length === 0;
  // Where only a part is replaced, that part must be what is marked.
  const whole = origin === value.origin;
  const mends = replacement !== undefined && exact && (at !== undefined || !part || !whole);
  const links = [...related, ...definitions(value)];
  yield {
    value,
    finding: {
      code: `jail/${code}`,
      origin,
      message,
      ...(severity && { severity }),
      ...(mends && { replacement }),
      ...(links.length > 0 && { related: links }),
    },
  };
}

/** Where the variables of a value were set. */
function definitions(value: ResolvedValue): Related[] {
  const found: Related[] = [];
  for (const { piece, source } of value.substitutions) {
    const origin = source && definition(source);
    if (origin) found.push({ origin, message: `\`${piece.name}\` is set here.` });
  }
  return found.slice(0, 3);
}

function definition(parameter: ResolvedParameter): Origin | undefined {
  return parameter.contributions.findLast((contribution) => !contribution.overridden)?.setting.origin;
}
