import { block, exclusive, LIBRARY, shared, table } from "./example.ts";

const lx = (...lines: readonly string[]) => `create -t lx\nset zonepath=/zones/web\n${lines.join("\n")}\n`;
const bhyve = (name: string, value: string) =>
  `create -t bhyve\nset zonepath=/zones/vm\n${block(
    "attr",
    `set name=${name}`,
    "set type=string",
    `set value=${value}`,
  )}\n`;

/** Brands and the privileges that they allow. */
export const brands = table("zone", {
  "unknown-brand": {
    title: "An unknown brand",
    why: "The brand must be installed on the host, or `verify` fails. This one comes with no system that is described here.",
    bad: "create -b\nset zonepath=/zones/web\nset brand=ipgk\n",
    good: "create -b\nset zonepath=/zones/web\nset brand=ipkg\n",
    severity: "warning",
  },
  "brand-missing": {
    title: "No brand is set",
    why: "`create -b` copies a template that names a brand on some systems and none on others, so that the same file makes different zones. Set the brand.",
    bad: "create -b\nset zonepath=/zones/web\n",
    good: "create -b\nset zonepath=/zones/web\nset brand=ipkg\n",
    severity: "information",
    source: "usr/src/lib/brand/ipkg/zone/SUNWblank.xml",
  },
  "brand-elsewhere": {
    title: "A brand of another platform",
    why: "The brand comes with other systems than the words of the file. The host must have it installed.",
    bad: "set uuid=4b7d1cb2-66b0-11ee-8c99-0242ac120002\nset brand=sparse\n",
    good: "set hostid=80f0c086\nset brand=sparse\n",
    severity: "warning",
    source: "zone-specific brand packages",
  },
  "brand-ip-type": {
    title: "The brand does not go with the ip-type",
    why: "The brand checks the kind of network stack at `verify`: Linux zones, for one, must be exclusive-IP.",
    bad: lx("set ip-type=shared"),
    good: lx("set ip-type=exclusive"),
    source: "usr/src/lib/brand/lx/lx_support/lx_support.c",
  },
  "brand-refuses": {
    title: "A property that the brand refuses",
    why: "The brand's own check at `verify` refuses the zone.",
    bad: lx("set ip-type=exclusive", "set hostid=80f0c086"),
    good: lx("set ip-type=exclusive"),
    source: "usr/src/lib/brand/lx/lx_support/lx_support.c",
  },
  "brand-attr": {
    title: "A value that the brand does not know",
    why: "zonecfg stores any attribute. The brand reads it when the zone boots, and knows a few words only.",
    bad: bhyve("acpi", "maybe"),
    good: bhyve("acpi", "on"),
    severity: "warning",
    source: "omniosorg/pkg5 src/brand/bhyve",
  },
  "unknown-privilege": {
    title: "An unknown privilege",
    why: "`commit` refuses the zone and names the privilege; nothing is saved. `default` can only stand first.",
    bad: shared("set limitpriv=default,dtrace_usr"),
    good: shared("set limitpriv=default,dtrace_user"),
    source: LIBRARY,
  },
  "prohibited-privilege": {
    title: "A privilege that no zone may have",
    why: "With it the zone could reach beyond itself: every brand prohibits it, and `commit` refuses the zone.",
    bad: exclusive("set limitpriv=default,dtrace_kernel"),
    good: exclusive("set limitpriv=default,dtrace_user"),
    source: "usr/src/lib/brand/ipkg/zone/config.xml",
  },
  "required-privilege": {
    title: "A privilege that a zone needs is missing",
    why: "Without `default` as the first word a `limitpriv` starts from nothing, and must list what the brand requires, such as `proc_fork`, `proc_exec` and `sys_mount`. These cannot be taken away either.",
    bad: exclusive("set limitpriv=dtrace_user"),
    good: exclusive("set limitpriv=default,dtrace_user"),
    source: "usr/src/lib/brand/ipkg/zone/config.xml",
  },
});
