import { problemsIn } from "@zonewarden/server/problemCounts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnostic, DiagnosticSeverity, type Position } from "vscode-languageserver-protocol";

const at = (line: number, character: number): Position => ({ line, character });
const problem = (start: Position, severity: DiagnosticSeverity): Diagnostic => ({
  range: { start, end: start },
  severity,
  message: "",
});

describe("problems in a stretch of a document", () => {
  it("are those that begin in it, its borders included", () => {
    const all = [
      problem(at(3, 0), DiagnosticSeverity.Error),
      problem(at(1, 4), DiagnosticSeverity.Warning),
      problem(at(1, 0), DiagnosticSeverity.Error),
      problem(at(2, 0), DiagnosticSeverity.Information),
    ];
    expect(problemsIn(all, { start: at(1, 0), end: at(2, 9) })).toEqual({ errors: 1, warnings: 1 });
    expect(problemsIn(all, { start: at(1, 1), end: at(3, 0) })).toEqual({ errors: 1, warnings: 1 });
    expect(problemsIn(all, { start: at(4, 0), end: at(9, 0) })).toEqual({ errors: 0, warnings: 0 });
    expect(problemsIn([], { start: at(0, 0), end: at(9, 0) })).toEqual({ errors: 0, warnings: 0 });
  });

  it("are as many as a search finds", () => {
    const position = fc.record({ line: fc.nat(5), character: fc.nat(3) });
    const one = fc.tuple(position, fc.constantFrom(DiagnosticSeverity.Error, DiagnosticSeverity.Warning));
    fc.assert(
      fc.property(fc.array(one), position, position, (found, start, end) => {
        const all = found.map(([where, severity]) => problem(where, severity));
        const number = ({ line, character }: Position) => line * 10 + character;
        const count = (severity: DiagnosticSeverity) =>
          found.filter(
            ([where, own]) =>
              own === severity && number(where) >= number(start) && number(where) <= number(end),
          ).length;
        fc.pre(number(start) <= number(end));
        expect(problemsIn(all, { start, end })).toEqual({
          errors: count(DiagnosticSeverity.Error),
          warnings: count(DiagnosticSeverity.Warning),
        });
      }),
    );
  });
});
