import { strerror } from "../../errno.ts";
import { chdir } from "../../filesystem/directories.ts";
import type { Host } from "../../host.ts";
import { setgid, setgroups, setuid } from "../../process/credentials.ts";
import type { Process } from "../../process/types.ts";
import type { Command, CommandContext, CommandResult } from "../../shell/command.ts";
import { done, failed, unmodelled } from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { jailAttach } from "../attach.ts";
import { type JailKey, type JailRecord, type JailValue, jailGet, parameterNames } from "../jailGet.ts";

/** jls(8) and jexec(8). */

const JLS_USAGE = "usage: jls [-dhNnqsv] [-j jail] [param ...]";

const DEFAULT_PARAMETERS = ["jid", "ip4.addr", "host.hostname", "path"];
const NAMED_PARAMETERS = ["name", "ip4.addr", "host.hostname", "path"];
const VERBOSE_PARAMETERS = [
  "jid",
  "host.hostname",
  "path",
  "name",
  "dying",
  "cpuset.id",
  "ip4.addr",
  "ip6.addr",
];

/** What a jail's number or name is asked for with. */
function keyOf(word: string): JailKey {
  return /^\d+$/.test(word) ? { jid: Number(word) } : { name: word };
}

/** Jails that the process sees, in the order of their numbers, or one; a text where the kernel refuses. */
function records(
  host: Host,
  process: Process,
  one: string | undefined,
  names: readonly string[],
  dying: boolean,
): JailRecord[] | string {
  if (one !== undefined) {
    const found = jailGet(host, process, keyOf(one), names, { dying });
    return found.ok ? [found.value] : (found.message ?? strerror(found.errno));
  }
  const all: JailRecord[] = [];
  let lastjid = 0;
  for (;;) {
    const next = jailGet(host, process, { lastjid }, ["jid"], { dying });
    if (!next.ok) return all;
    lastjid = Number(next.value["jid"]);
    const found = jailGet(host, process, { jid: lastjid }, names, { dying: true });
    if (!found.ok) return found.message ?? strerror(found.errno);
    all.push(found.value);
  }
}

/** Parameters without a dot first, then by name. Source: sort_param() in usr.sbin/jls/jls.c. */
function sorted(names: readonly string[]): string[] {
  const top = (name: string): number => (name.includes(".") ? 1 : 0);
  return [...names].sort((a, b) => top(a) - top(b) || (a < b ? -1 : 1));
}

function listText(value: JailValue | undefined): string {
  return typeof value === "object" ? value.join(",") : String(value ?? "");
}

/** Quotes what jail(8) would read differently otherwise. */
function quoted(text: string): string {
  if (text === "") return '""';
  if (!/[\s'"\\]/.test(text)) return text;
  return text.includes('"') ? `'${text.replace(/['\\]/g, "\\$&")}'` : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Parameters that can only be read. Source: CTLFLAG_RD without CTLFLAG_TUN in sys/kern/kern_jail.c. */
const READ_ONLY: ReadonlySet<string> = new Set(["dying", "parent", "children.cur", "cpuset.id"]);

function assignments(record: JailRecord, names: readonly string[], skip: boolean, quote: boolean): string {
  return names
    .filter((name) => {
      if (!skip) return true;
      if (READ_ONLY.has(name)) return false;
      const parent = name.slice(0, Math.max(0, name.lastIndexOf(".")));
      if (parent === "ip4" || parent === "ip6") return listText(record[`${parent}.addr`]) !== "";
      return parent === "" || record[parent] === undefined || record[parent] === "new";
    })
    .map((name) => {
      const value = record[name];
      if (typeof value === "boolean") return value ? name : negated(name);
      return `${name}=${quote ? quoted(listText(value)) : listText(value)}`;
    })
    .join(" ");
}

function negated(name: string): string {
  const cut = name.lastIndexOf(".") + 1;
  return `${name.slice(0, cut)}no${name.slice(cut)}`;
}

function runJls({ host, process, args }: CommandContext): CommandResult {
  let json: string | undefined;
  const words = args.filter((word, i) => {
    const given = /^--libxo(?:[=:](.*))?$/.exec(word) ?? /^--libxo$/.exec(args[i - 1] ?? "");
    if (!given) return true;
    if (word !== "--libxo" || given[1] !== undefined) json = given[1] ?? word;
    return false;
  });
  const style = json?.split(",");
  if (style && !style.includes("json")) return unmodelled("jls", `--libxo ${json}`);
  const options = readOptions("jls", words, "adhNnqsvj:", JLS_USAGE);
  if (isResult(options)) return options;
  const dying = options.has("d") || options.has("a");
  const { j: one } = options.values;
  const many = ["n", "s", "h"].some(options.has) || options.rest.length > 0;
  const explicit = options.rest.length > 0 && !options.rest.includes("all");
  const known = parameterNames(host);
  const names = explicit
    ? options.rest
    : many
      ? sorted(known)
      : options.has("v")
        ? VERBOSE_PARAMETERS
        : options.has("N")
          ? NAMED_PARAMETERS
          : DEFAULT_PARAMETERS;
  const found = records(host, process, one, names, dying);
  if (typeof found === "string") return failed(`jls: ${found}\n`);
  if (style) return done(jsonText(found, names, many, style.includes("pretty")));
  if (!many) {
    const text = options.has("v") ? verboseText : options.has("N") ? namedText : plainText;
    return done(text(found));
  }
  const skip = options.has("s");
  const quote = options.has("q") || skip;
  const lines = found.map((record) =>
    options.has("n") || skip
      ? assignments(record, names, skip, quote)
      : names
          .map((name) => {
            const value = record[name];
            const text = typeof value === "boolean" ? String(value) : listText(value);
            return quote ? quoted(text) : text || "-";
          })
          .join(" "),
  );
  if (options.has("h")) lines.unshift(names.join(" "));
  return done(lines.map((line) => `${line}\n`).join(""));
}

/** The first address, nothing where a jail has none. Source: print_jail() in usr.sbin/jls/jls.c. */
function first(value: JailValue | undefined): string {
  return typeof value === "object" ? (value[0] ?? "") : "";
}

/** The plain view with names in the place of numbers. */
function namedText(found: readonly JailRecord[]): string {
  const rows = found.map((record) => {
    const address = first(record["ip4.addr"]).slice(0, 15).padEnd(15);
    const hostname = listText(record["host.hostname"]).slice(0, 29).padEnd(29);
    return ` ${listText(record["name"]).padEnd(15)} ${address} ${hostname} ${listText(record["path"]).slice(0, 74)}\n`;
  });
  return ` JID             IP Address      Hostname                      Path\n${rows.join("")}`;
}

function plainText(found: readonly JailRecord[]): string {
  const rows = found.map((record) => {
    const address = first(record["ip4.addr"]).slice(0, 15).padEnd(15);
    const name = listText(record["host.hostname"]).slice(0, 29).padEnd(29);
    return `${listText(record["jid"]).padStart(6)}  ${address} ${name} ${listText(record["path"]).slice(0, 74)}\n`;
  });
  return `   JID  IP Address      Hostname                      Path\n${rows.join("")}`;
}

function verboseText(found: readonly JailRecord[]): string {
  const head = [
    "   JID  Hostname                      Path",
    "        Name                          State",
    "        CPUSetID",
    "        IP Address(es)",
  ];
  const pair = (left: string, right: string): string =>
    `${left.slice(0, 29).padEnd(29)} ${right.slice(0, 74)}`;
  const rows = found.flatMap((record) => [
    `${listText(record["jid"]).padStart(6)}  ${pair(listText(record["host.hostname"]), listText(record["path"]))}`,
    `        ${pair(listText(record["name"]), record["dying"] === true ? "DYING" : "ACTIVE")}`,
    `        ${listText(record["cpuset.id"])}`,
    ...["ip4.addr", "ip6.addr"].flatMap((name) => {
      const value = record[name];
      return typeof value === "object" ? value.map((address) => `        ${address}`) : [];
    }),
  ]);
  return `${[...head, ...rows].join("\n")}\n`;
}

/** libxo(3) writes numbers of the plain view as numbers, and everything that was asked for by name as text. */
function jsonText(
  found: readonly JailRecord[],
  names: readonly string[],
  many: boolean,
  pretty: boolean,
): string {
  const plainNames: Readonly<Record<string, string>> = {
    "ip4.addr": "ipv4",
    "host.hostname": "hostname",
    "cpuset.id": "cpusetid",
    dying: "state",
  };
  const jail = found.map((record) =>
    Object.fromEntries(
      names.map((name): [string, string | number | readonly string[]] => {
        const value = record[name];
        if (many) return [name, typeof value === "boolean" ? String(value) : listText(value)];
        if (name === "ip4.addr" && !names.includes("ip6.addr")) return ["ipv4", first(value)];
        if (typeof value === "object") return [name === "ip4.addr" ? "ipv4_addrs" : "ipv6_addrs", value];
        if (name === "dying") return ["state", value === true ? "DYING" : "ACTIVE"];
        return [plainNames[name] ?? name, typeof value === "number" ? value : String(value ?? "")];
      }),
    ),
  );
  const whole = { __version: "2", "jail-information": { jail } };
  if (pretty) return `${JSON.stringify(whole, null, 2)}\n`;
  const list = jail.map((one) => JSON.stringify(one)).join(", ");
  return `{"__version": "2", "jail-information": {"jail": [${list}]}}\n`;
}

const JEXEC_USAGE =
  "usage: jexec [-l] [-d working-directory] [-u username | -U username] jail\n       [command ...]";

function runJexec({ host, process, args, exec, script, stdin, terminal }: CommandContext): CommandResult {
  const options = readOptions("jexec", args, "ld:e:nu:U:", JEXEC_USAGE);
  if (isResult(options)) return options;
  const [jail, ...words] = options.rest;
  if (jail === undefined) return failed(`${JEXEC_USAGE}\n`);
  if (options.has("e")) return unmodelled("jexec", "-e");
  const found = jailGet(host, process, keyOf(jail), ["jid"]);
  if (!found.ok) return failed(`jexec: ${found.message ?? strerror(found.errno)}\n`, 1, [found.decision]);
  const jid = Number(found.value["jid"]);
  const { u: outside, U: inside, d: directory } = options.values;
  const user = outside ?? inside;
  const account = host.state.machine.users.find(({ name }) => name === user);
  if (user !== undefined && !account) return failed(`jexec: ${user}: no such user\n`);
  const attached = jailAttach(host, process, jid);
  if (!attached.ok)
    return failed(`jexec: jail_attach(${jid}): ${strerror(attached.errno)}\n`, 1, [attached.decision]);
  const moved = chdir(host, process, directory ?? "/");
  if (!moved.ok)
    return failed(`jexec: chdir(): ${strerror(moved.errno)}\n`, 1, [attached.decision, moved.decision]);
  if (account) {
    const groups = host.state.machine.groups.filter(({ members }) => members.includes(account.name));
    for (const changed of [
      setgroups(host, process, [account.gid, ...groups.map(({ gid }) => gid)]),
      setgid(host, process, account.gid),
      setuid(host, process, account.uid),
    ])
      if (!changed.ok)
        return failed(`jexec: setusercontext: ${strerror(changed.errno)}\n`, 1, [changed.decision]);
    const { name, home, shell } = account;
    process.environment = { ...process.environment, HOME: home, SHELL: shell, USER: name };
  }
  // Without a command it starts a shell, which reads what it is given, or what is typed at the terminal.
  const command = words.length === 0 && terminal ? ["sh"] : words;
  const result =
    command.length === 0 ? script(stdin) : exec(command, { prefix: "jexec: execvp: ", status: 1 });
  return { ...result, decisions: [attached.decision, ...result.decisions] };
}

export const jailCommands: readonly Command[] = [
  { name: "jls", path: "/usr/sbin/jls", summary: "list jails (-v -n -s -h -d -q --libxo json)", run: runJls },
  { name: "jexec", path: "/usr/sbin/jexec", summary: "run a command in a jail", run: runJexec },
];
