import { own } from "../../catalog/own.ts";
import { SYSCTLS } from "../../host/freebsd/sysctlTable.ts";
import { columns, count, type Draft, type Reader, type System } from "./draft.ts";

/** What tells of the system, its kernel, its accounts and its daemons. */

const UNAME = /^(FreeBSD|SunOS) (\S+) (\S+)(?: (.*))?$/;

const uname: Reader = {
  name: "uname -a",
  begins: (line) => UNAME.test(line),
  goesOn: () => false,
  read: ([line], draft) => {
    const [, system, hostname = "", release = "", version = ""] = UNAME.exec(line?.text ?? "") ?? [];
    draft.scalars.hostname = hostname;
    if (system === "FreeBSD") {
      draft.system = "freebsd";
      const number = /^\d+\.\d+/.exec(release)?.[0];
      if (number) draft.scalars.release = number;
      return `FreeBSD ${number ?? release}`;
    }
    const [kind, named] = illumosOf(version);
    draft.system = kind;
    if (named) draft.scalars.release = named;
    return `${kind} ${named ?? release}`;
  },
};

/** Which distribution the version of the kernel is of: `omnios-r151054-…`, `joyent_20250807T000000Z`, `11.4.0.15.0`. */
function illumosOf(version: string): [System, string | undefined] {
  const omnios = /\bomnios-(r\d+)/.exec(version);
  if (omnios) return ["omnios", omnios[1]];
  const smartos = /\bjoyent_(\d{8}T\d{6}Z)/.exec(version);
  if (smartos) return ["smartos", smartos[1]];
  const solaris = /^(11\.\d+)\b/.exec(version);
  if (solaris) return ["solaris", solaris[1]];
  return ["illumos", undefined];
}

const hostname: Reader = {
  name: "hostname",
  begins: (line, command) => command === "hostname" && /^[A-Za-z\d][\w.-]*$/.test(line),
  goesOn: () => false,
  read: ([line], draft) => {
    draft.scalars.hostname = line?.text ?? "";
    return line?.text;
  },
};

const SYSCTL = /^([a-z_]\w*(?:\.[\w%-]+)+)(?:: |=)(.*)$/;
/** What becomes a key of its own in the host file. */
const SCALARS: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  "hw.ncpu": (draft, value) => {
    draft.scalars.cpus = Number(value);
  },
  "hw.physmem": (draft, value) => {
    draft.scalars.memory = Number(value);
  },
  "kern.hostname": (draft, value) => {
    draft.scalars.hostname = value;
  },
  "kern.hostuuid": (draft, value) => {
    draft.scalars.hostuuid = value;
  },
  "kern.hostid": (draft, value) => {
    draft.scalars.hostid = Number(value);
  },
  "kern.osrelease": (draft, value) => {
    const release = /^\d+\.\d+/.exec(value)?.[0];
    if (release) draft.scalars.release = release;
  },
};

const sysctl: Reader = {
  name: "sysctl",
  begins: (line) => SYSCTL.test(line),
  goesOn: (line) => SYSCTL.test(line),
  read: (lines, draft) => {
    draft.likely ??= "freebsd";
    let found = 0;
    for (const line of lines) {
      const [, name = "", value = ""] = SYSCTL.exec(line.text) ?? [];
      const scalar = own(SCALARS, name);
      const known = own(SYSCTLS, name);
      const usual = known ? known.value === undefined || String(known.value) === value : value === "";
      if (scalar) scalar(draft, value);
      // Descriptions of parameters are no values, and what the kernel computes is none of the host file.
      else if (!usual && !name.startsWith("security.jail.param."))
        draft.sysctls[name] = /^-?\d{1,15}$/.test(value) ? Number(value) : value;
      found++;
    }
    return count(found, "value");
  },
};

const kldstat: Reader = {
  name: "kldstat",
  begins: (line) => /^\s*Id\s+Refs\s+Address\s+Size\s+Name/.test(line),
  goesOn: (line) => /^\s*\d+\s+\d+\s+0x[\da-f]+\s+[\da-f]+\s+\S+$/.test(line),
  read: ([, ...rows], draft) => {
    draft.likely ??= "freebsd";
    const modules = rows.map(({ text }) => columns(text).at(-1) ?? "").filter((name) => name.endsWith(".ko"));
    for (const name of modules) draft.modules.add(name.replace(/\.ko$/, ""));
    return count(modules.length, "module");
  },
};

const NAME = "[A-Za-z_][\\w.-]*\\$?";
const PASSWD = new RegExp(`^${NAME}:[^:]*:\\d+:\\d+:(?:[^:]*:\\d+:\\d+:)?[^:]*:/[^:]*:[^:]*$`);
const GROUP = new RegExp(`^${NAME}:[^:]*:\\d+:(?:${NAME}(?:,${NAME})*)?$`);

const passwd: Reader = {
  name: "passwd",
  begins: (line) => PASSWD.test(line),
  goesOn: (line) => PASSWD.test(line),
  read: (lines, draft) => {
    for (const { text } of lines) {
      const fields = text.split(":");
      const [name = "", , uid, gid] = fields;
      const [home = "", shell = ""] = fields.slice(-2);
      draft.users.set(name, {
        name,
        uid: Number(uid),
        gid: Number(gid),
        home: tidy(home),
        ...(shell && { shell }),
      });
    }
    return count(lines.length, "user");
  },
};

function tidy(path: string): string {
  return path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");
}

const group: Reader = {
  name: "group",
  begins: (line) => GROUP.test(line),
  goesOn: (line) => GROUP.test(line),
  read: (lines, draft) => {
    for (const { text } of lines) {
      const [name = "", , gid, members = ""] = text.split(":");
      draft.groups.set(name, { name, gid: Number(gid), ...(members && { members: members.split(",") }) });
    }
    return count(lines.length, "group");
  },
};

const sockstat: Reader = {
  name: "sockstat -l",
  begins: (line) => /^USER\s+COMMAND\s+PID\s+FD\s+PROTO\s+LOCAL ADDRESS/.test(line),
  goesOn: (line) => /^\S+\s+\S+\s+(?:\d+|\?)\s+(?:\d+|\?)\s+(?:tcp|udp|stream|dgram|seqpac)\S*\s+/.test(line),
  read: ([, ...rows], draft) => {
    draft.likely ??= "freebsd";
    const seen = new Set<string>();
    for (const { text } of rows) {
      const [user = "", name = "", , , protocol = "", local = ""] = columns(text);
      const service = draft.services.get(name) ?? { name, user, listens: [] };
      const sockets = local.startsWith("/")
        ? [`unix ${local}`]
        : familiesOf(protocol).map((one) => `${one} ${local}`);
      for (const socket of sockets) if (!service.listens.includes(socket)) service.listens.push(socket);
      draft.services.set(name, service);
      seen.add(name);
    }
    return count(seen.size, "daemon");
  },
};

/** `tcp46` is a socket of both families. */
function familiesOf(protocol: string): string[] {
  const [, kind, families = ""] = /^(tcp|udp)(46|4|6)/.exec(protocol) ?? [];
  return kind === undefined ? [] : [...families].map((family) => `${kind}${family}`);
}

/** Source: jls(8), without options and with -v. */
const jls: Reader = {
  name: "jls",
  begins: (line) => /^\s*JID\s+IP Address\s+Hostname\s+Path/.test(line),
  goesOn: (line) => /^\s*\d+\s+\S.*\s\/\S*$/.test(line),
  read: ([, ...rows], draft) => {
    draft.likely ??= "freebsd";
    for (const { text } of rows) {
      const cells = columns(text);
      const path = cells.at(-1) ?? "";
      draft.directories.set(path, { path, base: true });
      const address = cells[1] ?? "";
      if (/^[\da-f.:]+$/i.test(address) && /[.:]/.test(address)) draft.borrowed.add(address);
    }
    return `${count(rows.length, "jail")} (what belongs to them is left out)`;
  },
};

const ZONE =
  /^(?:\d+|-):[A-Za-z\d][\w.-]*:(?:configured|incomplete|installed|ready|running|shutting_down|down|mounted):(\/[^:]*)?:[^:]*:(\w[\w-]*):(?:shared|excl)/;

const zoneadm: Reader = {
  name: "zoneadm list -cp",
  begins: (line) => ZONE.test(line),
  goesOn: (line) => ZONE.test(line),
  read: (lines, draft) => {
    const brands = lines
      .filter(({ text }) => !text.includes(":global:"))
      .map(({ text }) => ZONE.exec(text)?.[2] ?? "");
    draft.likely ??= "illumos";
    for (const brand of brands) draft.brands.add(brand);
    return `${count(brands.length, "zone")} (of which the brands are taken)`;
  },
};

const IMAGE = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/i;

const imgadm: Reader = {
  name: "imgadm list",
  begins: (line) => /^UUID\s+NAME\s+VERSION\s+OS\s+TYPE/.test(line),
  goesOn: (line) => IMAGE.test(line),
  read: ([, ...rows], draft) => {
    draft.likely ??= "smartos";
    for (const { text } of rows) {
      const [, uuid = "", name = "", version = "", , type = ""] = IMAGE.exec(text) ?? [];
      const brand = type === "lx-dataset" ? "lx" : type === "zvol" ? "bhyve" : undefined;
      draft.images.push({ uuid, name, version, ...(brand && { brand }) });
    }
    return count(rows.length, "image");
  },
};

const prtconf: Reader = {
  name: "prtconf",
  begins: (line) => /^Memory size: \d+ Megabytes$/.test(line),
  goesOn: () => false,
  read: ([line], draft) => {
    const size = /\d+/.exec(line?.text ?? "")?.[0] ?? "0";
    draft.scalars.memory = `${size}M`;
    return `${size} MB of memory`;
  },
};

const psrinfo: Reader = {
  name: "psrinfo",
  begins: (line) => /^\d+\s+(?:on-line|off-line|no-intr|spare)\s+since /.test(line),
  goesOn: (line) => /^\d+\s+(?:on-line|off-line|no-intr|spare)\s+since /.test(line),
  read: (lines, draft) => {
    draft.scalars.cpus = lines.length;
    return count(lines.length, "CPU");
  },
};

export const systemReaders: readonly Reader[] = [
  uname,
  hostname,
  sysctl,
  kldstat,
  passwd,
  group,
  sockstat,
  jls,
  zoneadm,
  imgadm,
  prtconf,
  psrinfo,
];
