import type { Rule } from "../rule.ts";
import { brands } from "./rules/brands.ts";
import { conflicts } from "./rules/conflicts.ts";
import { machine } from "./rules/machine.ts";
import { network } from "./rules/network.ts";
import { oddities } from "./rules/oddities.ts";
import { resources } from "./rules/resources.ts";
import { scopes } from "./rules/scopes.ts";
import { security } from "./rules/security.ts";
import { syntax } from "./rules/syntax.ts";
import { values } from "./rules/values.ts";
import type { Topic } from "./topic.ts";

/** All subjects that command files are checked for. What the run of the commands finds needs no check of its own. */
export const topics: readonly Topic[] = [
  syntax,
  ...[scopes, values, resources, network, brands].map((rules) => ({ rules })),
  oddities,
  security,
  machine,
  conflicts,
];

/** Every rule by its code. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  topics.flatMap((topic) => topic.rules.map((rule) => [rule.code, rule] as const)),
);
