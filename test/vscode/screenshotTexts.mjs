import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** What is on the pictures of jails: a set-up with mistakes people make. */
const sample = `# jail.conf of a small web host
$base = "/jails";
$domain = "example.org";

exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
host.hostname = "$name.$domain";
path = "$base/$name";

www {
	ip4.addr = "em0|192.0.2.10/24";
	allow.raw_socket;
	depend = db, cache;
}

db {
	ip4.addr = "em0|192.0.2.11/33"
	allow.sysvipc;
	exec.prestart = "mkdir -p $bse/db/data";
}

"*" {
	persist mount.fdescfs;
	enforce_statfs = 3;
}
`;

const example = (...path) => readFile(join(root, "examples", ...path), "utf8");

/** Two zones that are bound to resource pools, one of them with a stack of its own. */
const pooled = `create -b
set zonename=web
set zonepath=/zones/web
set brand=ipkg
set ip-type=exclusive
set pool=pool_web
add net
set physical=web0
set allowed-address=192.0.2.20/24
set defrouter=192.0.2.1
end
create -b
set zonename=db
set zonepath=/zones/db
set brand=ipkg
set pool=pool_db
add net
set physical=e1000g0
set address=192.0.2.21/24
end
`;
const pooledHost = {
  system: "omnios",
  hostname: "alpha",
  cpus: 8,
  links: [
    { name: "e1000g0", kind: "physical", addresses: ["192.0.2.2/24"] },
    { name: "web0", kind: "vnic", over: "e1000g0" },
  ],
  processorSets: [
    { name: "pset_web", cpus: [4, 5] },
    { name: "pset_db", cpus: [6, 7] },
  ],
  resourcePools: [
    { name: "pool_web", processorSet: "pset_web" },
    { name: "pool_db", processorSet: "pset_db", scheduler: "FSS" },
  ],
};

const jails = (length) => `path = "/jails/$name";
persist;
${Array.from({ length }, (_, i) => `app${i + 1} { ip4.addr = "em0|192.0.2.${i + 10}/24"; }`).join("\n")}
`;
/** More jails than the diagram draws one by one, and more than are tried to be reached. */
const many = jails(40);
const crowd = jails(140);

/** What grew over the years: every layout that the formatter knows. */
const messyJail = `   # jails of a small web host
$base="/jails" ;
exec.start="/bin/sh /etc/rc";exec.stop="/bin/sh /etc/rc.shutdown jail";
  exec.clean;mount.devfs;
path="$base/$name";



# The front end
www
{
        host.hostname = "www.example.org";   # seen from outside
  ip4.addr="em0|192.0.2.10/24",
           "em0|192.0.2.11/24" ,
           "em0|192.0.2.12/24";
# zonewarden-ignore-next-line jail/unknown-parameter: set by our own kernel module
acme.label=red;acme.zone=outer;
      /* It talks to the
         data base alone. */
    depend=db;exec.prestart="ifconfig em0 | grep -q  'status: active'";
   }
db{persist;ip4.addr=192.0.2.20;host.hostname=db.example.org;}
cache { host.hostname = cache.example.org; ip4.addr = 192.0.2.21; exec.poststart = "logger started"; persist; }
backup {
  persist
  path = /backup
}
"*"{enforce_statfs=2;}
`;
const messyZone = `  # The web zone
create   -b
set zonepath = /zones/web ;set brand=ipkg
set   ip-type=exclusive



    add net
          set physical = web0
# zonewarden-ignore-next-line zone/defrouter-alone: routed by hand
   set defrouter=192.0.2.1; end
add fs
set dir=/data
	set special =  /export/data
 set type=lofs
add options [ ro , nodevices ]
end
add rctl;set name=zone.max-lwps
  add value ( priv=privileged , limit=500 , action=deny )
    end
set   bootargs="-m  verbose"


commit
`;

/** The files that scenes may have in their folder. */
export const texts = {
  "jail.conf": sample,
  "messy.jail.conf": messyJail,
  "messy.zonecfg": messyZone,
  "many.jail.conf": many,
  "crowd.jail.conf": crowd,
  "pooled/zones.zonecfg": pooled,
  "pooled/zonewarden.host.json": JSON.stringify(pooledHost, null, 2),
  "shared.zonecfg": await example("zones", "10-broken", "shared.zonecfg"),
  "web.zonecfg": await example("zones", "02-exclusive-ip", "web.zonecfg"),
  "web1.jail.conf": await example("hosts", "01-web", "jail.conf"),
  "zonewarden.host.json": await example("hosts", "01-web", "zonewarden.host.json"),
  "archive.zonecfg": await example("zones", "09-delegated", "archive.zonecfg"),
};
