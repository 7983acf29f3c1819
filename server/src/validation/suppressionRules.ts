import type { Rule } from "./rule.ts";

/** The rules about comments that switch rules off: every language has them. The examples are jail.conf. */
const suppressionRules: readonly Rule[] = [
  {
    code: "style/suppression",
    severity: "warning",
    title: "A comment that switches off nothing",
    explanation:
      "`# zonewarden-ignore-next-line CODE: reason` and `# zonewarden-ignore-file CODE: reason` drop findings by their code. The reason is required, so that a reader learns why; the code must exist, and there must be a finding to drop.",
    bad: "web {\n\t# zonewarden-ignore-next-line jail/unknown-parameter\n\tpersist;\n\tpath = /jails/web;\n}\n",
    good: "web {\n\tpersist;\n\tpath = /jails/web;\n\t# zonewarden-ignore-next-line jail/unknown-parameter: set by our own kernel module\n\tacme.label = red;\n}\n",
    source: "docs/rules/README.md",
  },
];

/** The rules of a language by code, with those that every language has. */
export function withSharedRules(rules: ReadonlyMap<string, Rule>): ReadonlyMap<string, Rule> {
  return new Map([...rules, ...suppressionRules.map((rule) => [rule.code, rule] as const)]);
}
