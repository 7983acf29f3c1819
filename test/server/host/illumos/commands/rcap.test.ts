import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const capped = {
  web: {
    properties: { brand: "ipkg", "ip-type": "shared" },
    resources: [{ type: "capped-memory", physical: "512M" }],
  },
};

describe("the service of rcapd", () => {
  test("is switched on and off by rcapadm and svcadm alike", () => {
    const { type } = machine("illumos");
    const state = () =>
      type("rcapadm | head -1; svcs -H -o state rcap; pgrep -x rcapd | wc -l").match(/\w+(?=\n)/g);
    type("rcapadm -E");
    expect(state()).toEqual(["enabled", "online", "1"]);
    type("svcadm disable rcap");
    expect(state()).toEqual(["disabled", "disabled", "0"]);
    type("svcadm enable rcap");
    expect(state()).toEqual(["enabled", "online", "1"]);
    type("rcapadm -D");
    expect(state()).toEqual(["disabled", "disabled", "0"]);
  });

  test("comes on with the first zone that has a cap", () => {
    const { type } = machine("illumos", capped);
    expect(type("svcs -H -o state rcap; pgrep -lx rcapd")).toMatch(/^online\n *\d+ rcapd\n$/);
  });
});

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
    expect(type("rcapadm | head -1")).toMatch(/^ +state: enabled\n$/);
    expect(type("rcapstat -z | awk '{print $2, $6}'")).toBe("zone cap\nweb 512M\n");
    expect(inside("db", "rcapstat -z").split("\n")).toHaveLength(2);
  });
});
