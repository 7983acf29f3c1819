import { propertiesOf } from "../../../catalog/zonecfg/lookup.ts";
import type { Platform, ZoneProperty } from "../../../catalog/zonecfg/property.ts";
import type { ZoneResource } from "../../../catalog/zonecfg/resource.ts";
import { choice, escapeSnippet } from "../../snippets.ts";
import { ipTypeIn } from "../part.ts";
import { meaningsOf } from "../valueMeanings.ts";
import { fits, type Place } from "./place.ts";

/** Whole zones and whole resources, as snippets. */

interface Skeleton {
  readonly label: string;
  readonly detail: string;
  readonly platforms: readonly Platform[];
  readonly body: string;
}

const NET = (link: string, stop: number) =>
  `add net\n\tset physical=\${${stop}:${link}}\n\tset allowed-address=\${${stop + 1}:192.0.2.10/24}\n\tset defrouter=\${${stop + 2}:192.0.2.1}\nend\n$0`;

export const SKELETONS: readonly Skeleton[] = [
  {
    label: "zone",
    detail: "a zone with a network stack of its own",
    platforms: ["illumos", "omnios", "smartos"],
    body: `create -b
set brand=\${1|ipkg,lipkg,sparse,pkgsrc,joyent|}
set zonepath=/zones/\${2:web}
set autoboot=\${3|true,false|}
set ip-type=exclusive
${NET("web0", 4)}`,
  },
  {
    label: "zone (shared-IP)",
    detail: "a zone with an address on an interface of the host",
    platforms: ["illumos", "omnios", "solaris10"],
    body: `create
set zonepath=/zones/\${1:web}
set autoboot=\${2|true,false|}
set ip-type=shared
add net
	set physical=\${3:e1000g0}
	set address=\${4:192.0.2.10/24}
	set defrouter=\${5:192.0.2.1}
end
$0`,
  },
  {
    label: "zone (lx)",
    detail: "a zone with a Linux user space",
    platforms: ["omnios"],
    body: `create -t lx
set zonepath=/zones/\${1:linux}
set autoboot=\${2|true,false|}
add net
	set physical=\${3:linux0}
	set global-nic=\${4:auto}
	set allowed-address=\${5:192.0.2.10/24}
	set defrouter=\${6:192.0.2.1}
	add property (name=gateway,value="\${6:192.0.2.1}")
	add property (name=ips,value="\${5:192.0.2.10/24}")
	add property (name=primary,value="true")
end
add attr
	set name=kernel-version
	set type=string
	set value=\${7:4.4}
end
$0`,
  },
  {
    label: "zone (bhyve)",
    detail: "a virtual machine under bhyve",
    platforms: ["omnios"],
    body: `create -t bhyve
set zonepath=/zones/\${1:vm}
set autoboot=\${2|true,false|}
add net
	set physical=\${3:vm0}
	set global-nic=\${4:e1000g0}
end
add device
	set match=/dev/zvol/rdsk/\${5:rpool/vm}
end
add attr
	set name=bootdisk
	set type=string
	set value=\${5:rpool/vm}
end
add attr
	set name=ram
	set type=string
	set value=\${6:2G}
end
add attr
	set name=vcpus
	set type=string
	set value=\${7:2}
end
$0`,
  },
  {
    label: "zone (solaris)",
    detail: "a zone with an automatic link",
    platforms: ["solaris11"],
    body: `create -t SYSsolaris
set zonepath=/system/zones/\${1:web}
set autoboot=\${2|true,false|}
select anet linkname=net0
	set allowed-address=\${3:192.0.2.10/24}
	set defrouter=\${4:192.0.2.1}
end
$0`,
  },
  {
    label: "zone (solaris-kz)",
    detail: "a kernel zone",
    platforms: ["solaris11"],
    body: `create -t SYSsolaris-kz
set autoboot=\${1|true,false|}
select virtual-cpu
	set ncpus=\${2:4}
end
select capped-memory
	set physical=\${3:8G}
end
$0`,
  },
];

/** Examples of values, by resource and property. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "net physical": "net0",
  "net address": "192.0.2.10/24",
  "net allowed-address": "192.0.2.10/24",
  "net defrouter": "192.0.2.1",
  "anet linkname": "net0",
  "anet lower-link": "auto",
  "fs dir": "/data",
  "fs special": "/export/data",
  "device match": "/dev/zvol/rdsk/rpool/data",
  "dataset name": "rpool/data",
  "inherit-pkg-dir dir": "/opt",
  "dedicated-cpu ncpus": "1-2",
  "capped-cpu ncpus": "1.5",
  "capped-memory physical": "2G",
  "capped-memory swap": "2G",
  "capped-memory locked": "1G",
  "admin auths": "login,manage",
  "rctl name": "zone.max-lofi",
  "virtual-cpu ncpus": "2",
};

/** What one wants to set beside the required properties. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  "capped-memory": ["physical", "swap"],
  anet: ["linkname", "lower-link"],
  "security-flags": ["lower"],
};

/** Whether a property has to be set in a zone: always, or with its kind of network stack. */
export function isRequired(property: ZoneProperty, { part }: Place): boolean {
  if (property.required) return true;
  return property.requiredWhen === "ip-type=shared" && ipTypeIn(part) === "shared";
}

/** A resource from `add` to `end`, with tab stops for what it needs. The first line can be left out. */
export function resourceSnippet(
  resource: ZoneResource,
  place: Place,
  first = `add ${resource.name}`,
): string {
  const usual = USUAL[resource.name] ?? [];
  const wanted = propertiesOf(resource.name).filter(
    (property) => (isRequired(property, place) || usual.includes(property.name)) && fits(property, place),
  );
  const lines = wanted.map((property, i) => `\n\t${propertySnippet(property, i + 1)}`);
  return `${first}${lines.join("")}${lines.length === 0 ? "\n\t$0" : ""}\nend`;
}

/** The command that gives a property its value, with a tab stop. */
function propertySnippet(property: ZoneProperty, stop: number): string {
  const { name, resource } = property;
  if (property.type === "complex-list")
    return `add ${name} (priv=privileged,limit=\${${stop}:1000},action=${choice(["deny", "none"], stop + 1)})`;
  if (property.type === "complex") return `add ${name} (name=\${${stop}},value="\${${stop + 1}}")`;
  if (property.type === "list") return `add ${name} \${${stop}}`;
  return `set ${name}=${valueStop(property, resource, stop)}`;
}

function valueStop(property: ZoneProperty, resource: string | undefined, stop: number): string {
  const example = EXAMPLES[`${resource ?? ""} ${property.name}`];
  if (example !== undefined) return `\${${stop}:${escapeSnippet(example)}}`;
  const meant = Object.keys(meaningsOf(resource, property.name));
  const values = meant.length > 0 ? meant : (property.values ?? []);
  return values.length > 1 && property.type !== "comma-list" ? choice(values, stop) : `\${${stop}}`;
}
