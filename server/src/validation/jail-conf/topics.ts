import type { Rule } from "../rule.ts";
import { blocks } from "./rules/blocks.ts";
import { boot } from "./rules/boot.ts";
import { commands } from "./rules/commands.ts";
import { dependencies } from "./rules/dependencies.ts";
import { host } from "./rules/host.ts";
import { includes } from "./rules/includes.ts";
import { lifecycle } from "./rules/lifecycle.ts";
import { mounts } from "./rules/mounts.ts";
import { names } from "./rules/names.ts";
import { network } from "./rules/network.ts";
import { security } from "./rules/security.ts";
import { syntax } from "./rules/syntax.ts";
import { values } from "./rules/values.ts";
import { variables } from "./rules/variables.ts";
import type { Topic } from "./topic.ts";

/** All subjects that jail.conf is checked for. One line here and one file in `rules/` make a new one. */
export const topics: readonly Topic[] = [
  syntax,
  names,
  values,
  variables,
  blocks,
  dependencies,
  includes,
  lifecycle,
  network,
  mounts,
  commands,
  security,
  host,
  boot,
];

/** Every rule by its code. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  topics.flatMap((topic) => topic.rules.map((rule) => [rule.code, rule] as const)),
);
