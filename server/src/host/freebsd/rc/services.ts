/**
 * Services that rc(8) can start, in the order of rcorder(8), and what their daemons listen on as shipped.
 * Source: libexec/rc/rc.d, libexec/rc/rc.conf, the rc scripts and default configurations of the ports.
 */
export interface ServiceKind {
  readonly name: string;
  /** The process, if it is not called like the service. */
  readonly process?: string;
  /** Whether a fresh system starts it. */
  readonly enabled?: true;
  /** Never started in a jail, or not in one that shares the network stack (KEYWORD nojail, nojailvnet). */
  readonly notIn?: "jail" | "shared stack";
  /** As sockstat(1) prints it. */
  readonly listens: readonly string[];
  /** How many of the addresses it needs to go on: `some` where one is enough, `none` where it only complains. */
  readonly needs: "all" | "some" | "none";
  readonly user?: string;
  /** Wants a segment of System V shared memory. */
  readonly sharedMemory?: true;
  /** The script that starts it. */
  readonly script: string;
}

const base = (name: string, more: Partial<ServiceKind> = {}): ServiceKind => ({
  name,
  listens: [],
  needs: "all",
  script: `/etc/rc.d/${name}`,
  ...more,
});
const port = (name: string, more: Partial<ServiceKind>): ServiceKind =>
  base(name, { script: `/usr/local/etc/rc.d/${name}`, ...more });

export const SERVICES: readonly ServiceKind[] = [
  base("devd", { enabled: true, notIn: "jail", listens: ["unix /var/run/devd.pipe"] }),
  base("syslogd", {
    enabled: true,
    needs: "none",
    listens: ["udp4 *:514", "udp6 *:514", "unix /var/run/log", "unix /var/run/logpriv"],
  }),
  base("rpcbind", { listens: ["udp4 *:111", "tcp4 *:111"] }),
  base("ntpd", { notIn: "jail", listens: ["udp4 *:123", "udp6 *:123"], needs: "some" }),
  base("local_unbound", {
    process: "local-unbound",
    user: "unbound",
    listens: ["udp4 127.0.0.1:53", "tcp4 127.0.0.1:53"],
  }),
  port("unbound", { user: "unbound", listens: ["udp4 127.0.0.1:53", "tcp4 127.0.0.1:53"] }),
  port("named", {
    user: "bind",
    needs: "some",
    listens: ["udp4 *:53", "tcp4 *:53", "udp6 *:53", "tcp6 *:53"],
  }),
  port("dnsmasq", { listens: ["udp4 *:53", "tcp4 *:53"] }),
  port("postgresql", {
    process: "postgres",
    user: "postgres",
    needs: "some",
    sharedMemory: true,
    listens: ["tcp4 127.0.0.1:5432", "tcp6 [::1]:5432", "unix /tmp/.s.PGSQL.5432"],
  }),
  port("mysql-server", {
    process: "mysqld",
    user: "mysql",
    listens: ["tcp4 *:3306", "unix /tmp/mysql.sock"],
  }),
  port("redis", { process: "redis-server", user: "redis", listens: ["tcp4 127.0.0.1:6379"] }),
  port("memcached", { user: "nobody", listens: ["tcp4 *:11211"] }),
  port("php_fpm", { process: "php-fpm", listens: ["tcp4 127.0.0.1:9000"] }),
  port("nginx", { listens: ["tcp4 *:80"] }),
  port("apache24", { process: "httpd", needs: "some", listens: ["tcp4 *:80", "tcp6 *:80"] }),
  port("haproxy", {}),
  port("postfix", { process: "master", needs: "some", listens: ["tcp4 *:25", "tcp6 *:25"] }),
  port("dovecot", { needs: "some", listens: ["tcp4 *:143", "tcp4 *:993", "tcp6 *:143", "tcp6 *:993"] }),
  port("node_exporter", { user: "nobody", listens: ["tcp4 *:9100"] }),
  port("prometheus", { user: "prometheus", listens: ["tcp4 *:9090"] }),
  port("grafana", { user: "grafana", listens: ["tcp4 *:3000"] }),
  base("sshd", { needs: "some", listens: ["tcp4 *:22", "tcp6 *:22"] }),
  base("ftpd", { listens: ["tcp4 *:21"] }),
  base("inetd", {}),
  base("cron", { enabled: true }),
];

export function findService(name: string): ServiceKind | undefined {
  return SERVICES.find((service) => service.name === name);
}

/** `mysql-server` is switched on by `mysql_enable`. */
export function enableVariable({ name }: ServiceKind): string {
  return `${name.replace(/-server$/, "").replace(/\W/g, "_")}_enable`;
}
