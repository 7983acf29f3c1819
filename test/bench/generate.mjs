/** A jail.conf of about so many lines: globals, and jails of 20 lines as people write them. Nothing is wrong in it. */
export function generate(lines) {
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
