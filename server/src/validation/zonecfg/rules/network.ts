import { block, exclusive, LIBRARY, shared, table } from "./example.ts";

const ADDRESS = "set address=192.0.2.10/24";

/** Links, addresses and routers. */
export const network = table("zone", {
  "bad-link": {
    title: "An impossible link",
    why: "A shared-IP zone names an interface of the host, an exclusive-IP zone a data link; both end in a number, and the names of links may not begin with a digit or have leading zeros in their number. It is judged by the `ip-type` that is set at that point: set it first.",
    bad: exclusive(block("net", "set physical=lan")),
    good: exclusive(block("net", "set physical=lan0")),
    source: `${LIBRARY}, usr/src/lib/libdladm/common/libdladm.c`,
  },
  "bad-address": {
    title: "Neither an address nor a host name",
    why: "An address is IPv4 or IPv6 with a prefix length, or a host name. Only one can stand in a `net`, but on Solaris 11.4.",
    bad: shared(block("net", "set physical=net0", "set address=192.0.2.10/33")),
    good: shared(block("net", "set physical=net0", ADDRESS)),
    source: LIBRARY,
  },
  "prefix-missing": {
    title: "An IPv6 address without prefix length",
    why: "For IPv6 the prefix length is required, also for link-local addresses. Only Solaris 11.4 does without.",
    bad: exclusive(block("net", "set physical=net0", "set allowed-address=2001:db8::10")),
    good: exclusive(block("net", "set physical=net0", "set allowed-address=2001:db8::10/64")),
    source: LIBRARY,
  },
  "prefix-ignored": {
    title: "A default router with prefix length",
    why: "zonecfg warns and ignores what follows the slash.",
    bad: shared(block("net", "set physical=net0", ADDRESS, "set defrouter=192.0.2.1/24")),
    good: shared(block("net", "set physical=net0", ADDRESS, "set defrouter=192.0.2.1")),
    severity: "warning",
  },
  "suspicious-address": {
    title: "A misspelt address that counts as a host name",
    why: "What is no address is taken as the name of a host, and a prefix that is no number as 0. It is noticed when the zone boots.",
    bad: shared(block("net", "set physical=net0", "set address=192.0.2.256/24")),
    good: shared(block("net", "set physical=net0", "set address=192.0.2.25/24")),
    severity: "warning",
    source: LIBRARY,
  },
  "net-address": {
    title: "The kind of address does not go with the ip-type",
    why: "A `net` of a shared-IP zone needs `address`, which the host configures. In an exclusive-IP zone `address` is refused: the zone configures its own, and `allowed-address` says which ones it may use.",
    bad: exclusive(block("net", "set physical=net0", ADDRESS)),
    good: shared(block("net", "set physical=net0", ADDRESS)),
  },
  "defrouter-alone": {
    title: "A default router without an allowed address",
    why: "In an exclusive-IP zone `defrouter` needs an `allowed-address` on the same link.",
    bad: exclusive(block("net", "set physical=net0", "set defrouter=192.0.2.1")),
    good: exclusive(
      block("net", "set physical=net0", "set allowed-address=192.0.2.10/24", "set defrouter=192.0.2.1"),
    ),
  },
  "bad-mac": {
    title: "Not a MAC address",
    why: "zonecfg does not look at it: making the VNIC fails when the zone boots.",
    bad: exclusive(block("net", "set physical=net0", "set global-nic=e1000g0", "set mac-addr=2:8:20")),
    good: exclusive(block("net", "set physical=net0", "set global-nic=e1000g0", "set mac-addr=2:8:20:1:2:3")),
    severity: "warning",
    source: "omniosorg/pkg5 src/brand/shared/vnic.ksh",
  },
  "bad-vlan": {
    title: "Not the number of a VLAN",
    why: "VLANs have numbers up to 4094. zonecfg does not look at it: making the VNIC fails when the zone boots.",
    bad: exclusive(block("net", "set physical=net0", "set global-nic=e1000g0", "set vlan-id=5000")),
    good: exclusive(block("net", "set physical=net0", "set global-nic=e1000g0", "set vlan-id=500")),
    severity: "warning",
    source: "omniosorg/pkg5 src/brand/shared/vnic.ksh",
  },
  "auto-nic-address": {
    title: "`global-nic=auto` without an allowed address",
    why: "With `auto` the host finds the link by its route to `allowed-address`. Without one, the zone does not boot.",
    bad: exclusive(block("net", "set physical=net0", "set global-nic=auto")),
    good: exclusive(
      block("net", "set physical=net0", "set global-nic=auto", "set allowed-address=192.0.2.10/24"),
    ),
    severity: "warning",
    source: "omniosorg/pkg5 src/brand/shared/vnic.ksh",
  },
  "shared-anet": {
    title: "An `anet` in a shared-IP zone",
    why: "An `anet` is a data link of the zone's own, so that the zone must be exclusive-IP.",
    bad: "create -b\nset brand=solaris\nset zonepath=/zones/web\nset ip-type=shared\nadd anet\nset linkname=net0\nend\n",
    good: "create -b\nset brand=solaris\nset zonepath=/zones/web\nset ip-type=exclusive\nadd anet\nset linkname=net0\nend\n",
    source: "Oracle Solaris 11.4 zonecfg(8)",
  },
});
