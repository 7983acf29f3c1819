import type { Platform } from "@zonewarden/server/catalog/zonecfg/property";
import { describe, expect, it } from "vitest";
import { check, codes } from "./harness.ts";

const HEAD = "create -b\nset zonepath=/zones/web\nset brand=ipkg\n";
const exclusive = (text: string) => `${HEAD}set ip-type=exclusive\n${text}\n`;
const shared = (text: string) => `${HEAD}set ip-type=shared\n${text}\n`;
const inFs = (line: string) => shared(`add fs\nset dir=/a\nset special=/tank/a\nset type=lofs\n${line}\nend`);
const attr = (value: string) => shared(`add attr\nset name=a\nset type=string\nset value=${value}\nend`);
const rctl = (value: string) => shared(`add rctl\nset name=zone.max-lwps\nadd value ${value}\nend`);
const net = (lines: string) => `add net\nset physical=net0\n${lines}end`;

/** What people get wrong, and the finding that tells them: number in the project's list of common mistakes. */
const MISTAKES: readonly (readonly [number, string, string, string, Platform?])[] = [
  [1, "a comment behind a command", shared("set autoboot=true # on"), "syntax/comment-behind-command"],
  [3, "line ends of Windows", "create\r\nset zonepath=/zones/web\r\n", "syntax/carriage-return"],
  [4, "no line end at the end", shared("set autoboot=true").trimEnd(), "zone/last-command"],
  [5, "no `end` at the end", exclusive("add net\nset physical=net0"), "zone/unfinished-resource"],
  [
    6,
    "no `end` between two resources",
    exclusive(`add net\nset physical=net1\n${net("")}`),
    "zone/missing-end",
  ],
  [7, "`exit` in a resource", exclusive("add net\nset physical=net0\nexit"), "zone/exit-in-resource"],
  [8, "an abbreviation", shared("ver"), "syntax/unknown-command"],
  [8, "capital letters", shared("SET autoboot=true"), "syntax/unknown-command"],
  [9, "options in one word", inFs("add options ro,nodevices"), "zone/options-comma"],
  [10, "`add` with `=`", inFs("add options=ro"), "syntax/stray-equals"],
  [11, "`remove` without a property", shared("remove fs /export"), "syntax/missing-equals"],
  [11, "`remove` with `=`", "remove inherit-pkg-dir=/usr\n", "syntax/stray-equals"],
  [12, "a value with a blank", shared("set bootargs=-m verbose"), "syntax/value-needs-quotes"],
  [13, "single quotes", shared("set pool='web'"), "zone/single-quotes"],
  [13, "single quotes around blanks", shared("set bootargs='-m verbose'"), "syntax/value-needs-quotes"],
  [14, "a list over several lines", inFs("set options=[ro,"), "syntax/unclosed-list"],
  [15, "a value with quotes in it", attr('{"a":1}'), "syntax/value-needs-quotes"],
  [16, "`yes` for a boolean", shared("set autoboot=yes"), "zone/bad-word"],
  [17, "a property that there is not", shared("set auto-boot=true"), "syntax/unknown-word"],
  [17, "max-lofi has no shorthand", shared("set max-lofi=10"), "syntax/unknown-word"],
  [18, "a property before `add`", exclusive("set physical=net0"), "zone/outside-resource"],
  [
    19,
    "a property of the zone in a resource",
    exclusive(net("set autoboot=true\n")),
    "zone/foreign-property",
  ],
  [
    20,
    "a link that needs ip-type first",
    shared("add net\nset physical=net\nset address=192.0.2.1/24\nend"),
    "zone/bad-link",
  ],
  [
    21,
    "ip-type changed later",
    shared(`${net("set address=192.0.2.1/24\n")}\nset ip-type=exclusive`),
    "zone/net-address",
  ],
  [22, "`address` in an exclusive-IP zone", exclusive(net("set address=192.0.2.1/24\n")), "zone/net-address"],
  [23, "no `address` in a shared-IP zone", shared(net("")), "zone/net-address"],
  [24, "IPv6 without a prefix", exclusive(net("set allowed-address=fe80::1\n")), "zone/prefix-missing"],
  [
    25,
    "addresses in a list",
    exclusive(net("set allowed-address=192.0.2.1,192.0.2.2\n")),
    "zone/bad-address",
  ],
  [26, "a router alone", exclusive(net("set defrouter=192.0.2.1\n")), "zone/defrouter-alone"],
  [27, "a logical interface", exclusive("add net\nset physical=e1000g0:1\nend"), "zone/bad-link"],
  [28, "the same link twice", exclusive(`${net("")}\n${net("")}`), "zone/duplicate"],
  [
    29,
    "a router with a prefix",
    shared(net("set address=192.0.2.9/24\nset defrouter=192.0.2.1/24\n")),
    "zone/prefix-ignored",
  ],
  [30, "a zone name with a colon", "create -b\nset zonename=a:b\n", "zone/bad-zonename"],
  [34, "a relative zonepath", "create -b\nset zonepath=zones/web\n", "zone/bad-zonepath"],
  [34, "the root as zonepath", "create -b\nset zonepath=/\n", "zone/bad-zonepath"],
  [38, "no brand", "create -b\nset zonepath=/zones/web\n", "zone/brand-missing"],
  [39, "export before commit", shared("export"), "zone/export-uncommitted"],
  [41, "half a CPU of its own", shared("add dedicated-cpu\nset ncpus=2.5\nend"), "zone/bad-cpus"],
  [41, "an open range", shared("add dedicated-cpu\nset ncpus=4-\nend"), "zone/bad-cpus"],
  [42, "too little CPU", shared("add capped-cpu\nset ncpus=0.001\nend"), "zone/bad-cpus"],
  [43, "too little swap", shared("add capped-memory\nset swap=10M\nend"), "zone/too-small"],
  [43, "a unit with B", shared("add capped-memory\nset swap=2GB\nend"), "zone/bad-size"],
  [44, "an empty cap", shared("add capped-memory\nend"), "zone/missing-property"],
  [
    44,
    "more locked than physical",
    shared("add capped-memory\nset physical=1G\nset locked=2G\nend"),
    "zone/locked-above-physical",
  ],
  [
    45,
    "a second cap",
    shared("add capped-memory\nset swap=1G\nend\nadd capped-memory\nset locked=1G\nend"),
    "zone/single-resource",
  ],
  [
    46,
    "CPUs of its own and a pool",
    shared("set pool=a\nadd dedicated-cpu\nset ncpus=1\nend"),
    "zone/cpu-conflict",
  ],
  [
    46,
    "CPUs of its own and shares",
    shared("set cpu-shares=2\nadd dedicated-cpu\nset ncpus=1\nend"),
    "zone/cpu-conflict",
  ],
  [47, "shares without FSS", shared("set cpu-shares=2\nset scheduling-class=TS"), "zone/scheduling-class"],
  [48, "clearing what is not set", shared("clear max-lwps"), "zone/clear-unset"],
  [
    49,
    "a shorthand over another control",
    `${rctl("(priv=privileged,limit=500,action=none)")}set max-lwps=900\n`,
    "zone/alias-conflict",
  ],
  [50, "a basic value", rctl("(priv=basic,limit=500,action=deny)"), "zone/bad-rctl-value"],
  [50, "a signal", rctl("(priv=privileged,limit=500,action=signal)"), "zone/bad-rctl-value"],
  [
    51,
    "quotes in a tuple",
    rctl('(priv=privileged,limit="500",action=deny)'),
    "syntax/quoted-in-complex",
    "illumos",
  ],
  [
    52,
    "an underscore in a name",
    shared("add attr\nset name=a_b\nset type=string\nset value=x\nend"),
    "zone/bad-attr-name",
  ],
  [53, "an attribute without a value", attr('""'), "zone/missing-property"],
  [54, "`=` in a value", attr("disk=/dev/x,serial=1"), "syntax/value-needs-quotes"],
  [55, "lower flags alone", shared("add security-flags\nset lower=aslr\nend"), "zone/security-flags-order"],
  [
    56,
    "a prohibited privilege",
    exclusive("set limitpriv=default,dtrace_kernel"),
    "zone/prohibited-privilege",
  ],
  [57, "no `default`", exclusive("set limitpriv=dtrace_user"), "zone/required-privilege"],
  [58, "an NFS file system", inFs("set type=nfs"), "zone/refused-fs-type"],
  [59, "ufs without raw", inFs("set special=/dev/dsk/c0t0d0s0\nset type=ufs"), "zone/raw-missing"],
  [62, "blanks in fs-allowed", shared('set fs-allowed="ufs, pcfs"'), "zone/bad-fs-allowed"],
  [63, "all ones", shared("set hostid=ffffffff"), "zone/bad-hostid"],
  [63, "too many digits", shared("set hostid=123456789"), "zone/bad-hostid"],
  [64, "`-F` with a filter", shared("remove -F net physical=net0"), "syntax/extra-word", "illumos"],
  [
    65,
    "`remove` of several",
    `${inFs("")}add fs\nset dir=/b\nset special=/b\nset type=lofs\nend\nremove fs\n`,
    "zone/several-matches",
  ],
  [66, "`select` without a filter", shared("select net\nend"), "syntax/missing-argument"],
  [
    66,
    "`select` of two",
    `${inFs("")}add fs\nset dir=/b\nset special=/b\nset type=lofs\nend\nselect fs type=lofs\nend\n`,
    "zone/several-matches",
  ],
  [67, "`delete` that asks", "delete\n", "zone/needs-force"],
  [68, "`cancel` of what is stored", shared("add capped-memory\nset swap=1G\ncancel"), "zone/cancel-keeps"],
  [71, "a session", "zonecfg:web> create -b\nzonecfg:web> set zonepath=/zones/web\n", "syntax/transcript"],
  [73, "`verify save`", shared("verify save"), "zone/verify-saves"],
  [
    76,
    "Linux with a shared stack",
    "create -t lx\nset zonepath=/zones/web\nset ip-type=shared\n",
    "zone/brand-ip-type",
  ],
  [77, "a sparse zone on illumos", shared("add inherit-pkg-dir\nset dir=/usr\nend"), "zone/other-platform"],
  [78, "an anet on illumos", exclusive("add anet\nset linkname=net0\nend"), "zone/other-platform"],
  [
    79,
    "a list in a pair",
    "add net\nset physical=net0\nadd property (name=ips,value=192.0.2.1/24,192.0.2.2/24)\nend\n",
    "syntax/unknown-word",
    "omnios",
  ],
  [
    80,
    "`set property`",
    "add device\nset match=/dev/a\nset property=(name=a,value=b)\nend\n",
    "zone/set-property",
    "omnios",
  ],
];

describe("common mistakes", () => {
  for (const [number, title, text, code, platform] of MISTAKES)
    it(`${number}: ${title}`, () => {
      expect(codes(text, platform)).toContain(code);
    });

  it("one mistake is one error", () => {
    const several = MISTAKES.filter(([, , text, , platform]) => {
      const found = check(text, platform).filter((seen) => seen.severity === "error");
      return found.length > 1;
    });
    expect(several.map(([number, title]) => `${number} ${title}`)).toEqual([]);
  });
});

it("a privilege that is a letter off is an error on any platform, one that Solaris may have a warning", () => {
  const severity = (privilege: string) =>
    check(`create -b\nset zonepath=/zones/web\nset limitpriv=default,${privilege}\n`)
      .filter(({ code }) => code === "zone/unknown-privilege")
      .map((found) => found.severity);
  expect(severity("dtrace_pro")).toEqual(["error"]);
  expect(severity("sys_teleport")).toEqual(["warning"]);
  expect(severity("dtrace_proc")).toEqual([]);
});

it("a zone without a zonepath is told of as long as the platform is not known", () => {
  const found = (platform?: Platform) =>
    check("create\nset autoboot=true\n", platform)
      .filter(({ code }) => code === "zone/zonepath-missing")
      .map(({ severity }) => severity);
  expect(found()).toEqual(["information"]);
  expect(found("illumos")).toEqual(["error"]);
  expect(found("solaris11")).toEqual([]);
});

it("a range of CPUs the wrong way round is turned", () => {
  expect(check(shared("add dedicated-cpu\nset ncpus=4-1\nend"))).toMatchObject([
    {
      code: "zone/bad-cpus",
      severity: "error",
      message: "The lower number of CPUs goes first: `1-4`.",
      replacement: "1-4",
    },
  ]);
});
