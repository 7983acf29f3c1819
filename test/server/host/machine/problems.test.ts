import type { HostProblemKind } from "@zonewarden/server/host/machine/problems";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import { readHostFile } from "@zonewarden/server/workspace/hostFile";
import { describe, expect, it } from "vitest";

/** The problems of a text as `kind line:character-line:character message`, counted from 0. */
function problemsOf(text: string): string[] {
  return readHostFile(text).problems.map(({ kind, message, range: { start, end } }) => {
    const place = `${start.line}:${start.character}-${end.line}:${end.character}`;
    return `${kind} ${place} ${message}`;
  });
}

/** A file of FreeBSD with one more line; what that line says stands in line 1 from character 0. */
const freebsd = (line: string) => `{ "system": "freebsd",\n${line} }`;
const illumos = (line: string) => `{ "system": "illumos",\n${line} }`;

describe("syntax", () => {
  it.each([
    ["", 'syntax 0:0-0:0 The file is empty: it needs at least { "system": "freebsd" }.'],
    [" // nothing\n", 'syntax 0:0-1:0 The file is empty: it needs at least { "system": "freebsd" }.'],
    ['{ "system": "freebsd"', "syntax 0:21-0:21 A closing brace is missing."],
    ['{ "system": "freebsd",\n "links": [', "syntax 1:11-1:11 A closing bracket is missing."],
    ['{ "system" "freebsd" }', "syntax 0:11-0:20 A colon is missing between key and value."],
    ['{ "system": "freebsd"\n  "cpus": 4 }', "syntax 1:2-1:8 A comma is missing before this."],
    ['{ "system": }', "syntax 0:12-0:13 A value is expected here."],
    ["{ system: 1 }", "syntax 0:2-0:8 This is no value of JSON: texts stand in double quotes."],
    ['{ "system": "freebsd', "syntax 0:12-0:20 The text is not closed: a double quote is missing."],
    ['{ "system": "\\q" }', "syntax 0:12-0:16 JSON has no such escape: a backslash is written as two."],
    ["{} {}", "syntax 0:3-0:4 The file goes on behind its end."],
    ["/* no end", "syntax 0:0-0:9 The comment is not closed."],
  ])("%j", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it("refuses what is nested without end, instead of running out of stack", () => {
    const deep = "Nothing in a host file is as deep as this.";
    expect(problemsOf("[".repeat(100_000))).toEqual([`syntax 0:100-0:101 ${deep}`]);
    expect(problemsOf(`{ "system": "[[", "a": /* [ */ ${"[".repeat(99)}${"]".repeat(99)} }`)).not.toContain(
      deep,
    );
    expect(new HostDocument("/w/h", "file:///w/h", "[".repeat(100_000)).at(["system"])).toBeUndefined();
  });

  it("takes comments, a comma behind the last item, and a byte order mark", () => {
    expect(problemsOf('\uFEFF// a machine\n{ "system": "freebsd", /* of ours */ "cpus": 2, }')).toEqual([]);
  });
});

describe("keys and types", () => {
  it.each([
    ["[]", "type 0:0-0:2 A host file must be an object, not a list."],
    ["{}", "missing 0:0-0:1 `system` is missing in the host file."],
    ['{"system":"freebsd","system":"illumos"}', "duplicate 0:20-0:28 `system` is there already."],
    [
      '{"system":"freebds"}',
      'value 0:10-0:19 `system` must be one of freebsd, illumos, omnios, smartos, solaris, not "freebds". Did you mean `freebsd`?',
    ],
    [freebsd('"cpu": 1'), "unknown-key 1:0-1:5 There is no `cpu` in a host file. Did you mean `cpus`?"],
    [
      freebsd('"links": [{ "name": "em0", "adresses": [] }]'),
      "unknown-key 1:27-1:37 There is no `adresses` in `links[0]`. Did you mean `addresses`?",
    ],
    [
      freebsd('"directories": [{ "path": "/a", "mod": "0755" }]'),
      "unknown-key 1:32-1:37 There is no `mod` in `directories[0]`. Did you mean `mode`?",
    ],
    [freebsd('"zzzzzz": 1'), "unknown-key 1:0-1:8 There is no `zzzzzz` in a host file."],
    [freebsd('"cpus": "4"'), 'type 1:8-1:11 `cpus` must be a whole number, not "4".'],
    [freebsd('"cpus": 1.5'), "type 1:8-1:11 `cpus` must be a whole number, not 1.5."],
    [freebsd('"cpus": 0'), "value 1:8-1:9 `cpus` must be at least 1."],
    [freebsd('"cpus": 5000'), "value 1:8-1:12 `cpus` must be at most 1024."],
    [freebsd('"hostname": ""'), "value 1:12-1:14 `hostname` must not be empty."],
    [freebsd('"memory": null'), "type 1:10-1:14 `memory` must be a whole number or a text, not null."],
    [freebsd('"memory": "8X"'), "value 1:10-1:14 A size is a number of bytes, or one with K, M, G, T or P."],
    [freebsd('"links": {}'), "type 1:9-1:11 `links` must be a list, not an object."],
    [freebsd('"links": [{}]'), "missing 1:10-1:11 `name` is missing in `links[0]`."],
    [
      freebsd('"links": [{ "name": "0" }]'),
      "value 1:20-1:23 A link is named by a letter and up to 30 letters, digits, _, . or -.",
    ],
    [freebsd('"directories": ["tmp/"]'), "value 1:16-1:22 A path starts with / and does not end with one."],
    [freebsd('"directories": [3]'), "type 1:16-1:17 `directories[0]` must be a text or an object, not 3."],
    [
      freebsd('"sysctls": { "a b": 1 }'),
      "value 1:13-1:18 This is a single word: it must not be empty or contain blanks.",
    ],
    [freebsd('"devfsRulesets": { "x": [] }'), "value 1:19-1:22 A devfs ruleset has a number up to 65535."],
    [
      freebsd('"services": [{ "name": "a", "listens": ["tcp *:1"] }]'),
      "value 1:40-1:49 It listens on a protocol and an address as sockstat(1) prints them: `tcp4 *:22`, `udp6 [::1]:123`, `unix /var/run/log`.",
    ],
  ])("%s", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });
});

describe("what does not fit together", () => {
  it.each([
    [freebsd('"release": "fifteen"'), "value 1:11-1:20 A release of FreeBSD is a number such as 15 or 14.3."],
    [freebsd('"release": "11.4"'), "value 1:11-1:17 Zonewarden knows FreeBSD 12 to 15."],
    [
      freebsd('"brands": ["lx"]'),
      "wrong-system 1:0-1:8 `brands` is for illumos and its relatives only, and this host runs freebsd.",
    ],
    [
      illumos('"devfsRulesets": {}'),
      "wrong-system 1:0-1:15 `devfsRulesets` is for FreeBSD only, and this host runs illumos.",
    ],
    [
      freebsd('"links": [{ "name": "a" }, { "name": "a" }]'),
      "duplicate 1:37-1:40 There is a second link `a`.",
    ],
    [
      freebsd('"links": [{ "name": "a", "kind": "etherstub" }]'),
      "wrong-system 1:33-1:44 There is no etherstub on freebsd.",
    ],
    [
      illumos('"links": [{ "name": "a", "kind": "epair" }]'),
      "wrong-system 1:33-1:40 There is no epair on illumos.",
    ],
    [
      freebsd('"links": [{ "name": "a", "addresses": ["192.0.2.300/24"] }]'),
      "value 1:39-1:55 192.0.2.300/24 is no address that a link can have.",
    ],
    [
      freebsd('"links": [{ "name": "a", "addresses": ["224.0.0.1/24"] }]'),
      "value 1:39-1:53 224.0.0.1/24 is no address that a link can have.",
    ],
    [
      freebsd('"links": [{ "name": "a", "addresses": ["2001:db8::1/64", "2001:DB8:0::1/64"] }]'),
      "duplicate 1:57-1:75 The link has the address 2001:DB8:0::1/64 already.",
    ],
    [
      freebsd('"links": [{ "name": "v", "kind": "vlan", "vlan": 3 }]'),
      "missing 1:10-1:11 A vlan is over another link: `over` is missing.",
    ],
    [
      freebsd('"links": [{ "name": "e" }, { "name": "v", "kind": "vlan", "over": "e" }]'),
      "missing 1:27-1:28 A vlan has a tag: `vlan` is missing.",
    ],
    [
      illumos('"links": [{ "name": "v", "kind": "vnic", "over": "net0" }]'),
      "reference 1:49-1:55 There is no link `net0`.",
    ],
    [
      illumos(
        '"links": [{ "name": "o0", "kind": "overlay", "overlay": { "vnetid": 1, "listenIp": "192.0.2.9" } }]',
      ),
      "reference 1:83-1:94 192.0.2.9 is no address of this machine.",
    ],
    [
      freebsd('"links": [{ "name": "b", "members": [] }]'),
      "value 1:25-1:34 `members` is for bridge, lagg, aggr, not for a link that is physical.",
    ],
    [
      freebsd('"links": [{ "name": "b", "kind": "bridge", "members": ["b"] }]'),
      "reference 1:55-1:58 The link `b` refers to itself.",
    ],
    [
      freebsd('"links": [{ "name": "a", "kind": "epair", "peer": "b" }, { "name": "b", "kind": "epair" }]'),
      "reference 1:50-1:53 The peer of `b` is not `a`.",
    ],
    [
      freebsd('"routes": [{ "destination": "10/8", "gateway": "192.0.2.1" }]'),
      "value 1:28-1:34 10/8 is no network: write default or 198.51.100.0/24.",
    ],
    [
      freebsd('"routes": [{ "destination": "default", "gateway": "em9" }]'),
      "reference 1:50-1:55 em9 is neither an address nor a link.",
    ],
    [
      freebsd('"routes": [{ "destination": "10.0.0.0/8", "gateway": "2001:db8::1" }]'),
      "value 1:53-1:66 Destination and gateway are of different families.",
    ],
    [
      freebsd('"routes": [{ "destination": "default", "gateway": "192.0.2.1", "interface": "em9" }]'),
      "reference 1:76-1:81 There is no link `em9`.",
    ],
    [
      freebsd('"pools": [{ "name": "a", "size": 1 }, { "name": "a", "size": 1 }]'),
      "duplicate 1:48-1:51 There is a second pool `a`.",
    ],
    [freebsd('"datasets": [{ "name": "tank/a" }]'), "reference 1:23-1:31 There is no pool `tank`."],
    [
      freebsd('"datasets": [{ "name": "zroot/a/b" }]'),
      "reference 1:23-1:34 There is no dataset `zroot/a` above it.",
    ],
    [
      freebsd('"datasets": [{ "name": "zroot/a", "mountpoint": "none", "mounted": true }]'),
      "value 1:67-1:71 Without a mount point it cannot be mounted.",
    ],
    [
      freebsd(
        '"mounts": [{ "from": "tmpfs", "on": "/m", "type": "tmpfs" }, { "from": "tmpfs", "on": "/m", "type": "tmpfs" }]',
      ),
      "duplicate 1:86-1:90 Something of that type is mounted on /m already.",
    ],
    [
      freebsd('"sysctls": { "kern.hostname": "x" }'),
      "value 1:13-1:28 The host file says this with `hostname`.",
    ],
    [
      freebsd('"sysctls": { "kern.securelevel": "1" }'),
      "type 1:33-1:36 kern.securelevel is a whole number, without quotes.",
    ],
    [freebsd('"sysctls": { "kern.corefile": 1 }'), "type 1:30-1:31 kern.corefile is a text, in quotes."],
    [freebsd('"devfsRulesets": { "0": [] }'), "value 1:19-1:22 Rulesets are numbered from 1 to 65535."],
    [
      freebsd('"users": [{ "name": "a", "uid": 1001, "gid": 1001 }]'),
      "reference 1:45-1:49 There is no group with the number 1001.",
    ],
    [
      freebsd('"groups": [{ "name": "a", "gid": 1001, "members": ["nobody", "eve"] }]'),
      "reference 1:61-1:66 There is no user `eve`.",
    ],
    [
      freebsd('"directories": [{ "path": "/a", "owner": "eve" }]'),
      "reference 1:41-1:46 There is no user `eve`.",
    ],
    [
      freebsd('"directories": [{ "path": "/a", "group": "eve" }]'),
      "reference 1:41-1:46 There is no group `eve`.",
    ],
    [freebsd('"services": [{ "name": "a", "user": "eve" }]'), "reference 1:36-1:41 There is no user `eve`."],
    [
      freebsd('"services": [{ "name": "a", "listens": ["tcp4 *:0"] }]'),
      "value 1:40-1:50 Ports are numbered from 1 to 65535.",
    ],
    [
      freebsd('"services": [{ "name": "a", "listens": ["tcp6 192.0.2.2:80"] }]'),
      "value 1:40-1:59 192.0.2.2 is no address of that protocol.",
    ],
    [
      freebsd('"services": [{ "name": "a", "listens": ["tcp4 192.0.2.3:80"] }]'),
      "reference 1:40-1:59 No link has the address 192.0.2.3.",
    ],
    [
      freebsd('"options": ["!INET6"], "services": [{ "name": "a", "listens": ["tcp6 *:80"] }]'),
      "reference 1:63-1:74 The kernel was built without INET6.",
    ],
    [
      illumos('"processorSets": [{ "name": "a", "cpus": [4] }]'),
      "value 1:42-1:43 There is no CPU 4: the host has 4, counted from 0.",
    ],
    [
      illumos('"processorSets": [{ "name": "a", "cpus": [1] }, { "name": "b", "cpus": [1] }]'),
      "duplicate 1:72-1:73 CPU 1 is in the set `a` already.",
    ],
    [
      illumos('"resourcePools": [{ "name": "a", "processorSet": "b" }]'),
      "reference 1:49-1:52 There is no processor set `b`.",
    ],
  ])("%s", (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it("is reported all at once, in the order of the file", () => {
    const found = problemsOf(
      freebsd('"links": [{ "name": "a" }, { "name": "a" }], "brands": [], "release": "9"'),
    );
    expect(found.map((problem) => problem.split(" ")[0])).toEqual(["duplicate", "wrong-system", "value"]);
  });
});

it("has a case here for every kind of problem", () => {
  const all: Readonly<Record<HostProblemKind, string>> = {
    syntax: "",
    "unknown-key": freebsd('"x": 1'),
    missing: "{}",
    duplicate: '{"system":"freebsd","system":"freebsd"}',
    type: "[]",
    value: freebsd('"cpus": 0'),
    reference: freebsd('"datasets": [{ "name": "a" }]'),
    "wrong-system": freebsd('"brands": []'),
  };
  for (const [kind, text] of Object.entries(all)) expect(readHostFile(text).problems[0]?.kind).toBe(kind);
});
