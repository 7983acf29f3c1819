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

/** A zone that nothing is wrong with, on any platform that has its brand. */
export const goodZone = `# The web server
create -b
set brand=ipkg
set zonepath=/zones/web
set ip-type=exclusive
set limitpriv=default,dtrace_user

add net
	set physical=web0
	set allowed-address=192.0.2.10/24
end

add fs
	set dir=/srv
	set special=/export/srv
	set type=lofs
	add options [ro,nodevices]
end
`;

/** A language as the tests of what every language does need it. */
export interface Sample {
  readonly languageId: string;
  readonly uri: string;
  readonly good: string;
  /** The mistake makes `broken` of `good`, by one replacement; `code` is all that is then said. */
  readonly mistake: { readonly right: string; readonly wrong: string; readonly code: string };
  readonly broken: string;
  /** A mistake for which a replacement is offered. */
  readonly typo: { readonly right: string; readonly wrong: string };
  /** Lines that may be typed before a place in `good`, and leave nothing wrong when they are done. */
  readonly typed: { readonly before: string; readonly text: string };
}

const jailMistake = { right: '"$base/www";', wrong: '"$base/www"', code: "syntax/missing-semicolon" };
const zoneMistake = { right: ",dtrace_user", wrong: ",dtrace_usr", code: "zone/unknown-privilege" };

export const samples: readonly Sample[] = [
  {
    languageId: "jail-conf",
    uri: "file:///nowhere/jail.conf",
    good,
    mistake: jailMistake,
    broken,
    typo: { right: "allow.raw_sockets;", wrong: "allow.raw_socket;" },
    typed: {
      before: "allow.raw_sockets;",
      text: "allow.mount;\n\tallow.mount.devfs;\n\tenforce_statfs = 1;\n\t",
    },
  },
  {
    languageId: "zonecfg",
    uri: "file:///nowhere/web.zonecfg",
    good: goodZone,
    mistake: zoneMistake,
    broken: goodZone.replace(zoneMistake.right, zoneMistake.wrong),
    typo: { right: "set zonepath=", wrong: "set zonepth=" },
    typed: {
      before: "add fs",
      text: "add attr\n\tset name=owner\n\tset type=string\n\tset value=accounting\nend\n\n",
    },
  },
];

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

/** One zone with many file systems, each of six lines. */
export function manyFileSystems(count: number): string {
  let text = "create -b\nset brand=ipkg\nset zonepath=/zones/web\nset ip-type=exclusive\n\n";
  for (let i = 0; i < count; i++)
    text += `# file system number ${i}\nadd fs\n\tset dir=/srv/${i}\n\tset special=/export/srv/${i}\n\tset type=lofs\nend\n`;
  return text;
}
