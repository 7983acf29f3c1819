import { describe, expect, test } from "vitest";
import { check as checkJails } from "./harness.ts";
import { check as checkZones } from "./zonecfg/harness.ts";

/** Words that name something in every JavaScript object are names like others where a configuration has them. */

const WORDS = ["__proto__", "constructor", "toString", "hasOwnProperty"];
const LEAK = /native code|\[object |\bNaN\b/;

describe.each(WORDS)("%s", (word) => {
  test("as names and values of a jail.conf", () => {
    const text = `${word} = a;\n$x = /jails;\n${word} {\n  path = "$x/${word}";\n  ${word} = 2;\n  allow.${word};\n  depend = ${word}x;\n  interface = ${word};\n  zfs.dataset = ${word};\n  sysvshm = ${word};\n  enforce_statfs = ${word};\n  exec.start = "${word} ${word}";\n}\n${word}x { path = /; persist; }\n`;
    const found = checkJails(text);
    expect(found.map(({ message }) => message).join("\n")).not.toMatch(LEAK);
    expect(found.filter(({ code }) => code === "jail/unknown-parameter").length).toBeGreaterThan(0);
  });

  test("as names and values of a zone", () => {
    const text = `create -b\nset zonepath=/zones/${word}\nset brand=lipkg\nset ip-type=exclusive\nset pool=${word}\nset limitpriv=default,${word}\nset fs-allowed=${word}\nset ${word}=1\nadd ${word}\nend\nadd attr\nset name=${word}\nset type=${word}\nset value=${word}\nend\nadd rctl\nset name=zone.${word}\nadd value (priv=${word},limit=1,action=${word})\nend\nadd net\nset physical=${word}\nend\nadd dataset\nset name=${word}\nend\n`;
    for (const platform of ["omnios", "smartos", "solaris11"] as const) {
      const messages = checkZones(text, platform).map(({ message }) => message);
      expect(messages.join("\n")).not.toMatch(LEAK);
    }
    const privileges = checkZones(text, "omnios").filter(({ code }) => code === "security/zone-privilege");
    expect(privileges).toEqual([]);
  });
});
