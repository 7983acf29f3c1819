import {
  DiagnosticSeverity,
  type Diagnostic as LspDiagnostic,
  type Position,
  type Range,
} from "vscode-languageserver";

/** How many errors and warnings begin in a stretch of a document. */
export interface Problems {
  readonly errors: number;
  readonly warnings: number;
}

/** Diagnostics in the order of the text, with how many there are up to each. */
interface Counted {
  readonly starts: readonly Position[];
  readonly errors: readonly number[];
  readonly warnings: readonly number[];
}

const known = new WeakMap<readonly LspDiagnostic[], Counted>();

/** For thousands of stretches of one document: what was sent is counted once. */
export function problemsIn(diagnostics: readonly LspDiagnostic[], { start, end }: Range): Problems {
  if (diagnostics.length === 0) return { errors: 0, warnings: 0 };
  const counted = known.get(diagnostics) ?? count(diagnostics);
  known.set(diagnostics, counted);
  const { starts, errors, warnings } = counted;
  const from = firstFrom(starts, (at) => !isBefore(at, start));
  const to = firstFrom(starts, (at) => isBefore(end, at));
  const between = (sums: readonly number[]) => (sums[to] ?? 0) - (sums[from] ?? 0);
  return { errors: between(errors), warnings: between(warnings) };
}

function count(diagnostics: readonly LspDiagnostic[]): Counted {
  const sorted = [...diagnostics].sort(
    ({ range: a }, { range: b }) => a.start.line - b.start.line || a.start.character - b.start.character,
  );
  const errors = [0];
  const warnings = [0];
  for (const { severity } of sorted) {
    errors.push((errors.at(-1) ?? 0) + Number(severity === DiagnosticSeverity.Error));
    warnings.push((warnings.at(-1) ?? 0) + Number(severity === DiagnosticSeverity.Warning));
  }
  return { starts: sorted.map(({ range }) => range.start), errors, warnings };
}

/** The first position of a sorted list from which on a test holds. */
function firstFrom(starts: readonly Position[], holds: (at: Position) => boolean): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(starts[middle] as Position)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
