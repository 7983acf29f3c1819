import { expect, it } from "vitest";
import { check, codes } from "./harness.ts";

/** What zonecfg of Solaris 11.4 has beyond the others; source: its manuals and sessions in them. */

const errors = (text: string) => check(text, "solaris11").filter(({ severity }) => severity === "error");

it("finds a resource by its number", () => {
  const zone = (line: string) =>
    `create -t SYSsolaris\nadd net\nset physical=net1\nend\nadd net\nset physical=net2\nend\n${line}\n`;
  expect(errors(zone("select anet 0\nset lower-link=net5\nend"))).toEqual([]);
  expect(errors(zone("remove anet 0"))).toEqual([]);
  expect(errors(zone("remove net 1\nselect net physical=net1\nset physical=net5\nend"))).toEqual([]);
  expect(errors(zone("remove net 1\nremove net physical=net2"))).toMatchObject([{ code: "zone/no-match" }]);
  expect(errors(zone("select net 2\nend"))).toMatchObject([{ code: "zone/no-match", text: "select net 2" }]);
  expect(errors(zone("select net 0 1\nend"))).toMatchObject([{ code: "syntax/extra-word", text: "1" }]);
});

it("alone has numbers of resources", () => {
  const zone = "create -t lipkg\nset zonepath=/zones/web\nadd net\nset physical=net1\nend\nremove net 0\n";
  expect(codes(zone, "omnios")).toContain("syntax/missing-equals");
  expect(check(zone).filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "zone/other-platform", text: "0" },
  ]);
  expect(codes("remove net 0\n")).toEqual([]);
});

it("gives kernel zones pages of one size, or memory that is set aside", () => {
  const memory = (lines: string) =>
    `create -t SYSsolaris-kz\nselect capped-memory\nset physical=16G\n${lines}\nend\n`;
  expect(errors(memory("set pagesize-policy=fixed\nset pagesize=256M"))).toEqual([]);
  expect(errors(memory("clear pagesize-policy\nset memory-reserve=zones"))).toEqual([]);
});

it("clears properties of any resource", () => {
  expect(errors("create -t SYSsolaris-kz\nselect device id=0\nclear bootpri\nend\n")).toEqual([]);
  expect(errors("create -t SYSsolaris\nselect anet 0\nclear link-protection\nend\n")).toEqual([]);
  const net = "create -t lipkg\nset zonepath=/a\nadd net\nset physical=net0\nclear physical\nend\n";
  expect(codes(net, "omnios")).toContain("zone/not-clearable");
});

it("spells properties of links with a hyphen, too", () => {
  expect(errors("create -t SYSsolaris\nselect anet 0\nset bw-share=40\nset max-bw=100M\nend\n")).toEqual([]);
});
