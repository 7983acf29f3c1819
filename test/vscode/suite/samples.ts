/** Correct: no diagnostic that is an error or a warning. */
export const good = `$base = "/jails";
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;

www {
	host.hostname = "www.example.org";
	path = "$base/www";
	ip4.addr = 192.0.2.10;
	allow.raw_sockets;
}
`;

/** One mistake: the semicolon after the path. */
export const missingSemicolon = good.replace('"$base/www";', '"$base/www"');

/** Another system's jail.conf, which has the same file name. */
export const fail2ban = `# Fail2Ban configuration
[INCLUDES]
before = paths-debian.conf

[DEFAULT]
bantime  = 10m
findtime = 10m
maxretry = 5
ignoreip = 127.0.0.1/8 ::1

[sshd]
enabled = true
port    = ssh
logpath = %(sshd_log)s
`;

/** A correct zone on any platform that has its brand. */
export const goodZone = `create -b
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
end
`;

/** One mistake: the name of a privilege. */
export const wrongPrivilege = goodZone.replace("dtrace_user", "dtrace_usr");
