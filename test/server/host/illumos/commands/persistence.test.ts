import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const web = {
  resources: [{ type: "net", physical: "web0", "global-nic": "e1000g0", "allowed-address": "192.0.2.9/24" }],
};

describe("route -p", () => {
  test("keeps routes over a reboot of the zone, which others do not survive", () => {
    const { inside } = machine("omnios", { web });
    expect(inside("web", "route -p show")).toBe("No persistent routes are defined\n");
    expect(inside("web", "route -p add default 192.0.2.1")).toBe(
      "add net default: gateway 192.0.2.1\nadd persistent net default: gateway 192.0.2.1\n",
    );
    inside("web", "route add 198.51.100.0/24 192.0.2.2");
    inside("web", "reboot");
    expect(inside("web", "netstat -rn | grep -c 192.0.2.1")).toBe("1\n");
    expect(inside("web", "netstat -rn | grep -c 192.0.2.2")).toBe("0\n");
    expect(inside("web", "route -p show")).toBe("persistent: route add default 192.0.2.1\n");
  });

  test("says of table and file what is there already, and what is not", () => {
    const { inside } = machine("omnios", { web });
    inside("web", "route -p add default 192.0.2.1");
    expect(inside("web", "route -p add default 192.0.2.1")).toBe(
      "add net default: gateway 192.0.2.1: entry exists\nadd persistent net default: gateway 192.0.2.1: entry exists\n",
    );
    inside("web", "route -p delete default 192.0.2.1");
    expect(inside("web", "route -p delete default 192.0.2.1")).toMatch(/not in table\n.*not in file\n$/);
  });

  test("a zone that shares the stack adds nothing", () => {
    const shared = machine("omnios", { web: { properties: { "ip-type": "shared" } } });
    expect(shared.inside("web", "route add default 192.0.2.1")).toMatch(/insufficient privileges/);
  });
});

describe("zfs", () => {
  const data = (): ReturnType<typeof machine> => {
    const one = machine();
    one.type("zfs create -o mountpoint=/data rpool/data; zfs create rpool/data/a; zfs create rpool/data/b");
    one.type("zfs snapshot -r rpool/data@old; zfs clone rpool/data/a@old rpool/copy");
    return one;
  };

  test("renames snapshots with those below, and clones know their new name", () => {
    const { type } = data();
    expect(type("zfs rename -r rpool/data@old rpool/data@new")).toBe("");
    expect(type("zfs list -H -t snapshot -o name -r rpool/data | sort")).toBe(
      "rpool/data/a@new\nrpool/data/b@new\nrpool/data@new\n",
    );
    expect(type("zfs get -H -o value origin rpool/copy")).toBe("rpool/data/a@new\n");
    expect(type("zfs rename rpool/data@new @newer; zfs list -H -t snapshot -o name rpool/data@newer")).toBe(
      "rpool/data@newer\n",
    );
  });

  test.each([
    [
      "zfs rename rpool/data@nosuch rpool/data@x",
      "cannot open 'rpool/data@nosuch': dataset does not exist\n",
    ],
    [
      "zfs rename -r rpool/data@old rpool/data@old",
      "cannot rename 'rpool/data@old': dataset already exists\n",
    ],
    ["zfs inherit quota rpool/data", "'quota' property cannot be inherited\n"],
    ["zfs inherit compression rpool/nosuch", "cannot open 'rpool/nosuch': dataset does not exist\n"],
  ])("%s", (line, text) => {
    expect(data().type(line)).toBe(text);
  });

  test("inherits properties, and the place of the dataset above", () => {
    const { type } = data();
    type("zfs set compression=gzip rpool/data/a; zfs set mountpoint=/elsewhere rpool/data/a");
    expect(type("zfs inherit -r compression rpool/data; zfs inherit mountpoint rpool/data/a")).toBe("");
    expect(type("zfs get -H -o source compression rpool/data/a")).not.toBe("local\n");
    expect(type("zfs get -H -o value mountpoint rpool/data/a; mount | grep -c '^/data/a '")).toBe(
      "/data/a\n1\n",
    );
  });
});
