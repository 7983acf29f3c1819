/** A jail.conf of about so many lines: globals, and jails of 20 lines as people write them. Nothing is wrong in it. */
export function generateJails(lines) {
  const jails = Math.max(1, Math.round((lines - 12) / 20));
  let text = `# generated for the bench
$root = "/jails";
$domain = "example.org";
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
path = "$root/$name";
host.hostname = "$name.$domain";

`;
  for (let i = 0; i < jails; i++) {
    const net = `${(i >> 8) & 255}.${i & 255}`;
    text += `# jail number ${i}: a web server
jail${i} {
	interface = em0;
	ip4.addr = "em0|10.${net}.2/24";
	ip4.addr += "lo1|127.${net}.3/32";
	allow.raw_sockets;
	allow.mount;
	allow.mount.nullfs;
	enforce_statfs = 1;
	devfs_ruleset = 4;
	$port = ${8000 + (i % 1000)};
	sysvshm = new;
	mount += "/usr/ports $root/$name/usr/ports nullfs ro 0 0";
	exec.prestart = "zfs set jailed=on tank/jails/$name";
	exec.poststart += "logger started $name on $port";
	exec.consolelog = "/var/log/jail_$name.log";
	stop.timeout = 30;
	${i ? `depend = jail${i - 1};` : "persist;"}
}

`;
  }
  return text;
}

/** The resources of a zone as people write them, with comments: `number` makes them differ. 30 lines. */
function resources(number) {
  const net = `${(number >> 8) & 255}.${number & 255}`;
  return `# the network of customer ${number}
add net
	set physical=web${number}
	set allowed-address=10.${net}.2/24
	set defrouter=10.${net}.1
end

# read only: it belongs to the host
add fs
	set dir=/srv/customer${number}
	set special=/export/srv/customer${number}
	set type=lofs
	add options [ro,nodevices]
end

add attr
	set name=owner${number}
	set type=string
	set value="Customer number ${number}"
end

add dataset
	set name=tank/customers/c${number}
end

# the tape of customer ${number}
add device
	set match=/dev/rmt/${number}
end

`;
}

const zoneHead = (name) => `create -b
set brand=ipkg
set zonepath=/zones/${name}
set autoboot=true
set ip-type=exclusive
set limitpriv=default,dtrace_user,dtrace_proc

`;
const controls = `add capped-memory
	set physical=4G
	set swap=8G
end

add rctl
	set name=zone.max-lwps
	add value (priv=privileged,limit=2000,action=deny)
end

add rctl
	set name=zone.max-processes
	add value (priv=privileged,limit=1000,action=deny)
end

`;

/** One zone of about so many lines, with thousands of resources. Nothing is wrong in it. */
export function generateZone(lines) {
  let text = `# generated for the bench\n${zoneHead("large")}${controls}`;
  for (let i = 0; i < Math.max(1, Math.round((lines - 22) / 30)); i++) text += resources(i);
  return text;
}

/** Zones of 55 lines one after the other, about so many lines in all. Nothing is wrong in it. */
export function generateZones(lines) {
  let text = "# zonewarden-ignore-file zone/create-again: each zone is given to a zonecfg of its own\n";
  for (let i = 0; i < Math.max(1, Math.round(lines / 55)); i++)
    text += `# zone number ${i}\n${zoneHead(`z${i}`)}${controls}${resources(i)}commit\n\n`;
  return text;
}
