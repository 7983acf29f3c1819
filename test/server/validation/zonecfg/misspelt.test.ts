import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { describe, expect, it } from "vitest";
import { check, errors } from "./harness.ts";

/** A word that zonecfg does not know is one finding: what follows from it alone is not said, too. */

const HEAD = "create -b\nset brand=ipkg\nset zonepath=/zones/web\n";
/** The lines behind the head; the first of them is line 4. */
const zone = (lines: readonly string[]) => `${HEAD}${lines.join("\n")}\n`;
const fs = (...lines: readonly string[]) => ["add fs", ...lines, "end"];

const ALONE: readonly (readonly [title: string, lines: readonly string[], error: string, Platform?])[] = [
  [
    "the link of a `net`",
    ["add net", "set phsyical=e1000g0", "set address=192.0.2.1/24", "end"],
    "5 syntax/unknown-word",
  ],
  [
    "its address, which `verify` wants",
    ["add net", "set physical=e1000g0", "set adress=192.0.2.1/24", "end"],
    "6 syntax/unknown-word",
  ],
  ["the directory of an `fs`", fs("set dri=/a", "set special=/b", "set type=lofs"), "5 syntax/unknown-word"],
  [
    "another name for it",
    fs("set mountpoint=/a", "set special=/b", "set type=lofs"),
    "5 syntax/unknown-word",
  ],
  ["the pattern of a `device`", ["add device", "set mtach=/dev/a", "end"], "5 syntax/unknown-word"],
  ["a property of others", ["add device", "set name=/dev/a", "end"], "5 zone/foreign-property"],
  ["one of three that would do", ["add capped-memory", "set swpa=1g", "end"], "5 syntax/unknown-word"],
  [
    "the value of a resource control, by `set`",
    ["add rctl", "set name=zone.max-lwps", "set vlaue=(priv=privileged,limit=10,action=deny)", "end"],
    "6 syntax/unknown-word",
  ],
  [
    "the value of a resource control, by `add`",
    ["add rctl", "set name=zone.max-lwps", "add vlaue (priv=privileged,limit=10,action=deny)", "end"],
    "6 syntax/unknown-word",
  ],
  ["a property that has no value either", ["set autobot"], "4 syntax/unknown-word"],
  ["a resource with words behind it", ["add fss dir=/a", "end"], "4 syntax/unknown-word"],
  [
    "the ip-type, by which addresses are judged",
    ["set ip-tpye=exclusive", "add net", "set physical=e1000g0", "end"],
    "4 syntax/unknown-word",
  ],
  [
    "the word of the ip-type",
    ["set ip-type=exclusiv", "add net", "set physical=e1000g0", "end"],
    "4 zone/bad-word",
  ],
  [
    "the options of a directory of the host",
    fs("set dir=/a", "set special=/etc", "set type=lofs", "add optoins ro"),
    "8 syntax/unknown-word",
  ],
  [
    "a command in a resource",
    ["add net", "st physical=e1000g0", "set address=192.0.2.1/24", "end"],
    "5 syntax/unknown-command",
  ],
  [
    "a property without its command",
    ["add net", "physical=e1000g0", "set address=192.0.2.1/24", "end"],
    "5 syntax/unknown-command",
  ],
  [
    "the command that opens a resource",
    ["ad net", "set physical=e1000g0", "set address=192.0.2.1/24", "end"],
    "4 syntax/unknown-command",
  ],
  [
    "the command that opens one again",
    [...fs("set dir=/a", "set special=/b", "set type=lofs"), "selct fs dir=/a", "set special=/c", "end"],
    "9 syntax/unknown-command",
  ],
  [
    "the command that closes a resource, before another one",
    [
      ...["add net", "set physical=e1000g0", "set address=192.0.2.1/24", "ned"],
      ...fs("set dir=/a", "set special=/b", "set type=lofs"),
    ],
    "7 syntax/unknown-command",
  ],
  [
    "the command that closes the last resource",
    ["add fs", "set dir=/a", "set special=/b", "set type=lofs", "edn"],
    "8 syntax/unknown-command",
  ],
];

describe("one misspelt word is one finding", () => {
  for (const [title, lines, error, platform = "illumos"] of ALONE)
    it(title, () => {
      const text = zone(lines);
      expect(errors(text, platform)).toEqual([error]);
      expect(check(text, platform)).toHaveLength(1);
    });

  it.each([
    ["set zonpath=/zones/web", "syntax/unknown-word"],
    ["set zonepath /zones/web", "syntax/missing-equals"],
    ["set zonepath=[/zones/web]", "zone/wrong-form"],
    ["ste zonepath=/zones/web", "syntax/unknown-command"],
    ["zonepath=/zones/web", "syntax/unknown-command"],
  ])("the zonepath: %s", (line, code) => {
    expect(errors(`create -b\nset brand=ipkg\n${line}\n`, "illumos")).toEqual([`3 ${code}`]);
  });
  it.each(["set alowed-address=192.0.2.9/24", "set phsyical=net0"])(
    "the address that a router is reached from: %s",
    (line) => {
      const router = ["add net", "set physical=net0", "set defrouter=192.0.2.1", "end"];
      const other = ["add net", "set physical=net0", "set allowed-address=192.0.2.9/24", "end"];
      const word = line.includes("phsyical") ? "physical" : "allowed";
      const misspelt = other.map((one) => (one.startsWith(`set ${word}`) ? line : one));
      expect(errors(zone(["set ip-type=exclusive", ...router, ...misspelt]), "illumos")).toEqual([
        expect.stringMatching(/ syntax\/unknown-word$/),
      ]);
    },
  );
  it("the command that begins the next zone", () => {
    const text = zone(fs("set dir=/a", "set special=/b", "set type=lofs"));
    expect(check(text + text.replace("create", "craete"), "illumos").map(({ code }) => code)).toEqual([
      "syntax/unknown-command",
    ]);
  });
  it("the brand, by which others are judged", () => {
    const text = "create -b\nset zonepath=/zones/web\nset brnad=lx\nset ip-type=shared\n";
    expect(check(text, "omnios").map(({ code }) => code)).toEqual(["syntax/unknown-word"]);
  });
});

describe("what is wrong besides is said", () => {
  const cases: readonly (readonly [title: string, lines: readonly string[], errors: readonly string[]])[] = [
    [
      "another property that is missing",
      fs("set dri=/a", "set special=/b"),
      ["5 syntax/unknown-word", "7 zone/missing-property"],
    ],
    [
      "what a word without a likeness cannot stand for",
      fs("set foo=bar", "set special=/b", "set type=lofs"),
      ["5 syntax/unknown-word", "8 zone/missing-property"],
    ],
    [
      "what `clear` of a misspelt word does not give",
      ["add net", "clear phsyical", "set address=192.0.2.1/24", "end"],
      ["5 syntax/unknown-word", "7 zone/missing-property"],
    ],
    [
      "a wrong value in a resource that a misspelt command opens",
      ["ad net", "set physical=e1000g0:1", "set address=192.0.2.1/24", "end"],
      ["4 syntax/unknown-command", "5 zone/bad-link"],
    ],
    [
      "what is missing where a misspelt command closes",
      ["add fs", "set dir=/a", "set special=/b", "edn"],
      ["7 syntax/unknown-command", "7 zone/missing-property"],
    ],
    [
      "a forgotten `end` before a misspelt resource",
      ["add net", "set physical=e1000g0", "set address=192.0.2.1/24", "add fss dir=/a", "end"],
      ["7 syntax/unknown-word", "7 zone/missing-end"],
    ],
    [
      "an `end` too many behind a command that opens nothing",
      ["comit", "end"],
      ["4 syntax/unknown-command", "5 zone/not-in-resource"],
    ],
    [
      "what contradicts the ip-type that is meant",
      ["set ip-tpye=exclusive", "add net", "set physical=e1000g0", "set address=192.0.2.1/24", "end"],
      ["4 syntax/unknown-word", "7 zone/net-address"],
    ],
    [
      "what the old ip-type wants where nobody can tell the new one",
      ["set ip-type=private", "add net", "set physical=e1000g0", "end"],
      ["4 zone/bad-word", "5 zone/net-address"],
    ],
    [
      "the ip-type that is set well behind",
      ["set ip-tpye=exclusive", "set ip-type=shared", "add net", "set physical=e1000g0", "end"],
      ["4 syntax/unknown-word", "6 zone/net-address"],
    ],
  ];
  for (const [title, lines, expected] of cases)
    it(title, () => {
      expect(errors(zone(lines), "illumos").sort()).toEqual([...expected].sort());
    });

  it("`create` with a mistake is followed by what the file says", () => {
    expect(errors("craete -b\nset zonepath=zones\n", "illumos")).toEqual([
      "1 syntax/unknown-command",
      "2 zone/bad-zonepath",
    ]);
  });
});
