import { block, exclusive, LIBRARY, shared, table } from "./example.ts";

const tuple = "add value (priv=privileged,limit=2000,action=deny)";
const rctl = (name: string, value = tuple) => block("rctl", `set name=${name}`, value);
const fs = (dir: string) => block("fs", `set dir=${dir}`, "set special=/tank/web", "set type=lofs");

/** Resources as wholes: what they lack, what they exclude, and how they are found again. */
export const resources = table("zone", {
  "missing-property": {
    title: "A resource that is not complete",
    why: "`end` refuses a resource without its required properties, and stays in it, so that nothing of the zone is saved.",
    bad: shared(block("fs", "set dir=/data", "set type=lofs")),
    good: shared(fs("/data")),
  },
  duplicate: {
    title: "A resource that is there already",
    why: "Two resources of a type may not have the same key: `dir` of `fs`, `name` of `rctl`, `attr` and `dataset`, `match` of `device`, `user` of `admin`. Two `net` may not be equal in all that they have.",
    bad: shared(fs("/data"), fs("/data")),
    good: shared(fs("/data"), fs("/other")),
    source: LIBRARY,
  },
  "single-resource": {
    title: "A second resource of a type that is there once",
    why: "zonecfg only prints a message and stays in the global scope: the `set` that follows then fails. Change the existing one with `select`.",
    bad: shared(block("capped-memory", "set swap=1G"), block("capped-memory", "set locked=1G")),
    good: shared(block("capped-memory", "set swap=1G"), "select capped-memory", "set locked=1G", "end"),
  },
  "cpu-conflict": {
    title: "Two ways to CPUs that exclude each other",
    why: "CPUs of its own (`dedicated-cpu`) go neither with a `pool` nor with a cap on CPU time nor with `cpu-shares`.",
    bad: shared("set pool=web", block("dedicated-cpu", "set ncpus=2")),
    good: shared(block("dedicated-cpu", "set ncpus=2")),
  },
  "locked-above-physical": {
    title: "More locked memory than memory",
    why: "`locked` may not be more than `physical`.",
    bad: shared(block("capped-memory", "set physical=1G", "set locked=2G")),
    good: shared(block("capped-memory", "set physical=2G", "set locked=1G")),
  },
  "scheduling-class": {
    title: "`cpu-shares` without the fair share scheduler",
    why: "Shares count under FSS alone. zonecfg words it as a warning, and refuses to commit all the same.",
    bad: shared("set cpu-shares=10", "set scheduling-class=TS"),
    good: shared("set cpu-shares=10", "set scheduling-class=FSS"),
  },
  "alias-conflict": {
    title: "A shorthand over a resource control that it cannot express",
    why: "`max-lwps`, `cpu-shares` and the like stand for a resource control with one value of a fixed shape. If the zone has the control with several values or another action, the shorthand fails.",
    bad: shared(
      rctl("zone.max-lwps", "add value (priv=privileged,limit=2000,action=none)"),
      "set max-lwps=1000",
    ),
    good: shared(rctl("zone.max-lwps"), "set max-lwps=1000"),
    source: LIBRARY,
  },
  "bad-rctl-name": {
    title: "Not the name of a resource control of zones",
    why: "The name begins with `zone.`, followed by letters and hyphens. zonecfg prints a message only, and the resource stays without a name, so that `end` fails.",
    bad: shared(block("rctl", "set name=max-lwps", tuple)),
    good: shared(rctl("zone.max-lwps")),
    source: LIBRARY,
  },
  "unknown-rctl": {
    title: "An unknown resource control",
    why: "zonecfg takes any name that begins with `zone.`. The kernel does not know this one: zoneadm warns, and the zone boots without the limit.",
    bad: shared(rctl("zone.max-threads")),
    good: shared(rctl("zone.max-lwps")),
    severity: "warning",
    source: "usr/src/cmd/zoneadm/zoneadm.c",
  },
  "bad-rctl-value": {
    title: "A value that a resource control of zones cannot have",
    why: "A value has `priv`, `limit` and `action`, each once: `priv=privileged`, and `action` is `none` or `deny`. zonecfg prints a message only; the control stays empty, and `end` fails.",
    bad: shared(rctl("zone.max-lwps", "add value (priv=basic,limit=2000,action=deny)")),
    good: shared(rctl("zone.max-lwps")),
    source: LIBRARY,
  },
  "rctl-limit": {
    title: "A limit above what the kernel allows",
    why: "Every resource control has a highest value. With more, the zone does not boot.",
    bad: shared(rctl("zone.cpu-shares", "add value (priv=privileged,limit=100000,action=none)")),
    good: shared(rctl("zone.cpu-shares", "add value (priv=privileged,limit=100,action=none)")),
    source: "usr/src/uts/common/os/zone.c",
  },
  "rctl-action": {
    title: "An action that the resource control does not have",
    why: "`zone.cpu-shares` and `zone.zfs-io-priority` are weights and can deny nothing: their action is `none`. Most others always deny.",
    bad: shared(rctl("zone.cpu-shares", "add value (priv=privileged,limit=100,action=deny)")),
    good: shared(rctl("zone.cpu-shares", "add value (priv=privileged,limit=100,action=none)")),
    source: "usr/src/uts/common/os/zone.c",
  },
  "not-clearable": {
    title: "A property that cannot be cleared",
    why: "`clear` takes properties that a zone or a resource can do without. Of `net`, illumos clears none.",
    bad: shared("clear zonepath"),
    good: shared("set pool=web", "clear pool"),
  },
  "clear-unset": {
    title: "`clear` of what is not set",
    why: "Clearing a resource control that the zone does not have is an error, and a file stops there.",
    bad: shared("clear max-lwps"),
    good: shared("set max-lwps=1000", "clear max-lwps"),
  },
  "no-match": {
    title: "`select` or `remove` finds nothing",
    why: "The filters are compared as texts with the resources that the zone has at this point. Without one that fits, the command fails.",
    bad: shared(fs("/data"), "remove fs dir=/dat"),
    good: shared(fs("/data"), "remove fs dir=/data"),
  },
  "several-matches": {
    title: "`select` or `remove` finds several resources",
    why: "`select` and `remove` with filters want exactly one. `remove` of all resources of a type asks back, which a file answers with `-F`.",
    bad: shared(fs("/data"), fs("/other"), "remove fs type=lofs"),
    good: shared(fs("/data"), fs("/other"), "remove fs dir=/data"),
  },
  "bad-filter": {
    title: "A filter that finds nothing",
    why: "Resources are found by some of their properties only: `fs` by `dir`, `special`, `raw` and `type`, `net` by its addresses and link, most others by their key.",
    bad: shared(rctl("zone.max-lwps"), "remove rctl value=2000"),
    good: shared(rctl("zone.max-lwps"), "remove rctl name=zone.max-lwps"),
  },
  "set-property": {
    title: "`set property` in a `device`",
    why: "OmniOS and SmartOS take `add property (name=…,value=…)` there, and refuse `set` for a reason of their own: it asks for a simple value.",
    bad: `create -t bhyve\nset zonepath=/zones/vm\n${block("device", "set match=/dev/zvol/rdsk/tank/a", "set property=(name=boot,value=true)")}\n`,
    good: `create -t bhyve\nset zonepath=/zones/vm\n${block("device", "set match=/dev/zvol/rdsk/tank/a", "add property (name=boot,value=true)")}\n`,
  },
  "other-platform": {
    title: "A word of another platform",
    why: "The systems of the family have different resources and properties: `anet` is one of Solaris 11.4, `global-nic` of OmniOS and SmartOS, `inherit-pkg-dir` of Solaris 10. The platform comes from the settings or the command line, or from the brand.",
    bad: exclusive(block("anet", "set linkname=net0")),
    good: exclusive(block("net", "set physical=net0")),
  },
});
