import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const web = { web: { properties: { "ip-type": "shared" } } };

describe("psrset", () => {
  test("makes sets, moves processors and gives them back", () => {
    const { type } = machine();
    expect(type("psrset -c 2-3")).toBe(
      "created processor set 1\nprocessor 2: was not assigned, now 1\nprocessor 3: was not assigned, now 1\n",
    );
    expect(type("psrset")).toBe("user processor set 1: processors 2 3\n");
    expect(type("psrset -r 3")).toBe("processor 3: was 1, now not assigned\n");
    expect(type("psrset -p")).toBe("processor 2: 1\n");
    expect(type("psrset -d 1; psrset -i")).toBe("removed processor set 1\n");
  });

  test("binds processes, and says of whom", () => {
    const { type } = machine("omnios", web);
    type("psrset -c 2");
    expect(type("psrset -b 1 $$")).toMatch(/^process id \d+: was not bound, now 1\n$/);
    expect(type("psrset -q $$")).toMatch(/^process id \d+: 1\n$/);
    expect(type("psrset -u $$")).toMatch(/^process id \d+: was 1, now not bound\n$/);
    expect(type("psrset -b 7 $$")).toMatch(/^psrset: cannot bind pid \d+: Invalid argument\n$/);
    expect(type("psrset -b -z web 1")).toBe("zone web: bound to 1\n");
    expect(type("psrset -q $(pgrep -z web init)")).toMatch(/: 1\n$/);
  });

  test("is not for zones, nor while pools have the sets", () => {
    const { type, inside } = machine("omnios", web);
    expect(inside("web", "psrset -c")).toBe("psrset: could not create processor set: Not owner\n");
    type("pooladm -e");
    expect(type("psrset -c")).toBe("psrset: could not create processor set: Operation not supported\n");
  });

  test("the last processor stays in the default set", () => {
    expect(machine().type("psrset -c 0 1 2 3")).toContain("psrset: cannot assign processor 3: Device busy");
  });
});

describe("pbind", () => {
  test("binds to a processor, and ends it", () => {
    const { type } = machine();
    expect(type("pbind -b 1 $$")).toMatch(/^process id \d+: was not bound, now 1\n$/);
    expect(type("pbind -q | head -1")).toMatch(/^process id \d+: 1\n$/);
    expect(type("pbind -u $$")).toMatch(/^process id \d+: was 1, now not bound\n$/);
    expect(type("pbind -b 9 $$")).toMatch(/^pbind: cannot bind pid \d+: Invalid argument\n$/);
  });
});

describe("poolcfg and pooladm", () => {
  const made = (): ReturnType<typeof machine> => {
    const one = machine("omnios", web);
    one.type("pooladm -e; pooladm -s");
    one.type("poolcfg -c 'create pset pset_web ( uint pset.min = 1 ; uint pset.max = 2 )'");
    one.type("poolcfg -c 'create pool pool_web ( string pool.scheduler = \"FSS\" )'");
    one.type("poolcfg -c 'associate pool pool_web ( pset pset_web )'");
    return one;
  };

  test("change a file, which comes into force when it is committed", () => {
    const { type } = made();
    expect(type("poolstat | wc -l").trim()).toBe("3");
    expect(type("pooladm -c")).toBe("");
    expect(type("poolstat -p pool_web | tail -1")).toBe("  1 pool_web            1 0.00 0.00\n");
    expect(type("pooladm | grep scheduler")).toBe("\t\tstring\tpool.scheduler FSS\n");
    expect(type("poolcfg -c 'info pset pset_web' | grep max")).toBe("\t\tuint\tpset.max 2\n");
  });

  const where = "poolbind -q $(pgrep -z web init)";

  test.each([
    ["is removed with all others", "pooladm -x"],
    ["is not in the configuration that comes into force", "poolcfg -c 'destroy pool pool_web'; pooladm -c"],
    ["is destroyed", "poolcfg -dc 'destroy pool pool_web'"],
  ])("a zone goes into the default pool when its own %s", (_, line) => {
    const { host, type } = made();
    type("pooladm -c; poolbind -p pool_web -i zoneid web");
    expect(type(where)).toMatch(/pool_web$/m);
    expect(type(line)).toBe("");
    expect(type("poolstat | wc -l").trim()).toBe("3");
    expect(type(where)).toMatch(/pool_default$/m);
    expect(host.events.filter(({ kind }) => kind === "zone.pool").at(-1)).toMatchObject({
      container: "web",
      message: "Pool pool_web is destroyed: zone web is in pool_default now.",
    });
  });

  test("all CPUs go back, whatever the sets want at least", () => {
    const { type, inside } = made();
    type("pooladm -c; poolbind -p pool_web -i zoneid web");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("1");
    type("pooladm -x");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("4");
    expect(type("pooladm | grep -c 'pset pset'")).toBe("1\n");
  });

  test("a zone with CPUs of its own loses them, and has them again after its reboot", () => {
    const { type, inside } = machine("omnios", {
      web: { resources: [{ type: "dedicated-cpu", ncpus: "2" }] },
    });
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("2");
    expect(type("pooladm -x")).toBe("");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("4");
    expect(type("zoneadm -z web reboot")).toBe("");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("2");
  });

  test("-d disables the service, which removes all pools before", () => {
    const { type, inside } = made();
    type("pooladm -c; poolbind -p pool_web -i zoneid web");
    expect(type("svcs -H -o state pools")).toBe("online\n");
    expect(type("pooladm -d; svcs -H -o state pools")).toBe("disabled\n");
    expect(type("pooladm")).toBe("pooladm: couldn't open pools state file: Facility is not active\n");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("4");
    // With the service what is stored comes into force again; the zone is not bound any more.
    expect(type("svcadm enable pools; pooladm | grep -c 'pool pool'")).toBe("2\n");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("3");
  });

  test("come from the file again when their service is restarted or refreshed", () => {
    const { type } = made();
    type("pooladm -c; poolbind -p pool_web -i zoneid web; poolcfg -dc 'create pool other'");
    expect(type("svcadm refresh pools; poolstat | grep -c other")).toBe("0\n");
    expect(type(where)).toMatch(/pool_web$/m);
    expect(type("svcadm restart pools; svcs -H -o state pools")).toBe("online\n");
    expect(type("poolstat | grep -c pool_web")).toBe("1\n");
    expect(type(where)).toMatch(/pool_default$/m);
  });

  test("on Solaris 11 those of zones with CPUs of their own stay", () => {
    const { type, inside } = machine("solaris", {
      web: { resources: [{ type: "dedicated-cpu", ncpus: "2" }] },
    });
    type("poolcfg -dc 'create pool other'; pooladm -x");
    expect(inside("web", "psrinfo | wc -l").trim()).toBe("2");
    expect(type("poolstat | grep -c other")).toBe("0\n");
    type("pooladm -d");
    expect(type("svcs -H -o state pools")).toBe("maintenance\n");
  });

  test("are not enabled beside sets of psrset", () => {
    const { type } = machine();
    type("psrset -c 2");
    expect(type("pooladm -e")).toBe(
      'svcadm: Instance "svc:/system/pools:default" is in maintenance state.\npooladm: cannot enable pools: Error 0\n',
    );
    expect(type("svcs -H -o state pools")).toBe("maintenance\n");
    type("psrset -d 1");
    expect(type("svcadm clear pools; svcs -H -o state pools; pooladm | wc -l")).not.toMatch(/maintenance/);
  });

  test.each([
    ["pooladm -x -c", /^Usage:\tpooladm/],
    ["pooladm /etc/pooladm.conf", /^Usage:\tpooladm/],
    ["pooladm -d -e", /^Usage:\tpooladm/],
    ["pooladm -c /none", /^pooladm: couldn't open configuration at '\/none': No such file or directory\n$/],
  ])("refuses %s", (line, text) => {
    expect(machine().type(line)).toMatch(text);
  });

  test("change what is in force with -d", () => {
    const { type } = machine();
    type("pooladm -e");
    type("poolcfg -dc 'create pset db ( uint pset.min = 0 ; uint pset.max = 4 )'");
    expect(type("poolcfg -dc 'transfer to pset db ( cpu 3 ; cpu 2 )'")).toBe("");
    expect(type("poolcfg -dc 'info pset db' | grep size")).toBe("\t\tuint\tpset.size 2\n");
    type("poolcfg -dc 'transfer 1 from pset db to pset_default'");
    expect(type("poolcfg -dc 'info pset db' | grep size")).toBe("\t\tuint\tpset.size 1\n");
    type("poolcfg -dc 'rename pset db to data'");
    expect(type("poolcfg -dc 'destroy pset db'")).toBe("poolcfg: cannot locate pset, db\n");
    expect(type("poolcfg -dc 'destroy pset data'; psrinfo | wc -l").trim()).toBe("4");
  });

  test.each([
    [
      "poolcfg -c info",
      "poolcfg: cannot load configuration from /etc/pooladm.conf: No such file or directory\n",
    ],
    [
      "poolcfg -dc 'create pool pool_default'",
      "poolcfg: cannot create pool, pool_default: Bad parameter supplied\n",
    ],
    [
      "poolcfg -dc 'destroy pool pool_default'",
      "poolcfg: cannot destroy pool, pool_default: Bad parameter supplied\n",
    ],
    [
      "poolcfg -dc 'modify pset pset_default ( uint pset.max = few )'",
      "poolcfg: cannot set property pset.max: Bad parameter supplied\n",
    ],
    ["poolcfg -dc 'associate pool pool_default ( pset no )'", "poolcfg: cannot locate pset, no\n"],
    ["poolcfg -dc 'create zone'", "poolcfg: syntax error\n"],
    [
      "poolcfg -dc 'create pset many ( uint pset.min = 9 ; uint pset.max = 9 )'",
      "poolcfg: cannot commit the dynamic configuration: Invalid argument\n",
    ],
  ])("%s", (line, text) => {
    const { type } = machine();
    type("pooladm -e");
    expect(type(line)).toBe(text);
  });

  test("a zone sees its own pool and changes nothing", () => {
    const { type, inside } = machine("omnios", web);
    type("pooladm -e; poolcfg -dc 'create pool other'");
    expect(inside("web", "pooladm | grep -c 'pool '")).toBe("1\n");
    expect(inside("web", "poolcfg -dc 'create pool mine'")).toBe(
      "poolcfg: cannot commit the dynamic configuration: Not owner\n",
    );
    for (const flag of ["-x", "-d", "-e", "-c"])
      expect(inside("web", `pooladm ${flag}`)).toBe("pooladm: insufficient privileges\n");
  });

  test("poold waits for pools, and makes the importance of CPUs count", () => {
    const dedicated = "add dedicated-cpu; set ncpus=1-2; set importance=5; end";
    const define = `zonecfg -z a 'create -b; set brand=ipkg; set zonepath=/zones/a; ${dedicated}'`;
    const boot = `${define}; zoneadm -z a install >/dev/null; zoneadm -z a boot`;
    expect(machine("illumos").type(boot)).toContain("poold is not running (svc:/system/pools/dynamic)");
    const { type } = machine("illumos");
    type("svcadm enable pools/dynamic");
    expect(type("svcs -H -o state pools/dynamic; pgrep -x poold")).toBe("offline\n");
    type("svcadm enable pools");
    expect(type("svcs -H -o state pools/dynamic; pgrep -lx poold")).toMatch(/^online\n *\d+ poold\n$/);
    expect(type(boot)).toBe("");
  });
});
