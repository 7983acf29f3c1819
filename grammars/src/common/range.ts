/** A half-open stretch of text in UTF-16 code units. What `start` counts from is said where the range is used. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Whether `offset` lies in `range`, its end included: where a caret may touch a word. */
export function touches(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}
