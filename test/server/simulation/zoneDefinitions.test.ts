import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import type { ZoneSource } from "@zonewarden/server/configuration/zonecfg/types";
import { rctlsOf, resourcesOf, textOf, textsOf } from "@zonewarden/server/host/illumos/configuration";
import { changesOf, zoneDefinitionsOf } from "@zonewarden/server/simulation/zoneDefinitions";
import { describe, expect, it } from "vitest";

function configurationOf(text: string, path = "web.zonecfg", platform: Platform = "omnios") {
  const { sections } = ZoneDocument.parse(text, dialects[platform]);
  const document: ZoneSource = { path, text, sections };
  return run(document, { platform, lenient: true });
}

const definitions = (text: string, path?: string, platform?: Platform) =>
  zoneDefinitionsOf(configurationOf(text, path, platform));

function only(text: string, platform?: Platform) {
  const [definition] = definitions(text, undefined, platform);
  if (!definition) throw new Error("no zone");
  return definition;
}

const WEB = `create -b
set zonepath=/zones/web
set brand=ipkg
`;

describe("the name of a zone", () => {
  it.each([
    ["web.zonecfg", "web"],
    ["/etc/zones/db1.zone.cfg", "db1"],
    ["mail.zcfg", "mail"],
    ["-weird.zonecfg", "web"],
  ])("of %s is %s", (path, name) => {
    expect(definitions(WEB, path)[0]?.name).toBe(name);
  });

  it("is what the text sets", () => {
    expect(only("create -t SYSsolaris\nset zonename=portal\n", "solaris11").name).toBe("portal");
  });

  it("is told by the shell around", () => {
    expect(definitions(`zonecfg -z files <<EOF\n${WEB}EOF\n`, "script.zonecfg")[0]?.name).toBe("files");
  });

  it("comes from the zonepath in a script", () => {
    expect(definitions(`cat > x <<EOF\n${WEB}EOF\n`, "script.zonecfg")[0]?.name).toBe("web");
  });
});

describe("properties", () => {
  it("have their value and the place of it", () => {
    const text = `${WEB}set autoboot=true\n`;
    const { autoboot } = only(text).properties;
    expect(autoboot?.value).toBe("true");
    const place = autoboot?.cause.place;
    expect(text.slice(place?.start, place?.end)).toBe("true");
  });

  it("of a template say which one", () => {
    const { brand } = only("create\nset zonepath=/zones/z\n", "illumos").properties;
    expect(brand).toMatchObject({ value: "ipkg", cause: { from: "default" } });
  });

  it("of a template name their zone", () => {
    const { zonepath } = only("create\nset zonename=portal\n", "solaris11").properties;
    expect(zonepath).toMatchObject({ value: "/system/zones/portal", cause: { from: "default" } });
  });

  it("call files as they are shown", () => {
    const [definition] = zoneDefinitionsOf(configurationOf(WEB), (path) => `etc/${path}`);
    expect(definition?.cause.place?.path).toBe("etc/web.zonecfg");
  });
});

describe("resources", () => {
  it("keep all values in order", () => {
    const { resources } = only(
      `${WEB}add fs\nset dir=/x\nset special=/y\nset type=lofs\nset options=[ro,nodevices]\nend\n`,
    );
    expect(resources.map(({ type }) => type)).toEqual(["fs"]);
    expect(resources.flatMap((fs) => textsOf(fs, "options"))).toEqual(["ro", "nodevices"]);
  });

  it("that are shorthands are resource controls", () => {
    const definition = only(
      `${WEB}set max-lwps=100\nadd capped-cpu\nset ncpus=1.5\nend\nadd capped-memory\nset physical=1G\nset swap=2G\nend\n`,
    );
    const limits = Object.entries(rctlsOf(definition)).map(([name, { limit, action }]) => [
      name,
      limit,
      action,
    ]);
    expect(limits).toEqual([
      ["zone.max-lwps", 100, "deny"],
      ["zone.cpu-cap", 150, "deny"],
      ["zone.max-physical-memory", 1024 ** 3, "deny"],
      ["zone.max-swap", 2 * 1024 ** 3, "deny"],
    ]);
    expect(definition.resources.map(({ type }) => type)).not.toContain("capped-cpu");
  });

  it("leave physical memory to rcapd where no control is for it", () => {
    const [cap] = resourcesOf(
      only(`${WEB}add capped-memory\nset physical=1G\nend\n`, "illumos"),
      "capped-memory",
    );
    expect(cap && textOf(cap, "physical")).toBe(String(1024 ** 3));
  });

  it("of Solaris 11 are the same resource controls", () => {
    const definition = only(
      `create -b\nset zonepath=/zones/web\nadd capped-cpu\nset ncpus=2\nend\nadd capped-memory\nset swap=1G\nend\n`,
      "solaris11",
    );
    expect(rctlsOf(definition)).toMatchObject({
      "zone.cpu-cap": { limit: 200 },
      "zone.max-swap": { limit: 1024 ** 3 },
    });
  });

  it("keep the limit of a control with its line", () => {
    const text = `${WEB}set max-lwps=100\n`;
    const place = rctlsOf(only(text))["zone.max-lwps"]?.cause.place;
    expect(text.slice(place?.start, place?.end)).toBe("100");
  });

  it("have the properties of what is nested in them", () => {
    const [anet] = resourcesOf(
      only(
        "create -b\nset zonepath=/zones/web\nadd anet\nset linkname=net0\nadd mac\nset mac-address=random\nend\nadd vlan\nset vlan-id=7\nend\nadd vlan\nset vlan-id=8\nend\nend\n",
        "solaris11",
      ),
      "anet",
    );
    expect(anet && [textsOf(anet, "mac.mac-address"), textsOf(anet, "vlan.vlan-id")]).toEqual([
      ["random"],
      ["7", "8"],
    ]);
  });
});

describe("several zones in a file", () => {
  it("are all there", () => {
    const text =
      "zonecfg -z a <<EOF\ncreate -b\nset zonepath=/zones/a\nEOF\nzonecfg -z b <<EOF\ncreate -b\nset zonepath=/zones/b\nEOF\n";
    expect(definitions(text, "all.zonecfg").map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("of one name are one zone, the last one", () => {
    const text = `zonecfg -z a <<EOF\n${WEB}EOF\nzonecfg -z a <<EOF\ncreate -F -b\nset zonepath=/other\nEOF\n`;
    const found = definitions(text, "all.zonecfg");
    expect(found.map(({ properties }) => properties["zonepath"]?.value)).toEqual(["/other"]);
  });
});

describe("a change of a stored zone", () => {
  const text = "add capped-memory\nset physical=2G\nend\n";
  it("defines no zone", () => expect(definitions(text)).toEqual([]));
  it("is told apart", () => {
    const [change] = changesOf(configurationOf(text));
    expect(change).toMatchObject({ name: "web", cause: { what: "zone web", from: "configuration" } });
  });
});
