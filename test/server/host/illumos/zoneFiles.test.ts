import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { xmlText } from "@zonewarden/server/configuration/zonecfg/xml";
import { readFile, writeFile } from "@zonewarden/server/host/filesystem/open";
import { configureZone, deleteZone, renameZone } from "@zonewarden/server/host/illumos/zonecfg";
import { zoneDefinitionsOf } from "@zonewarden/server/simulation/zoneDefinitions";
import { describe, expect, it } from "vitest";
import { define, globalRoot, ok, zoneHost } from "./harness.ts";

const TEXT = `create -b
set zonename=web
set zonepath=/zones/web
set brand=ipkg
set ip-type=exclusive
set max-lwps=500
add net
set physical=web0
set global-nic=auto
add property (name=ips,value="192.0.2.9/24,dhcp")
end
add fs
set dir=/data
set special=/export/a&b
set type=lofs
add options [ro,nodevices]
end
add capped-memory
set physical=1.5G
set swap=2G
end
add dedicated-cpu
set ncpus=2
end
add attr
set name=about
set type=string
set value="of old"
end
`;

describe("the files of zonecfg in the global zone", () => {
  const zones = () => {
    const host = zoneHost();
    for (const name of ["web", "db"]) ok(configureZone(host, define(name)));
    return { host, read: (path: string) => readFile(host, globalRoot(host), path) };
  };

  it("are an index of the zones with their states, and a file of each", () => {
    const { host, read } = zones();
    const uuids = host.state.illumos?.index.map(({ uuid }) => uuid) ?? [];
    expect(ok(read("/etc/zones/index"))).toBe(
      `global:installed:/\nweb:configured:/zones/web:${uuids[0]}\ndb:configured:/zones/db:${uuids[1]}\n`,
    );
    expect(ok(read("/etc/zones/db.xml"))).toContain('<zone name="db" zonepath="/zones/db"');
  });

  it("go and change their names with the zones", () => {
    const { host, read } = zones();
    ok(deleteZone(host, "web"));
    ok(renameZone(host, "db", "shop"));
    expect(ok(read("/etc/zones/index")).split("\n").slice(1)).toEqual([
      expect.stringMatching(/^shop:configured:/),
      "",
    ]);
    for (const gone of ["web", "db"])
      expect(read(`/etc/zones/${gone}.xml`)).toMatchObject({ errno: "ENOENT" });
    expect(ok(read("/etc/zones/shop.xml"))).toContain('<zone name="shop"');
  });

  it("show what somebody has written into them", () => {
    const { host, read } = zones();
    ok(writeFile(host, globalRoot(host), "/etc/zones/web.xml", "<zone/>\n"));
    expect(ok(read("/etc/zones/web.xml"))).toBe("<zone/>\n");
  });

  it("have the form that a command file leads to", () => {
    const { sections } = ZoneDocument.parse(TEXT, dialects.omnios);
    const configuration = run(
      { path: "web.zonecfg", text: TEXT, sections },
      { platform: "omnios", lenient: true },
    );
    const [definition] = zoneDefinitionsOf(configuration);
    const [part] = configuration.parts;
    if (!definition || !part) throw new Error("no zone");
    const host = zoneHost();
    ok(configureZone(host, definition));
    const stored = ok(readFile(host, globalRoot(host), "/etc/zones/web.xml"));
    // Of limits, zonecfg has made controls.
    const plain = (text: string) => text.split("\n").filter((line) => !/rctl/.test(line));
    expect(plain(stored)).toEqual(plain(xmlText({ ...part, name: "web" })));
    expect(stored).toContain('<net-attr name="ips" value="192.0.2.9/24,dhcp"/>');
    expect(stored).toContain('special="/export/a&#38;b"');
  });
});
