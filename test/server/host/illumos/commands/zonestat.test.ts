import {
  amountText,
  cpuText,
  cpuTimeText,
  percentText,
} from "@zonewarden/server/host/illumos/commands/zonestatAmounts";
import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const zones = {
  web: {
    resources: [
      { type: "capped-cpu", ncpus: "0.50" },
      { type: "capped-memory", physical: "512m", swap: "1g" },
    ],
  },
  db: {},
  own: { resources: [{ type: "dedicated-cpu", ncpus: "1" }] },
};

/** web computes all that it may. */
function busy(): ReturnType<typeof machine> {
  const made = machine("omnios", zones);
  made.inside("web", "yes >/dev/null &");
  return made;
}

/** The names in the column of zones of a table or of parsable lines. */
const namesIn = (text: string): string[] =>
  text.split("\n").flatMap((line) => {
    const [, name = ""] =
      /^ +(\[?\w+\]?) +\d/.exec(line) ?? /^[\w-]+:(?:[\w-]+:)+(\[?\w+\]?):\d/.exec(line) ?? [];
    return name === "" ? [] : [name];
  });

describe("amounts", () => {
  const G = 1024 ** 3;

  test.each([
    [0, "0", "0"],
    [9999, "9999", "9999"],
    [9216 * 1024, "9216K", "9216K"],
    [45 * 1024 ** 2, "45.0M", "46080K"],
    [8 * G, "8192M", "8388608K"],
    [24 * G + G / 2, "24.5G", "25690112K"],
    // The point is missing in the program, too.
    [30_000, "292K", "292K"],
    [undefined, "-", "-"],
  ])("%s is %s, to be parsed %s", (value, human, parsable) => {
    expect([amountText(value), amountText(value, true)]).toEqual([human, parsable]);
  });

  test.each([
    [0.156, "0.15%", "0.15%"],
    [9.99, "9.99%", "9.99%"],
    [16.666, "16.6%", "16.66%"],
    [420.5, "420%", "420.50%"],
    [undefined, "-", "-"],
  ])("%s percent is %s, to be parsed %s", (value, human, parsable) => {
    expect([percentText(value), percentText(value, true)]).toEqual([human, parsable]);
  });

  test("CPUs have two digits, and CPU time hundredths of seconds", () => {
    expect([cpuText(0.5), cpuText(12.34), cpuText(1500), cpuText(undefined)]).toEqual([
      ...["0.50", "12.34", "1500", "-"],
    ]);
    expect([cpuTimeText(2.5), cpuTimeText(7325.25)]).toEqual(["0-00-02.50", "2-02-05.25"]);
  });
});

describe("zonestat -p", () => {
  test("prints fields with colons between header and footer", () => {
    expect(busy().type("zonestat -p -r default-pset,memory 5 1").split("\n")).toEqual([
      expect.stringMatching(/^interval:header:since-last-interval:2026\d{4}T\d{6}Z:1:5$/),
      "interval:physical-memory:mem_default:[resource]:8388608K",
      expect.stringMatching(/^interval:physical-memory:mem_default:\[total\]:\d+K:\d+\.\d\d%:-:-$/),
      "interval:physical-memory:mem_default:[system]:1048576K:12.50%:-:-",
      expect.stringMatching(/^interval:physical-memory:mem_default:global:/),
      expect.stringMatching(/^interval:physical-memory:mem_default:web:\d+K:0\.\d\d%:524288K:\d\.\d\d%$/),
      expect.stringMatching(/^interval:physical-memory:mem_default:db:/),
      expect.stringMatching(/^interval:physical-memory:mem_default:own:/),
      "interval:virtual-memory:vm_default:[resource]:9437184K",
      ...Array(6).fill(expect.stringMatching(/^interval:virtual-memory:vm_default:/)),
      "interval:locked-memory:mem_default:[resource]:8388608K",
      ...Array(6).fill(expect.stringMatching(/^interval:locked-memory:mem_default:/)),
      "interval:processor-set:default-pset:pset_default:[resource]:3:3:1:-:0-00-15.00",
      "interval:processor-set:default-pset:pset_default:[total]:0.50:16.66%:-:-:-:-:-:0-00-02.50",
      "interval:processor-set:default-pset:pset_default:[system]:0.00:0.00%:-:-:-:-:-:0-00-00.00",
      "interval:processor-set:default-pset:pset_default:web:0.50:16.66%:0.50:100.00%:-:-:-:0-00-02.50",
      "interval:processor-set:default-pset:pset_default:db:0.00:0.00%:-:-:-:-:-:0-00-00.00",
      "interval:processor-set:default-pset:pset_default:global:0.00:0.00%:-:-:-:-:-:0-00-00.00",
      expect.stringMatching(/^interval:footer:2026\d{4}T\d{6}Z5:5$/),
      "",
    ]);
  });

  test("has the lines of -P alone, and a timestamp before each with -T", () => {
    const { type } = busy();
    expect(type("zonestat -p -P zones -T u -r psets -z own 5 2")).toMatch(
      /^(\d{10}:interval:processor-set:dedicated-cpu:own:own:0\.00:0\.00%(:-){5}:0-00-00\.00\n\d{10}:interval:footer:\d{10}5:\d+\n){2}$/,
    );
    expect(type("zonestat -p -P resource,header -r lwps 5 1 | grep -v footer")).toMatch(
      /^interval:header:.*\ninterval:lwps:system-limit:\[resource\]:2097151K\n$/,
    );
  });

  test("shows shares, and of whom has none beside others that he has none", () => {
    const shares = {
      fair: {
        properties: { "scheduling-class": "FSS" },
        resources: [
          { type: "rctl", name: "zone.cpu-shares", value: "(priv=privileged,limit=30,action=none)" },
        ],
      },
      other: { properties: { "scheduling-class": "TS" } },
    };
    const { type } = machine("omnios", shares);
    const text = type("zonestat -p -r psets 5 1 | cut -d: -f5,10,11");
    expect(text).toContain("[total]:30:-\n");
    expect(text).toContain("fair:30:100.00%\n");
    expect(text).toContain("other:no-fss:-\n");
  });
});

describe("zonestat", () => {
  test("shows sets by -n: by their name, their zone or their number", () => {
    const { type } = busy();
    for (const name of ["own", "SUNWtmp_own"])
      expect(namesIn(type(`zonestat -r psets -n ${name} 1 1`))).toEqual(["[total]", "[system]", "own"]);
    expect(namesIn(type("zonestat -r all -n vm_default 1 1"))).toHaveLength(12);
    const plain = machine("omnios", { db: {} }).type;
    plain("psrset -c 2");
    expect(plain("zonestat -r psets -n 1 1 1 | grep psrset")).toMatch(/^1 +psrset-pset +1\/1 +0\/-\n$/);
  });

  test("sorts by use, or by the columns of -S, the summary by CPU or by what they say", () => {
    const { type } = busy();
    expect(namesIn(type("zonestat 1 1")).slice(2)).toEqual(["web", "db", "global", "own"]);
    expect(namesIn(type("zonestat -S name 1 1")).slice(2)).toEqual(["db", "global", "own", "web"]);
    expect(namesIn(type("zonestat -S physical-memory 1 1")).slice(2)).toEqual(["global", "web", "db", "own"]);
    expect(namesIn(type("zonestat -r memory -n vm_default -S cap,name 1 1")).slice(2)).toEqual([
      ...["web", "db", "global", "own"],
    ]);
  });

  test("reports over several intervals, at the end or each period, and with -q alone", () => {
    const { type } = busy();
    const titles = (line: string) => type(`${line} | grep -E '^(Interval|Report|    Interv)'`).split("\n");
    expect(titles("zonestat -R high,total -r lwps 10s 20s")).toEqual([
      "Interval: 1, Duration: 0:00:10",
      "Interval: 2, Duration: 0:00:20",
      "Report: Total Usage",
      "    Intervals: 2, Duration: 0:00:20",
      "Report: High Usage",
      "    Intervals: 2, Duration: 0:00:20",
      "",
    ]);
    expect(titles("zonestat -q -R average -r lwps 10 5 2")).toEqual([
      "Report: Average Usage",
      "    Intervals: 2, Duration: 0:00:20",
      "Report: Average Usage",
      "    Intervals: 4, Duration: 0:00:40",
      "Report: Average Usage",
      "    Intervals: 5, Duration: 0:00:50",
      "",
    ]);
    // In the report of all time counts what was computed in all of it.
    expect(type("zonestat -pqR total,high -P total -r default-pset 10 3 | grep -v footer")).toBe(
      ["report-total", "report-high"]
        .map(
          (label, i) =>
            `${label}:processor-set:default-pset:pset_default:[total]:0.50:16.66%${":-".repeat(5)}:0-00-${i === 0 ? "15" : "05"}.00\n`,
        )
        .join(""),
    );
  });

  test.each([
    ["d", /^\w{3} Jan +\d+ \d\d:\d\d:\d\d UTC 2026, Interval: 1, Duration: 0:00:05$/],
    ["i", /^202601\d\dT\d{6}Z, Interval: 1, Duration: 0:00:05$/],
    ["u", /^17\d{8}, Interval: 1, Duration: 0:00:05$/],
  ])("-T %s puts the time before the interval", (kind, line) => {
    expect(machine().type(`zonestat -T ${kind} 5 1`).split("\n")[1]).toMatch(line);
  });

  test("a number without a unit is one of intervals", () => {
    expect(machine().type("zonestat -r lwps 10 3 | grep -c Interval:")).toBe("3\n");
    expect(machine().type("zonestat -r lwps 10 25s | grep -c Interval:")).toBe("3\n");
  });

  test.each([
    ["zonestat", "Interval required."],
    ["zonestat 0", 'Invalid interval: "0"'],
    ["zonestat 5 x", 'Invalid duration: "x"'],
    ["zonestat 5 1 0", 'Invalid report period: "0"'],
    ["zonestat -P total 5", "-P requires -p"],
    ["zonestat -p -P most 5", "Unknown -O arg: most"],
    ["zonestat -p -T d 5", "-T d invalid with -p.  Use -T [u | i]"],
    ["zonestat -T x 5", "Invalid -T arg \"x\". Must be 'u', 'i', or 'd'."],
    ["zonestat -q 5", "-q requires -R"],
    ["zonestat -R low 5", "Unknown -R arg: low"],
    ["zonestat -S low 5", "Unknown -S arg: low"],
    [
      "zonestat -S cpu,virtual-memory 5",
      '-S: only one of "cpu", "physical-memory", or "virtual-memory" permitted',
    ],
    ["zonestat -r disks 5", "Unknown resource: disks"],
  ])("refuses `%s`", (line, message) => {
    const text = machine().type(`${line}; echo $?`);
    expect(text).toMatch(/^2\n/);
    expect(text).toContain(`zonestat: Error: ${message}\nUsage:\n`);
  });
});
