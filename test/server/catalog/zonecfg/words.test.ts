import { suggest as suggestParameter } from "@zonewarden/server/catalog/jail-conf/mistakes";
import {
  commands,
  findBrand,
  findRctl,
  globalProperty,
  propertyOf,
  resourceType,
} from "@zonewarden/server/catalog/zonecfg/lookup";
import {
  brandMarkdown,
  commandMarkdown,
  privilegeMarkdown,
  propertyMarkdown,
  rctlMarkdown,
  resourceMarkdown,
  signature,
} from "@zonewarden/server/catalog/zonecfg/markdown";
import {
  advice,
  suggestBrand,
  suggestCommand,
  suggestPrivilege,
  suggestProperty,
  suggestRctl,
  suggestResource,
} from "@zonewarden/server/catalog/zonecfg/mistakes";
import { zonecfgPage } from "@zonewarden/server/catalog/zonecfg/page";
import type { ZoneProperty } from "@zonewarden/server/catalog/zonecfg/property";
import { describe, expect, it } from "vitest";

describe("suggestions", () => {
  it.each([
    ["auto-boot", undefined, ["autoboot"]],
    ["iptype", undefined, ["ip-type"]],
    ["ip_type", undefined, ["ip-type"]],
    ["zone-path", undefined, ["zonepath"]],
    ["path", undefined, ["zonepath"]],
    ["AUTOBOOT", undefined, ["autoboot"]],
    ["max_lwps", undefined, ["max-lwps"]],
    ["zonpath", undefined, ["zonepath"]],
    ["gateway", "net", ["defrouter"]],
    ["phyiscal", "net", ["physical"]],
    ["mountpoint", "fs", ["dir"]],
    ["max-swap", "capped-memory", ["swap"]],
    ["mem", "capped-memory", ["physical"]],
    ["cpus", "dedicated-cpu", ["ncpus"]],
    ["xyzzy", undefined, []],
    ["constructor", undefined, []],
    ["toString", "constructor", []],
  ])("of a property: %s in %s", (name, scope, expected) => {
    expect(suggestProperty(name, scope)).toEqual(expected);
  });

  it("of a parameter of jail.conf do not stumble over words of JavaScript", () => {
    expect(suggestParameter("constructor")).toEqual([]);
  });

  it.each([
    ["rem", ["remove"]],
    ["rm", ["remove"]],
    ["ver", ["verify"]],
    ["quit", ["exit"]],
    ["save", ["commit"]],
    ["SET", ["set"]],
    ["Add", ["add"]],
    ["creat", ["create"]],
    ["frobnicate", []],
  ])("of a command: %s", (name, expected) => {
    expect(suggestCommand(name)).toEqual(expected);
  });

  it.each([
    ["nic", ["net"]],
    ["interface", ["net"]],
    ["memory", ["capped-memory"]],
    ["capped_memory", ["capped-memory"]],
    ["Net", ["net"]],
    ["atr", ["attr"]],
  ])("of a resource: %s", (name, expected) => {
    expect(suggestResource(name)).toEqual(expected);
  });

  it("of privileges, controls and brands", () => {
    expect(suggestPrivilege("PRIV_SYS_TIME")).toEqual(["sys_time"]);
    expect(suggestPrivilege("dtrace_usr")[0]).toBe("dtrace_user");
    expect(suggestRctl("max-lofi")).toEqual(["zone.max-lofi"]);
    expect(suggestRctl("zone.max-lwp")[0]).toBe("zone.max-lwps");
    expect(suggestBrand("likpg", "omnios")[0]).toBe("lipkg");
  });
});

describe("advice", () => {
  it("is given where there is no counterpart", () => {
    expect(advice("max-lofi")).toContain("zone.max-lofi");
    expect(advice("max-lofi")).toContain("action=deny");
    expect(advice("cpu-baseline")).toContain("action=none");
    expect(advice("max-swap")).toContain("`add capped-memory`");
    expect(advice("autoboot")).toBeUndefined();
    expect(advice("constructor")).toBeUndefined();
  });
});

describe("Markdown", () => {
  it("has type, default and platforms", () => {
    expect(signature(globalProperty("ip-type") as ZoneProperty)).toBe("shared | exclusive · default: shared");
    expect(signature(propertyOf("net", "global-nic") as ZoneProperty)).toBe("string · OmniOS, SmartOS");
    expect(signature(propertyOf("net", "address") as ZoneProperty)).toBe(
      "address · required when ip-type=shared",
    );
    expect(propertyMarkdown(propertyOf("capped-memory", "swap") as ZoneProperty)).toContain(
      "Range: from 50M",
    );
  });

  it("has a table of the properties of a resource", () => {
    const resource = resourceType("fs");
    expect(resource && resourceMarkdown(resource)).toContain("| `dir` ★ | path · required |");
  });

  it("describes commands, controls and brands", () => {
    const create = commands.get("create");
    expect(create && commandMarkdown(create)).toContain("- `-t TEMPLATE`: ");
    const cap = findRctl("zone.cpu-cap");
    expect(cap && rctlMarkdown(cap)).toContain("`ncpus` of `capped-cpu`");
    const lx = findBrand("lx", "omnios");
    expect(lx && brandMarkdown(lx)).toContain("Refuses: `hostid`, `ip-type=shared`");
  });

  it("says what a zone may do with a privilege", () => {
    expect(privilegeMarkdown("sys_ip_config")).toContain(
      "prohibited with ip-type shared, required with ip-type exclusive",
    );
    expect(privilegeMarkdown("DTRACE_USER", findBrand("lx", "omnios"), "exclusive")).toContain(
      "In zones of brand `lx` with ip-type exclusive: in the default set.",
    );
    expect(privilegeMarkdown("basic")).toContain("set of privileges");
    expect(privilegeMarkdown("nonsense")).toBeUndefined();
  });

  it("makes a page whose links lead somewhere", () => {
    const page = zonecfgPage();
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-");
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map((match) => slug(match[1] ?? ""));
    for (const [, target] of page.matchAll(/\]\(#([^)]+)\)/g))
      expect(headings, target).toContain((target ?? "").replace(/-\d$/, ""));
  });
});
