import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const capped = {
  web: {
    properties: { brand: "ipkg", "ip-type": "shared" },
    resources: [{ type: "capped-memory", physical: "512M" }],
  },
};

describe("rcapstat", () => {
  test("has nothing to tell while rcapd does not run", () => {
    const { type } = machine("illumos");
    expect(type("rcapadm | head -1")).toMatch(/^ +state: disabled\n$/);
    expect(type("rcapstat -z")).toBe("rcapstat: rcapd is not active\n");
  });

  test("shows zones with a cap, to a zone itself alone", () => {
    const { type, inside } = machine("illumos", {
      ...capped,
      db: { properties: { brand: "ipkg", "ip-type": "shared" } },
    });
    type("rcapadm -E");
    expect(type("rcapadm | head -1")).toMatch(/^ +state: enabled\n$/);
    expect(type("rcapstat -z | awk '{print $2, $6}'")).toBe("zone cap\nweb 512M\n");
    expect(inside("db", "rcapstat -z").split("\n")).toHaveLength(2);
  });
});
