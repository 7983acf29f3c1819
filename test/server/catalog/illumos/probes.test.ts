import { zonePrivilegeSet } from "@zonewarden/server/catalog/illumos/privilegeSets";
import type { ZoneProbe } from "@zonewarden/server/catalog/illumos/probe";
import { findZoneProbe, ZONE_PROBES } from "@zonewarden/server/catalog/illumos/probes";
import { globals, resourceProperties } from "@zonewarden/server/catalog/zonecfg/lookup";
import { describe, expect, it } from "vitest";
import { read, there } from "./reference.ts";

interface Variant {
  verdict: string;
  errno?: string | null;
}

interface Entry {
  id: string;
  category: string;
  actor: string;
  interface: string;
  verdict: { shared: string; exclusive: string };
  errno: string | null;
  privileges: string[];
  gates: Record<string, string>[];
  config: { property: string }[];
  variants?: Variant[];
  confidence: string;
  toolCheck?: { refusesBeforeSystemCall: boolean; exit: number };
}

const ACTORS: Record<string, string> = {
  "zone root": "zone-root",
  "unprivileged global user": "global-user",
  "global root": "global-root",
};

/** An errno is a name; texts in brackets say that a program refuses. */
const errno = (text: string | null | undefined) => (text?.startsWith("(") ? undefined : (text ?? undefined));

describe.skipIf(!there)("the probes against the reference", () => {
  const { probes } = read<{ probes: Entry[] }>("zone-probes.json", { probes: [] });

  it("has the same probes", () => {
    expect(ZONE_PROBES.map(({ id }) => id).sort()).toEqual(probes.map(({ id }) => id).sort());
  });

  it.each(probes)("$id", (entry) => {
    const probe = findZoneProbe(entry.id);
    const variant = (one: Variant) => `${one.verdict} ${errno(one.errno) ?? ""}`;
    expect({
      area: probe?.area,
      actor: probe?.actor,
      interface: probe?.interface,
      verdict: probe?.verdict,
      errno: probe?.errno,
      privileges: probe?.privileges,
      gates: probe?.gates,
      config: probe?.config.map(({ property }) => property),
      variants: probe?.variants.map(variant),
      confidence: probe?.confidence,
    }).toEqual({
      area: entry.category,
      actor: ACTORS[entry.actor],
      interface: entry.interface,
      verdict: entry.verdict,
      errno: errno(entry.errno),
      privileges: entry.privileges,
      gates: entry.gates,
      config: entry.config.map(({ property }) => property),
      variants: (entry.variants ?? []).map(variant),
      confidence: entry.confidence,
    });
    if (entry.toolCheck)
      expect(probe?.toolCheck).toMatchObject({
        first: entry.toolCheck.refusesBeforeSystemCall,
        exit: entry.toolCheck.exit,
      });
    else if (entry.errno?.startsWith("(exit")) expect(probe?.toolCheck?.exit).toBe(1);
  });
});

const settings = (probe: ZoneProbe) => [
  ...probe.setup,
  ...[...probe.enabledBy, ...probe.restrictedBy].flatMap(({ all }) => all),
];

describe("the probes", () => {
  it("name only properties that zonecfg knows", () => {
    for (const probe of ZONE_PROBES)
      for (const setting of settings(probe)) {
        if ("property" in setting)
          expect(
            globals.map(({ name }) => name),
            probe.id,
          ).toContain(setting.property);
        if ("resource" in setting) {
          const known = resourceProperties.filter(({ resource }) => resource === setting.resource);
          expect(
            known.map(({ name }) => name),
            probe.id,
          ).toEqual(expect.arrayContaining(Object.keys(setting.properties)));
        }
      }
  });

  it("name only values of limitpriv that a zone may have", () => {
    for (const probe of ZONE_PROBES)
      for (const setting of settings(probe))
        if ("property" in setting && setting.property === "limitpriv")
          for (const ipType of ["shared", "exclusive"] as const)
            expect(zonePrivilegeSet("ipkg", "omnios", ipType, setting.value).problems, probe.id).toEqual([]);
  });

  it("are enabled only where they are refused, and refused only where they may succeed", () => {
    for (const probe of ZONE_PROBES) {
      const verdicts = Object.values(probe.verdict);
      if (probe.enabledBy.length > 0) expect(verdicts, probe.id).toContain("deny");
      if (probe.restrictedBy.length > 0 && probe.enabledBy.length === 0)
        expect(verdicts, probe.id).toContain("allow");
    }
  });

  it("lead out of the zone only where they are refused by default", () => {
    for (const probe of ZONE_PROBES.filter(({ breach }) => breach))
      expect(Object.values(probe.verdict), probe.id).not.toContain("allow");
  });

  it("say why they are refused: with an error, or because a program refuses", () => {
    for (const probe of ZONE_PROBES)
      if (Object.values(probe.verdict).includes("deny"))
        expect(probe.errno ?? probe.toolCheck, probe.id).toBeDefined();
  });
});
