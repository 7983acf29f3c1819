import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { zoneHost } from "../harness.ts";
import { machine } from "./world.ts";

const zones = {
  web: {
    properties: { "ip-type": "shared" },
    resources: [{ type: "rctl", name: "zone.max-lwps", value: "(priv=privileged,limit=1000,action=deny)" }],
  },
};

const HEADER = "NAME    PRIVILEGE       VALUE    FLAG   ACTION                       RECIPIENT\n";

describe("prctl", () => {
  test("keeps its columns whatever the unit, and gives numbers with -P", () => {
    const { type } = machine("omnios", { web: { resources: [{ type: "capped-memory", swap: "1g" }] } });
    expect(type("prctl -n zone.max-swap -i zone web").split("\n").slice(2)).toEqual([
      "zone.max-swap",
      expect.stringMatching(/^ {8}usage {11}[\d.]+MB {3}$/),
      "        privileged      1.00GB      -   deny                                 -",
      "        system          16.0EB    max   deny                                 -",
      "",
    ]);
    expect(type("prctl -P -t privileged -n zone.max-swap -i zone web")).toMatch(
      /^zone: 1: web\nzone.max-swap usage \d+ - - -\nzone.max-swap privileged 1073741824 - deny -\n$/,
    );
    expect(type("prctl -t basic -n zone.max-swap -i zone web")).toBe("");
  });

  test("shows usage, privileged and system values of a zone", () => {
    const { type } = machine("omnios", zones);
    expect(type("prctl -n zone.max-lwps -i zone web")).toMatch(
      new RegExp(
        `^zone: 1: web\n${HEADER}zone.max-lwps\n {8}usage {12,16}\\d+ {4}\n {8}privileged      1.00K       -   deny {33}-\n {8}system          2.15G     max   deny {33}-\n$`,
      ),
    );
  });

  test("sets until the halt, from the global zone alone", () => {
    const { type, inside } = machine("omnios", zones);
    expect(type("prctl -n zone.cpu-shares -r -v 20 -i zone web")).toBe("");
    expect(type("prctl -n zone.cpu-shares -i zone web | grep privileged")).toBe(
      `        privileged         20       -   none${" ".repeat(33)}-\n`,
    );
    expect(inside("web", "prctl -n zone.cpu-shares -r -v 20 -i zone web")).toBe(
      "prctl: failed to set resource control value for zone.cpu-shares: Not owner\n",
    );
    type("zoneadm -z web reboot");
    expect(type("prctl -n zone.cpu-shares -i zone web | grep privileged")).toMatch(/ 1 +- +none/);
  });

  test("knows no zone of that name, and no such control", () => {
    const { type } = machine("omnios", zones);
    expect(type("prctl -n zone.max-lwps -i zone nosuch")).toBe("prctl: nosuch: No such zone\n");
    expect(type("prctl -n zone.nosuch -i zone web")).toBe("prctl: zone.nosuch: No such resource control\n");
  });
});

test("rctladm shows the flags of controls", () => {
  const { type, inside } = machine("omnios", zones);
  expect(type("rctladm -l zone.max-swap")).toBe(
    "zone.max-swap               syslog=off     [ no-basic deny bytes ]\n",
  );
  expect(inside("web", "rctladm -e syslog zone.max-swap")).toMatch(/Not owner/);
});

test("rctladm has the kernel log what is exceeded", () => {
  const { host, type, inside } = machine("omnios", {
    web: {
      ...zones.web,
      resources: [{ type: "rctl", name: "zone.max-lofi", value: "(priv=privileged,limit=0,action=deny)" }],
    },
  });
  expect(type("rctladm -e syslog=warning zone.max-lofi; rctladm -l zone.max-lofi")).toMatch(/syslog=warning/);
  inside("web", "mkfile 1m /tmp/disk || touch /tmp/disk; lofiadm -a /tmp/disk");
  const logged = host.events.filter(
    ({ kind, message }) => kind === "host.console" && message.includes("zone.max-lofi"),
  );
  expect(logged).toHaveLength(1);
  expect(type("rctladm -d syslog zone.max-lofi; rctladm -l zone.max-lofi")).toMatch(/syslog=off/);
  expect(type("rctladm -e nosuch zone.max-lofi")).toBe('rctladm: unknown action "nosuch"\n');
  expect(type("rctladm -e syslog zone.nosuch")).toBe("rctladm: zone.nosuch: No such resource control\n");
});

test("the description of a machine tells its default scheduling class", () => {
  const session = new ShellSession(zoneHost({ schedulingClass: "FSS" }));
  expect(session.run("dispadmin -d").result.stdout).toBe("FSS\t(Fair Share)\n");
});

describe("scheduling", () => {
  test("the global zone addresses a whole zone", () => {
    const { type } = machine("omnios", zones);
    expect(type("priocntl -s -c FX -i zoneid web")).toBe("");
    expect(type("priocntl -d -i zoneid web | head -1")).toBe("FIXED PRIORITY PROCESSES:\n");
    expect(type("priocntl -d $$ | head -1")).toBe("TIME SHARING PROCESSES:\n");
  });

  test.each([
    ["priocntl -s -c RT -i pid $$", "priocntl: Permissions error encountered on one or more processes.\n"],
    ["priocntl -d -i zoneid global", "priocntl: Process(es) not found.\n"],
    ["dispadmin -d FSS", "dispadmin: not supported in a non-global zone\n"],
    ["renice -n -5 $$", /^renice: \d+:setpriority: Not owner\n$/],
    ["psradm -f 1", "psradm: processor 1: Not owner\n"],
    ["pooladm -e", "pooladm: insufficient privileges\n"],
  ])("in a zone: %s", (line, text) => {
    const said = machine("omnios", zones).inside("web", line);
    if (typeof text === "string") expect(said).toBe(text);
    else expect(said).toMatch(text);
  });
});

describe("pools", () => {
  test("are off until somebody turns them on", () => {
    const { type } = machine();
    expect(type("poolstat")).toBe("poolstat: couldn't open pools state file: Facility is not active\n");
    type("pooladm -e");
    expect(type("poolstat")).toBe(
      "                              pset\n id pool             size used load\n  0 pool_default        4 0.00 0.00\n",
    );
  });

  test("a zone with processors of its own sees those alone", () => {
    const { type, inside } = machine("omnios", {
      db: { resources: [{ type: "dedicated-cpu", ncpus: "2" }] },
    });
    expect(type("poolstat | tail -1")).toBe("  1 SUNWtmp_db          2 0.00 0.00\n");
    expect(inside("db", "psrinfo | wc -l").trim()).toBe("2");
    expect(type("psrinfo | wc -l").trim()).toBe("4");
  });
});

describe("zonestat", () => {
  test("has total and system first, then zones", () => {
    const lines = machine("omnios", zones).type("zonestat 5 1").trimEnd().split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "Collecting data for first interval...",
      "Interval: 1, Duration: 0:00:05",
    ]);
    expect(lines.slice(4).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      "ZONE",
      "[total]",
      "[system]",
      "global",
      "web",
    ]);
  });

  test("in a zone folds all others into the system", () => {
    const text = machine("omnios", zones).inside("web", "zonestat -r physical-memory 5 1");
    expect(text).toMatch(/\[system\]/);
    expect(text).not.toMatch(/global/);
  });
});

describe("System V objects", () => {
  test("belong to their zone, and the global zone lists and removes them with -z", () => {
    const { type, inside } = machine("omnios", zones);
    inside("web", "syscall shmget 77 4096");
    expect(type("ipcs -m | grep 0x4d")).toBe("");
    const line = type("ipcs -m -z web | grep 0x4d");
    expect(line).toMatch(/^m +\d+ +0x4d +--rw------- +root +root\n$/);
    expect(type("ipcrm -z web -M 77; ipcs -m -z web | grep 0x4d")).toBe("");
  });
});

describe("yes", () => {
  test("takes what its zone gets of the processors as time passes, until it ends", () => {
    const capped = { type: "capped-cpu", ncpus: "0.5" };
    const { host, type, inside } = machine("omnios", { web: { resources: [capped] } });
    const own = () => Object.values(host.state.processes.byPid).find(({ command }) => command === "yes");
    inside("web", "yes > /dev/null &");
    expect(own()?.cpu).toBeUndefined();
    type("sleep 10");
    expect(own()?.cpu?.percent).toBeGreaterThan(0);
    const { time = 0 } = own()?.cpu ?? {};
    expect(type("zonestat 10 1")).toMatch(/ web +\d/);
    expect(own()?.cpu?.time).toBeGreaterThan(time);
    const { time: whole } = own()?.cpu ?? {};
    type("pkill -z web yes; sleep 10");
    expect(own()?.state ?? "zombie").toBe("zombie");
    expect(own()?.cpu?.time ?? whole).toBe(whole);
  });
});

describe("kstat", () => {
  const limited = {
    web: {
      resources: [
        { type: "capped-cpu", ncpus: "0.50" },
        { type: "capped-memory", physical: "512m", swap: "1g" },
      ],
    },
    db: {},
  };

  test("shows the cap of a zone, how much of it is used, and who waits", () => {
    const { type, inside } = machine("omnios", limited);
    inside("web", "yes >/dev/null & sleep 3");
    expect(type("kstat -m caps")).toMatch(
      /^module: caps {26} {2}instance: 1 {5}\nname: {3}cpucaps_zone_1 {16} {2}class: {4}zone_caps\n\tcrtime {24} {2}[\d.]+\n\tnwait {27}1\n\tsnaptime {22} {2}[\d.]+\n\tusage {27}50\n\tvalue {27}50\n\tzonename {22} {2}web\n\n$/,
    );
    expect(type("kstat -p caps::cpucaps_zone*:usage")).toBe("caps:1:cpucaps_zone_1:usage\t50\n");
    expect(inside("db", "kstat -p caps::: || echo none")).toBe("none\n");
  });

  test("shows memory, its limits, and none where there is none", () => {
    const { type } = machine("omnios", limited);
    expect(type("kstat -p -c zone_memory_cap -s swapcap")).toBe(
      "memory_cap:0:global:swapcap\t18446744073709551615\nmemory_cap:1:web:swapcap\t1073741824\nmemory_cap:2:db:swapcap\t18446744073709551615\n",
    );
    expect(type("kstat -p memory_cap:1::physcap")).toBe("memory_cap:1:web:physcap\t536870912\n");
  });
});
