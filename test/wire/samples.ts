/** Nothing is wrong with it, whatever is checked. */
export const good = `$base = "/jails";
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;

db {
	host.hostname = "db.example.org";
	path = "$base/db";
	ip4.addr = "em0|192.0.2.11";
}

www {
	host.hostname = "www.example.org";
	path = "$base/www";
	ip4.addr = "em0|192.0.2.10";
	depend = db;
	allow.raw_sockets;
}
`;

/** The semicolon after a path is missing. */
export const broken = good.replace('"$base/www";', '"$base/www"');

/** A configuration of many jails, each of eight lines. */
export function manyJails(count: number): string {
  let text = '$base = "/jails";\nexec.start = "/bin/sh /etc/rc";\nmount.devfs;\n\n';
  for (let i = 0; i < count; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    text += `j${i} {\n\t# jail number ${i}\n\thost.hostname = "j${i}.example.org";\n\tpath = "$base/j${i}";\n`;
    text += `\tip4.addr = "em0|${address}";\n\tallow.raw_sockets;\n}\n\n`;
  }
  return text;
}
