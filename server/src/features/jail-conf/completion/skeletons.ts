/** Blocks as snippets. */

export const SKELETON = `\${1:name} {
\tpath = "\${2:/usr/local/jails/\\$name}";
\thost.hostname = "\${3:\\$name}";
\tip4.addr = "\${4:em0|192.0.2.10/24}";
\texec.start = "/bin/sh /etc/rc";
\texec.stop = "/bin/sh /etc/rc.shutdown jail";
\texec.clean;
\tmount.devfs;
\t$0
}`;

export const VNET_SKELETON = `\${1:name} {
\tpath = "\${2:/usr/local/jails/\\$name}";
\thost.hostname = "\${3:\\$name}";
\tvnet;
\tvnet.interface = "\${4:epair0b}";
\tdevfs_ruleset = 5;
\texec.start = "/bin/sh /etc/rc";
\texec.stop = "/bin/sh /etc/rc.shutdown jail";
\texec.clean;
\tmount.devfs;
\t$0
}`;

export const NESTED = `\${1:name} {
\t$0
}`;

export const WILDCARD = `* {
\t$0
}`;
