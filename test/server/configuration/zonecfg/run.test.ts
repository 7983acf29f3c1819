import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { exportText } from "@zonewarden/server/configuration/zonecfg/export";
import { infoText } from "@zonewarden/server/configuration/zonecfg/info";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { xmlText } from "@zonewarden/server/configuration/zonecfg/xml";
import { describe, expect, it } from "vitest";
import { complaints, resolved, source, zone } from "./harness.ts";

const lines = (...text: string[]) => `${text.join("\n")}\n`;
const NET = ["add net", "set physical=net0", "set address=192.0.2.9/24", "end"];

describe("templates", () => {
  it("`create` brings what the default template of the platform has", () => {
    expect(resolved("create\n", "solaris10").configuration.resources.map((r) => r.properties)).toEqual(
      ["/lib", "/platform", "/sbin", "/usr"].map((dir) => [["dir", dir]]),
    );
    expect(resolved("create\n", "smartos").configuration.properties).toContainEqual(["brand", "joyent"]);
    expect(resolved("create\n", "solaris11").configuration.resources[0]?.type).toBe("anet");
  });

  it("OmniOS puts a prefix before a name that begins with no capital letter", () => {
    expect(resolved("create -t bhyve\n", "omnios").configuration.properties).toContainEqual([
      "brand",
      "bhyve",
    ]);
  });

  it("a template of the site may bring anything: nothing is called missing", () => {
    expect(zone("create -t golden\n").base).toBe("unknown");
    expect(complaints("create -t golden\nset pool=a\n")).toEqual([]);
  });

  it("every value knows the line or the template that it comes from", () => {
    const part = zone("create\nset zonepath=/zones/a\n");
    expect(part.properties.get("brand")).toMatchObject({ template: "SUNWdefault", origin: undefined });
    const { origin } = part.properties.get("zonepath") ?? {};
    expect(origin && origin.section.start + origin.range.start).toBe("create\nset zonepath=".length);
  });
});

describe("scopes and order", () => {
  it("what is changed moves behind the others of its type", () => {
    const text = lines(
      "create -b",
      ...["a", "b"].flatMap((d) => ["add fs", `set dir=/${d}`, "set special=/x", "set type=lofs", "end"]),
      "select fs dir=/a",
      "set special=/y",
      "end",
    );
    const dirs = resolved(text).configuration.resources.map((r) => r.properties[0]);
    expect(dirs).toEqual([
      ["dir", "/b"],
      ["dir", "/a"],
    ]);
  });

  it("`set options` replaces the list, `add` adds to it, `remove` takes from it", () => {
    const text = lines(
      "create -b",
      "add fs",
      "set dir=/a",
      "set special=/x",
      "set type=lofs",
      "add options [ro,nosuid]",
      "remove options nosuid",
      "add options nodevices",
      "end",
    );
    expect(resolved(text).configuration.resources[0]?.properties).toContainEqual([
      "options",
      ["ro", "nodevices"],
    ]);
  });

  it("the link is judged by the ip-type at that point", () => {
    const before = lines(
      "create -b",
      "set zonepath=/z",
      "set brand=ipkg",
      "set ip-type=shared",
      "add net",
      "set physical=web",
      "set address=192.0.2.9/24",
      "end",
    );
    expect(complaints(before)).toEqual([["zone/bad-link", "web"]]);
    const exclusive = lines(
      "create -b",
      "set zonepath=/z",
      "set brand=ipkg",
      "add net",
      "set physical=my-0",
      "end",
      "set ip-type=exclusive",
    );
    expect(complaints(exclusive)).toEqual([["zone/bad-link", "my-0"]]);
  });

  it("`cancel` leaves what `set` has stored at once", () => {
    const text = lines("create -b", "add capped-memory", "set swap=1G", "cancel");
    expect(resolved(text).configuration.resources[0]?.properties[0]).toEqual(["name", "zone.max-swap"]);
  });

  it("reading ends at `exit`", () => {
    const text = lines("create -b", "set pool=a", "exit", "set pool=b");
    expect(resolved(text).configuration.properties).toContainEqual(["pool", "a"]);
  });

  it("a last command without its line end is not run", () => {
    expect(resolved("create -b\nset pool=a").configuration.properties).not.toContainEqual(["pool", "a"]);
  });
});

describe("shorthands", () => {
  it("are stored as resource controls, in bytes and percent", () => {
    const text = lines("create -b", "set max-shm-memory=1G", "add capped-cpu", "set ncpus=1.5", "end");
    const values = resolved(text).configuration.resources.map((r) => r.properties[1]?.[1]);
    expect(values).toEqual([
      [{ priv: "privileged", limit: "1073741824", action: "deny" }],
      [{ priv: "privileged", limit: "150", action: "deny" }],
    ]);
  });

  it("memory is a control of its own on OmniOS and SmartOS, and a cap for rcapd elsewhere", () => {
    const text = lines("create -b", "add capped-memory", "set physical=1G", "end");
    const types = (platform: "illumos" | "omnios") =>
      resolved(text, platform).configuration.resources.map((r) => r.type);
    expect(types("illumos")).toEqual(["capped-memory"]);
    expect(types("omnios")).toEqual(["rctl"]);
  });

  it("setting one again puts it last", () => {
    const text = lines("create -b", "set max-lwps=500", "set max-processes=500", "set max-lwps=600");
    const names = resolved(text).configuration.resources.map((r) => r.properties[0]?.[1]);
    expect(names).toEqual(["zone.max-processes", "zone.max-lwps"]);
  });
});

describe("platforms", () => {
  it("the brand tells the platform, also of what stands before it", () => {
    expect(
      complaints(
        lines("create -b", "set zonepath=/z", "add anet", "set linkname=net0", "end", "set brand=sparse"),
      ),
    ).toEqual([["zone/other-platform", "anet"]]);
  });

  it("words that one platform has narrow it down", () => {
    const { platforms } = zone(lines("create -b", "set uuid=4b7d1cb2-66b0-11ee-8c99-0242ac120002"), "auto");
    expect(platforms).toEqual(["smartos"]);
  });
});

describe("forms", () => {
  const part = () =>
    zone(
      lines(
        "create",
        "set zonepath=/zones/a",
        "set max-lwps=500",
        ...NET,
        "add fs",
        "set dir=/a",
        "set special=/x",
        "set type=lofs",
        'add options "a=b"',
        "end",
        "add capped-memory",
        "set physical=1536m",
        "set swap=2g",
        "end",
      ),
    );

  it("export", () => {
    expect(exportText(part())).toBe(
      lines(
        "create -b",
        "set zonepath=/zones/a",
        "set brand=ipkg",
        "set ip-type=shared",
        "add fs",
        'set dir="/a"',
        'set special="/x"',
        'set type="lofs"',
        'add options "a=b"',
        "end",
        "add net",
        'set address="192.0.2.9/24"',
        'set physical="net0"',
        "end",
        "add capped-memory",
        "set physical=1.5G",
        "end",
        "add rctl",
        'set name="zone.max-lwps"',
        "add value (priv=privileged,limit=500,action=deny)",
        "end",
        "add rctl",
        'set name="zone.max-swap"',
        "add value (priv=privileged,limit=2147483648,action=deny)",
        "end",
      ),
    );
  });

  it("info", () => {
    expect(infoText(part())).toContain(
      '[max-lwps: 500]\nfs:\n\tdir: /a\n\tspecial: /x\n\traw not specified\n\ttype: lofs\n\toptions: ["a=b"]\nnet:\n\taddress: 192.0.2.9/24\n',
    );
    expect(infoText(part())).toContain("capped-memory:\n\tphysical: 1.5G\n\t[swap: 2G]\n");
  });

  it("info shows the properties that the platform has", () => {
    const shown = (platform: Platform) =>
      infoText(zone("create\nset zonepath=/zones/a\n", platform))
        .split("\n")
        .slice(1)
        .filter((line) => /^[a-z]/.test(line) && !line.endsWith(":"))
        .map((line) => line.replace(/:.*/, ""));
    expect(shown("solaris10")).not.toContain("fs-allowed");
    expect(shown("illumos").at(-1)).toBe("fs-allowed");
    expect(shown("solaris11")).toEqual(
      "zonepath brand autoboot autoshutdown bootargs file-mac-profile pool limitpriv scheduling-class ip-type hostid tenant fs-allowed".split(
        " ",
      ),
    );
  });

  it("stored XML", () => {
    expect(xmlText(part())).toContain(
      '<filesystem special="/x" directory="/a" type="lofs">\n    <fsoption name="a=b"/>\n  </filesystem>',
    );
    expect(xmlText(part())).toContain('<mcap physcap="1610612736"/>');
  });
});

it("security flags that only Solaris 11.4 may have are no error there", () => {
  const text = lines("create", "add security-flags", "set default=aslr,nxstack", "end");
  const severities = (platform: "omnios" | "solaris11") =>
    run(source(text, platform), { platform, lenient: true })
      .complaints.filter(({ code }) => code === "zone/bad-security-flags")
      .map(({ severity }) => severity);
  expect(severities("omnios")).toEqual([undefined]);
  expect(severities("solaris11")).toEqual(["warning"]);
});

it("says of typographic quotes that they are none", () => {
  const { complaints: found } = run(source("create -b\nset zonepath=“/zones/a”\n"), {
    platform: "illumos",
    lenient: true,
  });
  expect(found).toMatchObject([
    { code: "zone/bad-zonepath", message: expect.stringContaining("typographic"), replacement: '"/zones/a"' },
  ]);
});

describe("one mistake is one complaint", () => {
  it("a `net` whose address was refused is not called a second one like it", () => {
    const text = lines(
      ...["create -b", "set brand=ipkg", "set zonepath=/zones/a", "set ip-type=shared"],
      ...["add net", "set physical=net0", "set address=192.0.2.9/24", "end"],
      ...["add net", "set physical=net0", "set address=2001:db8::1", "end"],
    );
    expect(complaints(text, "illumos")).toEqual([["zone/prefix-missing", "2001:db8::1"]]);
  });

  it("a property that only another platform has begins no resource", () => {
    const text = lines(
      ...["create", "set zonepath=/zones/a", "add net", "set physical=net0"],
      ...['add property (name=ip,value="192.0.2.9")', "end"],
    );
    expect(complaints(text, "solaris11")).toEqual([]);
  });
});

it("links of Solaris 11 are told apart by their names, that of the template too", () => {
  const text = lines(
    "create",
    "add anet",
    "set linkname=net0",
    "end",
    "add anet",
    "set linkname=net1",
    "end",
  );
  expect(complaints(text, "solaris11")).toEqual([["zone/duplicate", "net0"]]);
});

describe("privileges on Solaris", () => {
  const limit = (platform: Platform, words: string) =>
    complaints(
      lines("create", "set zonepath=/zones/a", "set ip-type=exclusive", `set limitpriv=${words}`),
      platform,
    );
  it("what the guides call prohibited is", () => {
    for (const platform of ["solaris10", "solaris11"] as const)
      for (const name of ["dtrace_kernel", "proc_zone", "sys_config", "sys_linkdir", "sys_res_config"])
        expect([name, limit(platform, `default,${name}`)]).toEqual([
          name,
          [["zone/prohibited-privilege", name]],
        ]);
  });
  it("what they call required cannot go", () => {
    for (const platform of ["solaris10", "solaris11"] as const)
      expect(limit(platform, "default,!proc_fork")).toEqual([["zone/required-privilege", "!proc_fork"]]);
    expect(limit("solaris10", "default,!sys_mount")).toEqual([["zone/required-privilege", "!sys_mount"]]);
    expect(limit("solaris11", "default,!net_access")).toEqual([["zone/required-privilege", "!net_access"]]);
  });
  it("what they call optional or default may be added and taken", () => {
    for (const platform of ["solaris10", "solaris11"] as const)
      expect(limit(platform, "default,dtrace_proc,dtrace_user,sys_time,proc_priocntl,!sys_nfs")).toEqual([]);
  });
});

it("SUNWlx of unknown release with an IP stack of its own is in order", () => {
  const text = lines("create -t SUNWlx", "set zonepath=/zones/a", "set ip-type=exclusive");
  expect(complaints(text)).toEqual([]);
});
