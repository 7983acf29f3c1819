import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const CREATE =
  "create; set zonepath=/zones/new; set ip-type=shared; add net; set physical=e1000g0; set address=192.0.2.50/24; end; add fs; set dir=/data; set special=/export/home; set type=lofs; add options [ro,nodevices]; end; set max-lwps=200";

const EXPORT = `create -b
set zonepath=/zones/new
set brand=lipkg
set autoboot=false
set ip-type=shared
add fs
set dir="/data"
set special="/export/home"
set type="lofs"
add options ro
add options nodevices
end
add net
set physical="e1000g0"
set address="192.0.2.50/24"
end
add rctl
set name="zone.max-lwps"
add value (priv=privileged,limit=200,action=deny)
end
`;

function configured(): ReturnType<typeof machine> {
  const made = machine();
  expect(made.type(`zonecfg -z new "${CREATE}"`)).toBe("");
  return made;
}

describe("zonecfg", () => {
  test("stores what is created, and shows it", () => {
    const { type } = configured();
    expect(type("zonecfg -z new export")).toBe(EXPORT);
    expect(type("zonecfg -z new info net")).toBe(
      "net:\n\taddress: 192.0.2.50/24\n\tallowed-address not specified\n\tdefrouter not specified\n\tglobal-nic not specified\n\tmac-addr not specified\n\tphysical: e1000g0\n\tvlan-id not specified\n",
    );
    expect(type("zonecfg -z new info fs")).toBe(
      "fs:\n\tdir: /data\n\tspecial: /export/home\n\traw not specified\n\ttype: lofs\n\toptions: [ro,nodevices]\n",
    );
    expect(type("zonecfg -z new info zonepath")).toBe("zonepath: /zones/new\n");
    expect(type("zonecfg -z new info | grep max-lwps:")).toBe("[max-lwps: 200]\n");
    expect(type("zoneadm list -c")).toBe("global\nnew\n");
  });

  test("reads back from a file what it has exported", () => {
    const { type } = configured();
    type("zonecfg -z new export -f /tmp/new.cfg");
    type("zonecfg -z other -f /tmp/new.cfg");
    expect(type("zonecfg -z other export")).toBe(EXPORT);
  });

  test("shows limits that are stored as resource controls as the resources that set them, in brackets", () => {
    const { type } = configured();
    const limits =
      "add capped-memory; set physical=1536M; set swap=2G; end; add capped-cpu; set ncpus=1.5; end; set max-shm-memory=512M; set cpu-shares=20";
    expect(type(`zonecfg -z new "${limits}"`)).toBe("");
    expect(type("zonecfg -z new info capped-cpu")).toBe("capped-cpu:\n\t[ncpus: 1.50]\n");
    expect(type("zonecfg -z new info capped-memory")).toBe(
      "capped-memory:\n\t[physical: 1.5G]\n\t[swap: 2G]\n",
    );
    expect(type("zonecfg -z new info cpu-shares")).toBe("[cpu-shares: 20]\n");
    const all = type("zonecfg -z new info");
    expect(all).toContain("[max-lwps: 200]\n[max-shm-memory: 512M]\n[cpu-shares: 20]\n");
    expect(all).toContain("capped-memory:\n\t[physical: 1.5G]\n\t[swap: 2G]\nrctl:\n");
    type(
      "zonecfg -z new 'clear cpu-shares; add rctl; set name=zone.cpu-shares; add value (priv=privileged,limit=5,action=deny); end'",
    );
    expect(type("zonecfg -z new info cpu-shares")).toBe("");
  });

  test("selects and removes limits that are stored as resource controls", () => {
    const { type } = configured();
    const limits = "add capped-memory; set physical=1G; set swap=2G; end; add capped-cpu; set ncpus=1.5; end";
    expect(type(`zonecfg -z new "${limits}"`)).toBe("");
    expect(type("zonecfg -z new 'select capped-memory; set swap=4G; end; select capped-cpu; end'")).toBe("");
    expect(type("zonecfg -z new export | grep limit=")).toBe(
      [
        "add value (priv=privileged,limit=200,action=deny)\n",
        "add value (priv=privileged,limit=4294967296,action=deny)\n",
        "add value (priv=privileged,limit=1073741824,action=deny)\n",
        "add value (priv=privileged,limit=150,action=deny)\n",
      ].join(""),
    );
    expect(type("zonecfg -z new 'remove capped-memory; remove capped-cpu'")).toBe("");
    expect(type("zonecfg -z new export")).toBe(EXPORT);
    expect(type("zonecfg -z new 'select capped-cpu'")).toBe("zonecfg: capped-cpu: no such resource\n");
  });

  test("changes, removes and clears", () => {
    const { type } = configured();
    type(
      "zonecfg -z new 'remove fs dir=/data; clear max-lwps; set autoboot=true; select net physical=e1000g0; set address=192.0.2.51/24; end'",
    );
    expect(type("zonecfg -z new export")).toBe(
      'create -b\nset zonepath=/zones/new\nset brand=lipkg\nset autoboot=true\nset ip-type=shared\nadd net\nset physical="e1000g0"\nset address="192.0.2.51/24"\nend\n',
    );
  });

  test("renames and deletes", () => {
    const { type } = configured();
    type("zonecfg -z new 'set zonename=neu'");
    expect(type("zoneadm list -c")).toBe("global\nneu\n");
    type("zonecfg -z neu delete");
    expect(type("zoneadm list -c")).toBe("global\n");
  });

  test.each([
    ["info", "zonecfg: new: No such zone configured\n"],
    ["create; set foo=bar", "zonecfg: foo: unknown property\n"],
    ["create; set autoboot=maybe", "zonecfg: autoboot: maybe is none of true, false\n"],
    ["create; add net; set bar=1", "zonecfg: bar: unknown property of net\n"],
    ["create; add fs; set dir=/x; end", "zonecfg: special not specified\n"],
    ["create; add nosuch", "zonecfg: nosuch: unknown resource\n"],
    ["create; frobnicate", "zonecfg: frobnicate: syntax error\n"],
  ])("%s: refused, and nothing is stored", (line, text) => {
    const { type } = machine();
    expect(type(`zonecfg -z new '${line}'`)).toBe(text);
    expect(type("zoneadm list -c")).toBe("global\n");
  });

  test("a zone that runs keeps its zonepath, and cannot be deleted", () => {
    const { type } = machine("omnios", { web: {} });
    expect(type("zonecfg -z web 'set zonepath=/zones/other'")).toMatch(/fixed, because it is running/);
    expect(type("zonecfg -z web delete -F")).toMatch(/cannot be deleted while it is running/);
  });

  test("is not for zones", () => {
    expect(machine("omnios", { web: {} }).inside("web", "zonecfg -z web info; echo $?")).toBe(
      "1\nzonecfg: zonecfg can only be run from the global zone.\n",
    );
  });
});

test("a zone goes its whole way in the shell", () => {
  const { type } = configured();
  const state = (): string => type("zoneadm -z new list -p").split(":")[2] ?? "";
  expect(state()).toBe("configured");
  expect(type("zoneadm -z new boot")).toMatch(/^zoneadm: /);
  type("zoneadm -z new install");
  expect(state()).toBe("installed");
  type("zoneadm -z new ready");
  expect(state()).toBe("ready");
  type("zoneadm -z new boot");
  expect(state()).toBe("running");
  expect(type("zlogin new 'zonename; df -n /data; touch /data/x'")).toBe(
    "new\n/data              : lofs\ntouch: /data/x: Read-only file system\n",
  );
  type("zoneadm -z new halt");
  expect(state()).toBe("installed");
  expect(type("zoneadm -z new uninstall")).toMatch(/^zoneadm: /);
  type("zoneadm -z new uninstall -F");
  expect(state()).toBe("configured");
});
