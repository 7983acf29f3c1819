import type { Rule } from "../rule.ts";
import { syntax } from "./rules/syntax.ts";
import type { Topic } from "./topic.ts";

/** All subjects that jail.conf is checked for. One line here and one file in `rules/` make a new one. */
export const topics: readonly Topic[] = [syntax];

/** Every rule by its code. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  topics.flatMap((topic) => topic.rules.map((rule) => [rule.code, rule] as const)),
);
