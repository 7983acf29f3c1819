import type { ResolvedValue } from "../../../configuration/jail-conf/types.ts";
import { isPlaceholder } from "./placeholder.ts";
import { type Problem, problem } from "./problem.ts";
import { elsewhere, isIncomplete, quoted, written } from "./walk.ts";

/** One line of `mount`: source, mount point, type and options, separated by blanks. */
export function* checkMount(value: ResolvedValue): Generator<Problem> {
  const { text, origin } = value;
  if (isIncomplete(value) || !origin || /^\s*(?:#|$)/.test(text)) return;
  const blank = /(?<!\\)(?:\\\\)*(\\040)/.exec(written(origin));
  if (blank?.[1]) {
    const start = origin.range.start + blank.index + blank[0].length - blank[1].length;
    yield* problem(
      "mount-escape",
      value,
      "`\\040` is turned into a blank before the line is split: double the backslash.",
      { at: elsewhere(origin, { start, end: start + blank[1].length }), replacement: "\\\\040" },
    );
    return;
  }
  const fields = [...text.matchAll(/\S+/g)];
  const target = fields[1];
  if (fields.length < 3) {
    if (isPlaceholder(text)) return;
    const missing = ["a source, a mount point and a type", "a mount point and a type", "a type"][
      fields.length
    ];
    yield* problem(
      "mount-fields",
      value,
      `A line of \`mount\` needs ${missing}${fields.length === 0 ? "" : " too"}.`,
    );
  } else if (target && !target[0].startsWith("/") && !isPlaceholder(target[0]))
    yield* problem(
      "relative-path",
      value,
      `The mount point ${quoted(target[0])} does not begin with \`/\`: it is a path of the host, in full.`,
      { part: [target.index, target.index + target[0].length] },
    );
}
