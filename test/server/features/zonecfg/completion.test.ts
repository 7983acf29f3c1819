import type { CompletionEntry } from "@zonewarden/server/features/types";
import { complete } from "@zonewarden/server/features/zonecfg/completion";
import { describe, expect, it } from "vitest";
import { crlf } from "../harness.ts";
import { marked } from "./harness.ts";

type Platform = Parameters<typeof marked>[1];

function items(text: string, platform?: Platform): CompletionEntry[] {
  const { context, offset } = marked(text, platform);
  const found = [...complete(context, offset).items];
  return found.sort((a, b) => (a.sortText < b.sortText ? -1 : 1));
}

const labels = (text: string, platform?: Platform) => items(text, platform).map(({ label }) => label);

/** The text after an entry is taken, its tab stops as they are. */
function taken(text: string, label: string, platform?: Platform): string {
  const found = items(text, platform).find((item) => item.label === label);
  if (!found) throw new Error(`there is no ${label}`);
  const plain = marked(text).context.document.text;
  return plain.slice(0, found.range.start) + found.insertText + plain.slice(found.range.end);
}

const WEB = "create\nset zonename=web\nset brand=lx\n";

describe("at the start of a command", () => {
  it("offers what makes sense outside of resources", () => {
    const found = labels("<|>", "omnios");
    expect(found).toEqual(
      expect.arrayContaining(["set", "add net", "set zonepath=", "zone (bhyve)", "create"]),
    );
    expect(found).not.toContain("end");
    expect(found).not.toContain("cancel");
    expect(found).not.toContain("add anet");
    expect(found).not.toContain("zone (solaris)");
    expect(labels(`${WEB}<|>`)).not.toContain("zone");
  });

  it("offers what is missing first within a resource", () => {
    expect(labels("add fs\nset dir=/a\n<|>\n", "illumos").slice(0, 4)).toEqual([
      "set special=",
      "set type=",
      "set raw=",
      "add options",
    ]);
    expect(labels("add fs\nset dir=/a\n<|>\n")).toContain("end");
    expect(labels("add fs\nset dir=/a\n<|>\nend\n")).not.toContain("end");
  });

  it("offers `end` first where nothing is missing", () => {
    expect(labels("add dataset\nset name=a/b\n<|>", "illumos")[0]).toBe("end");
  });

  it("writes whole resources", () => {
    expect(taken("<|>", "add fs", "illumos")).toBe(
      "add fs\n\tset dir=${1:/data}\n\tset special=${2:/export/data}\n\tset type=${3|lofs,zfs,ufs,tmpfs,hsfs,pcfs,udfs,ctfs,objfs|}\nend",
    );
    expect(taken("create\nset ip-type=shared\n<|>", "add net", "illumos")).toContain("set address=");
    expect(taken("create\nset ip-type=exclusive\n<|>", "add net", "illumos")).not.toContain("set address=");
  });

  it("of the two kinds of addresses offers the one that the ip-type takes", () => {
    const labelsIn = (type: string) => labels(`create\nset ip-type=${type}\nadd net\nset <|>\nend\n`);
    expect(labelsIn("exclusive")).toContain("allowed-address");
    expect(labelsIn("exclusive")).not.toContain("address");
    expect(labelsIn("shared")).toContain("address");
    expect(labelsIn("shared")).not.toContain("allowed-address");
  });

  it("replaces the word alone where something follows it", () => {
    expect(taken("se<|> pool=a\n", "select")).toBe("select pool=a\n");
    expect(labels("se<|> pool=a\n")).not.toContain("add net");
  });

  it("offers a single resource once, and nested ones within theirs", () => {
    expect(labels("add capped-cpu\nset ncpus=1\nend\n<|>", "solaris11")).toContain("add capped-memory");
    expect(labels("add dedicated-cpu\nset ncpus=1\nend\n<|>", "illumos")).not.toContain("add dedicated-cpu");
    expect(labels("add anet\n<|>", "solaris11")).toContain("add mac");
    expect(labels("<|>", "solaris11")).not.toContain("add mac");
  });
});

describe("behind a command word", () => {
  it("offers resource types with all that follows", () => {
    expect(labels("add <|>\n", "illumos")).toEqual(expect.arrayContaining(["net", "fs", "security-flags"]));
    expect(labels("add <|>\n", "illumos")).not.toContain("inherit-pkg-dir");
    expect(taken("add da<|>\n", "dataset")).toBe("add dataset\n\tset name=${1:rpool/data}\nend\n");
    expect(taken("add da<|>\nset name=a\nend\n", "dataset")).toBe("add dataset\nset name=a\nend\n");
  });

  it("offers properties, missing ones first", () => {
    expect(labels("set <|>\n", "illumos").slice(0, 3)).toEqual(["zonepath", "brand", "ip-type"]);
    expect(labels("set zonepath=/a\nset <|>\n", "illumos")[0]).toBe("brand");
    expect(labels("set <|>\n", "illumos")).not.toContain("zfs-io-priority");
    expect(taken("set ip-t<|>\n", "ip-type")).toBe("set ip-type=\n");
    expect(taken("set ip-t<|>=shared\n", "ip-type")).toBe("set ip-type=shared\n");
    expect(labels("add net\nset <|>\nend\n", "omnios")).toEqual(
      expect.arrayContaining(["physical", "vlan-id"]),
    );
    expect(labels("add net\nset <|>\nend\n", "illumos")).not.toContain("vlan-id");
  });

  it("knows what several values can be added to", () => {
    expect(labels("add fs\nadd <|>\nend\n")).toEqual(["options"]);
    expect(labels("add rctl\nadd <|>\nend\n")).toEqual(["value"]);
  });

  it("offers what can be cleared, what is set first", () => {
    expect(labels("set pool=a\nclear <|>\n", "illumos")[0]).toBe("pool");
    expect(labels("clear <|>\n")).not.toContain("zonepath");
  });

  it("selects what is there", () => {
    const text = "add fs\nset dir=/a b\nset dir=/a\nend\nadd net\nset physical=e0\nend\n";
    expect(labels(`${text}select <|>`).slice(0, 2)).toEqual(["fs dir=/a", "net physical=e0"]);
    expect(labels(`${text}select fs <|>`)[0]).toBe("dir=/a");
    expect(labels(`${text}select fs dir=<|>`)).toEqual(["/a"]);
    expect(labels(`${text}remove <|>`)).toContain("-F");
    expect(labels(`select fs <|>\n${text}`)).not.toContain("dir=/a");
  });

  it("knows options and templates", () => {
    expect(labels("create <|>\n", "illumos")).toEqual(["-F", "-b", "-t", "-a"]);
    expect(labels("create -t <|>\n", "omnios")).toContain("OMNIlx");
    expect(labels("create -t <|>\n", "illumos")).not.toContain("OMNIlx");
    expect(labels("export -f <|>\n")).toEqual([]);
  });
});

describe("values", () => {
  it.each<[string, readonly string[], Platform?]>([
    ["set autoboot=<|>\n", ["true", "false"]],
    ["set ip-type=<|>\n", ["exclusive", "shared"]],
    [`${WEB}set ip-type=<|>\n`, ["exclusive"], "omnios"],
    ["set scheduling-class=<|>\n", ["FSS", "TS", "IA", "FX", "RT", "SDC"]],
    ["add attr\nset type=<|>\n", ["string", "boolean", "int", "uint"]],
    ["add attr\nset name=kernel-version\nset type=<|>\n", ["string", "boolean", "int", "uint"], "illumos"],
    ["create -t bhyve\nadd attr\nset name=vnc\nset value=<|>\n", ["off", "on", "wait"], "omnios"],
    ["add admin\nset auths=login,<|>\n", ["manage", "clonefrom"]],
    [
      "add security-flags\nset lower=<|>,noexecstack\n",
      ["aslr", "forbidnullmap", "none", "all", "current", "default"],
    ],
    ["add rctl\nset value=(<|>)\n", ["priv", "limit", "action"]],
    ["add rctl\nadd value (priv=privileged,<|>)\n", ["limit", "action"]],
    ["add rctl\nadd value (priv=<|>)\n", ["privileged"]],
    ["add rctl\nset name=zone.cpu-shares\nadd value (action=<|>)\n", ["none", "deny"]],
    ["add rctl\nset name=zone.max-lwps\nadd value (action=<|>)\n", ["deny", "none"]],
    [`${WEB}add net\nadd property (name=<|>)\n`, ["ips", "gateway", "primary"]],
    ["add net\nset physical=e1\nend\nadd net\nset physical=<|>\nend\n", ["e1"]],
    [
      "add attr\nset name=bootdisk\nset type=string\nset value=rpool/vm\nend\nadd device\nset match=<|>\nend\n",
      ["/dev/zvol/rdsk/rpool/vm"],
    ],
    ["set zonename=web\nset zonepath=<|>\n", ["/zones/web"], "illumos"],
    ["# set autoboot=<|>\n", []],
    ["set autoboot=true <|>\n", []],
    ['set autoboot="true"<|>\n', []],
  ])("%j", (text, found, platform) => {
    expect(labels(text, platform)).toEqual(found);
    expect(labels(crlf(text), platform)).toEqual(found);
  });

  it("offers the brands of the platform", () => {
    expect(labels("set brand=<|>\n", "smartos")).toContain("joyent");
    expect(labels("set brand=<|>\n", "illumos")).not.toContain("joyent");
  });

  it("offers privileges word by word", () => {
    expect(labels("set limitpriv=<|>\n")[0]).toBe("default");
    const added = labels("set ip-type=exclusive\nset limitpriv=default,sys_time,<|>\n", "illumos");
    expect(added[0]).not.toBe("default");
    expect(added).not.toContain("sys_time");
    expect(added).toContain("dtrace_user");
    expect(labels("set limitpriv=default,!<|>\n", "illumos")[0]).toBe("contract_event");
    expect(taken("set limitpriv=default,!sys_<|>,proc_zone\n", "sys_nfs")).toBe(
      "set limitpriv=default,!sys_nfs,proc_zone\n",
    );
    expect(taken('set limitpriv="default,<|>"\n', "sys_time")).toBe('set limitpriv="default,sys_time"\n');
  });

  it("writes the value of a resource control", () => {
    const value = "(priv=privileged,limit=…,action=…)";
    expect(taken("add rctl\nset name=zone.max-lofi\nadd value <|>\n", value)).toBe(
      "add rctl\nset name=zone.max-lofi\nadd value (priv=privileged,limit=${1:limit},action=deny)\n",
    );
    expect(taken("add rctl\nset name=zone.cpu-shares\nadd value <|>\n", value)).toContain("action=none)");
  });

  it("puts quotes around what needs them", () => {
    expect(taken("set bootargs=<|>\n", "-m verbose")).toBe('set bootargs="-m verbose"\n');
    expect(taken('set bootargs="<|>"\n', "-m verbose")).toBe('set bootargs="-m verbose"\n');
    expect(taken('set bootargs="<|>\n', "-m verbose")).toBe('set bootargs="-m verbose\n');
  });

  it("numbers attributes that there may be several of", () => {
    const text =
      "create -t bhyve\nadd attr\nset name=disk\nset type=string\nset value=a\nend\nadd attr\nset name=<|>\nend\n";
    expect(labels(text, "omnios")).toContain("disk0");
    expect(labels(text, "omnios")).not.toContain("disk");
  });
});

it("is quick in a file of 40,000 lines", () => {
  const block = "add fs\nset dir=/d#\nset special=/s#\nset type=lofs\nend\n";
  const many = Array.from({ length: 8000 }, (_, i) => block.replaceAll("#", String(i))).join("");
  const { context, offset } = marked(`create\n${many}add net\nset <|>\nend\n${many}`, "illumos");
  complete(context, offset);
  const start = performance.now();
  for (let i = 0; i < 10; i++) complete(context, offset);
  expect((performance.now() - start) / 10).toBeLessThan(20);
});
