import { holds } from "@zonewarden/server/host/illumos/privileges";
import { zoneadm } from "@zonewarden/server/host/illumos/zoneadm/zoneadm";
import { describe, expect, test } from "vitest";
import { read, there } from "../../../catalog/illumos/reference.ts";
import { define, globalRoot, installed, running, zoneHost } from "../harness.ts";
import { userIn } from "./world.ts";

type Status = "default" | "optional" | "required" | "prohibited";

interface Reference {
  privileges: {
    name: string;
    basic: boolean;
    lineage: string;
    zone: Record<"shared" | "exclusive", Status>;
  }[];
}

const { privileges } = read<Reference>("zone-privileges.json", { privileges: [] });

const rows = privileges.flatMap(({ name, basic, lineage, zone }) =>
  (["shared", "exclusive"] as const).map((ipType) => ({
    ...{ name, basic, ipType, status: zone[ipType] },
    // Privileges that one system alone has.
    system: lineage === "joyent" ? ("smartos" as const) : ("omnios" as const),
  })),
);

/** What root and a user hold in a running zone with a value of limitpriv. */
function held({ name, ipType, system }: (typeof rows)[number], limitpriv?: string) {
  const host = zoneHost({ system });
  const properties = { brand: "ipkg", "ip-type": ipType, ...(limitpriv !== undefined && { limitpriv }) };
  const { zone, root } = running(host, define("web", { properties }));
  return { root: holds(host, root, name), user: holds(host, userIn(host, zone.id, 1000), name) };
}

/** Whether `zoneadm verify` takes a value of limitpriv. */
function verifies(ipType: string, limitpriv: string): boolean {
  const host = zoneHost();
  installed(host, define("web", { properties: { brand: "ipkg", "ip-type": ipType, limitpriv } }));
  return zoneadm(host, globalRoot(host), { zone: "web", command: "verify" }).status === 0;
}

describe.skipIf(!there)("privileges of zones against the reference", () => {
  const of = (status: Status) => rows.filter((row) => row.status === status);

  test.each(of("default"))("$name, $ipType IP: root has it, unless limitpriv takes it away", (row) => {
    expect(held(row)).toEqual({ root: true, user: row.basic });
    expect(held(row, `default,!${row.name}`)).toEqual({ root: false, user: false });
  });

  test.each(of("optional"))("$name, $ipType IP: nobody has it, unless limitpriv gives it", (row) => {
    expect(held(row)).toEqual({ root: false, user: false });
    expect(held(row, `default,${row.name}`)).toEqual({ root: true, user: false });
  });

  test.each(of("required"))("$name, $ipType IP: a zone without it does not verify", (row) => {
    const { name, ipType } = row;
    expect(held(row).root).toBe(true);
    expect(verifies(ipType, "default")).toBe(true);
    expect(verifies(ipType, `default,!${name}`)).toBe(false);
  });

  test.each(of("prohibited"))("$name, $ipType IP: a zone with it does not verify", (row) => {
    expect(held(row)).toEqual({ root: false, user: false });
    expect(verifies(row.ipType, `default,${row.name}`)).toBe(false);
  });
});
