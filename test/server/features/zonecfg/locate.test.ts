import { locate } from "@zonewarden/server/features/zonecfg/locate";
import { describe, expect, it } from "vitest";
import { crlf } from "../harness.ts";
import { marked } from "./harness.ts";

/** What stands at the caret, in a few words, and the resource that is open there. */
function at(text: string): string {
  const { context, offset } = marked(text);
  const { spot, open } = locate(context.document, offset);
  const node =
    spot.in === "command" ? spot.command.word.text : "node" in spot ? (spot.node?.text ?? "-") : undefined;
  const property = "property" in spot ? ` of ${spot.property.text}` : "";
  const flag = spot.in === "argument" && spot.flag ? ` behind ${spot.flag.text}` : "";
  const scope = open ? ` in ${open.outer ? `${open.outer.type}/` : ""}${open.type}` : "";
  return [spot.in, node].filter(Boolean).join(" ") + property + flag + scope;
}

const CASES: readonly [text: string, found: string][] = [
  ["<|>", "start"],
  ["create\n<|>", "start"],
  ["create; <|>", "start"],
  ["cre<|>ate\n", "command create"],
  ["create<|>\n", "command create"],
  ["se<|>", "command se"],
  ["create -t <|>\n", "argument - behind -t"],
  ["create -t SUNW<|>\n", "argument SUNW behind -t"],
  ["create <|>\n", "argument -"],
  ["add <|>\n", "subject -"],
  ["add n<|>\n", "subject n"],
  ["add net<|>\n", "subject net"],
  ["add net <|>\n", "between"],
  ["add net\n<|>end\n", "command end in net"],
  ["add net\nset <|>\nend\n", "subject - in net"],
  ["add net\nset phys<|>\nend\n", "subject phys in net"],
  ["add net\nset physical=<|>\nend\n", "value - of physical in net"],
  ["add net\nset physical=e1000g0<|>\nend\n", "value e1000g0 of physical in net"],
  ["add net; set physical=e1<|>; end\n", "value e1 of physical in net"],
  ["add net; set physical=e1;<|> end\n", "start in net"],
  ["add net\nset physical=e1\nend\n<|>", "start"],
  ["add net\nset physical=e1\nend<|>\n", "command end in net"],
  ["add net\n<|>", "start in net"],
  ["add fs\nset dir=/a\n<|>\nadd net\nend\n", "start in fs"],
  ["set ip-type=<|>", "value - of ip-type"],
  ["set ip-type= <|>", "value - of ip-type"],
  ["set ip-type<|>", "subject ip-type"],
  ["set <|> ip-type=shared", "subject -"],
  ["set net<|>\n", "subject -"],
  ['set bootargs="-m ver<|>', "value -m ver of bootargs"],
  ["add fs\nset options=[<|>]\n", "value - of options in fs"],
  ["add fs\nset options=[ro,<|>\n", "value - of options in fs"],
  ["add fs\nset options=[ro,no<|>,a]\n", "value no of options in fs"],
  ["add fs\nset options=[ro]<|>\n", "between in fs"],
  ["add fs\nadd options <|>\n", "value - of options in fs"],
  ["add fs\nadd <|>\n", "subject - in fs"],
  ["add rctl\nadd value (<|>)\n", "member - of value in rctl"],
  ["add rctl\nadd value (priv=<|>\n", "memberValue - of value in rctl"],
  ["add rctl\nadd value (priv=privileged,<|>)\n", "member - of value in rctl"],
  ["add rctl\nadd value (priv=privileged,lim<|>=1)\n", "member lim of value in rctl"],
  ["add rctl\nset value=[(priv=privileged,limit=<|>)]\n", "memberValue - of value in rctl"],
  ["select fs <|>\n", "filter -"],
  ["select fs di<|>=/a\n", "filter di"],
  ["select fs dir=<|>\n", "value - of dir"],
  ["select fs dir=/a <|>\n", "filter -"],
  ["remove -F <|>\n", "subject -"],
  ["# no<|>te\n", "comment"],
  ["# note\n<|>set\n", "command set"],
  ["add anet\nadd mac\n<|>\nend\nend\n", "start in anet/mac"],
  ["add anet\nadd mac\nend\n<|>\nend\n", "start in anet"],
  ["add anet\nadd mac\nend\nend\n<|>", "start"],
  ["add fs\nend\nend\n<|>", "start"],
  ["zonecfg:web> <|>set pool=a\n", "command set"],
  ["zonecfg -z web -f <|>x\n", "foreign"],
  ["add net\ncreate\n<|>", "start"],
  ["zone<|>", "command zone"],
];

describe("locate", () => {
  it.each(CASES)("%j: %s", (text, found) => {
    expect(at(text)).toBe(found);
    expect(at(crlf(text))).toBe(found);
  });
});
