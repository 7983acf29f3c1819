import { hover } from "@zonewarden/server/features/zonecfg/hover";
import { describe, expect, it } from "vitest";
import { marked } from "./harness.ts";

function at(text: string, platform?: Parameters<typeof marked>[1]) {
  const { context, offset } = marked(text, platform);
  const found = hover(context, offset);
  return (
    found && {
      markdown: found.markdown,
      word: context.document.text.slice(found.range.start, found.range.end),
    }
  );
}

const WEB = "create\nset zonename=web\nset zonepath=/zones/web\n";
const RCTL = "add rctl\nset name=zone.max-lwps\nadd value (priv=privileged,limit=500,action=deny)\nend\n";

const CASES: readonly [text: string, word: string, says: string | RegExp][] = [
  ["cre<|>ate\n", "create", "Starts a configuration"],
  [
    `cre<|>ate\nset zonename=web\nset brand=lx\nadd fs\nset dir=/a\nend\n`,
    "create",
    "the zone `web` with brand `lx`",
  ],
  ["creat<|>\n", "creat", "Did you mean `create`?"],
  [`${WEB}add net\nset physical=a0\nen<|>d\n`, "end", "Here: the `net` of line 4."],
  ["add ne<|>t\n", "net", "`physical` ★"],
  ["add ntework<|>\n", "ntework", "no property of the zone"],
  [`${WEB}set ip-ty<|>pe=exclusive\n`, "ip-type", "In `web`: `exclusive` — web.zonecfg:4"],
  [`${WEB}set bra<|>nd=lx\n`, "brand", "In `web`: `lx` — web.zonecfg:4"],
  [`${WEB}clear aut<|>oboot\n`, "autoboot", "In `web`:"],
  [`${WEB}${RCTL}set max-<|>lwps=800\n`, "max-lwps", "In `web`: `800` — web.zonecfg:8"],
  ["set max-l<|>wps=800\n", "max-lwps", "Short for the resource control `zone.max-lwps`"],
  ["set zonep<|>ath=/a\n", "zonepath", "Stored as `zone/@zonepath`."],
  ["add net\nset dir<|>=/a\n", "dir", "no property of `net`. There is one of `fs`"],
  [`${WEB}set brand=bh<|>yve\n`, "bhyve", "virtual machine under bhyve"],
  [`${WEB}set limitpriv=default,!sys_<|>time,proc_zone\n`, "!sys_time", "Taken away here."],
  [`${WEB}set limitpriv="def<|>ault,proc_zone"\n`, "default", "default set of the brand"],
  [
    `${WEB}set ip-type=shared\nset limitpriv=default,proc_<|>zone\n`,
    "proc_zone",
    "with ip-type shared: prohibited",
  ],
  ["set limitpriv=default,sys_tme<|>\n", "sys_tme", "Did you mean `sys_time` or"],
  ["add rctl\nset name=zone.max-<|>lwps\n", "zone.max-lwps", "Threads in the zone."],
  ["add rctl\nset name=zone.max-swap\nadd value (pr<|>iv=privileged)\n", "priv", "Who may change the value."],
  ["add rctl\nset name=zone.max-swap\nadd value (limit=1<|>0)\n", "10", "bytes"],
  ["add rctl\nadd value (action=de<|>ny)\n", "deny", "refused"],
  ["add capped-memory\nset physical=51<|>2M\n", "512M", "536,870,912 bytes"],
  ["add capped-cpu\nset ncpus=1.<|>5\n", "1.5", "150 percent of one CPU"],
  ["add dedicated-cpu\nset ncpus=2-<|>4\n", "2-4", "at least 2 and at most 4 CPUs"],
  ["create -t OMNI<|>lx\n", "OMNIlx", "template of OmniOS"],
  ["create -<|>b\n", "-b", "blank template"],
  ["add net\nset address=192.0.2.<|>10/24\n", "192.0.2.10/24", "`192.0.2.0/24`, netmask `255.255.255.0`"],
  [`${WEB}set brand=bhyve\nadd attr\nset name=di<|>sk3\n`, "disk3", "ZFS volume or device for data"],
  [`${WEB}set brand=bhyve\nadd attr\nset name=vnc\nset type=string\nset value=o<|>n\n`, "on", "VNC server"],
  [`${WEB}set brand=lx\nadd net\nadd property (name=gate<|>way,value="a")\n`, "gateway", "Default router."],
  ["add security-flags\nset lower=aslr,noex<|>ecstack\n", "noexecstack", "stack cannot be executed"],
  ["add admin\nset user=joe\nset auths=log<|>in,manage\n", "login", "zlogin"],
  ["add fs\nset type=lo<|>fs\n", "lofs", "Loopback"],
  ["add fs\nset options=[ro,nodev<|>ices]\n", "nodevices", "Device files cannot be opened."],
  ["select fs di<|>r=/a\n", "dir", "**dir**"],
];

describe("hover", () => {
  it.each(CASES)("%j", (text, word, says) => {
    const found = at(text);
    expect(found?.word).toBe(word);
    expect(found?.markdown).toMatch(
      typeof says === "string" ? new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : says,
    );
  });

  it("says where a value of a template comes from", () => {
    expect(at("create\nclear bra<|>nd\n", "illumos")?.markdown).toContain(
      "At the end: `ipkg` — from the template `SUNWdefault`",
    );
  });

  it.each(["<|>\n", "# no<|>te\n", "set pool=<|>\n", "set autoboot=true   <|>\n"])(
    "is silent at %j",
    (text) => {
      expect(at(text)).toBeUndefined();
    },
  );
});
