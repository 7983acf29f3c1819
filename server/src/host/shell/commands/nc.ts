import type { Decision } from "../../decision.ts";
import { familyOf } from "../../network/addresses.ts";
import { bind, close, connect, listen, socket } from "../../network/sockets.ts";
import {
  type Command,
  type CommandContext,
  type CommandResult,
  done,
  failed,
  unmodelled,
} from "../command.ts";
import { isResult, readOptions } from "../options.ts";

/** nc(1), which FreeBSD and illumos both have from OpenBSD. */

/** Without a name service, what /etc/hosts says is not asked either: an address, or `localhost`. */
export function addressOf(word: string): string | undefined {
  if (word === "localhost") return "127.0.0.1";
  return familyOf(word) ? word : undefined;
}

/** What /etc/services calls a few ports. Source: etc/services of the base system. */
const SERVICES: Readonly<Record<number, string>> = {
  ...{ 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "domain", 80: "http", 110: "pop3", 123: "ntp" },
  ...{ 143: "imap", 443: "https", 514: "syslog", 3306: "mysql", 5432: "postgresql", 6379: "redis" },
};

function runNc({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: nc [-46DdEFhklMNnrSUuvz] [-I length] [-i interval] [-p source_port] [-s source]\n\t  [-w timeout] [hostname] [port]";
  const options = readOptions("nc", args, "46DdEFhklMNnrSUuvzi:I:O:p:s:T:V:w:X:x:P:", usage);
  if (isResult(options)) return options;
  const datagram = options.has("u");
  const protocol = datagram ? "udp" : "tcp";
  if (options.has("U")) return unmodelled("nc", "-U");
  const words = [...options.rest];
  const portWord = options.has("l") && words.length === 0 ? options.values["p"] : words.at(-1);
  const port = Number(portWord);
  if (portWord === undefined || (!options.has("l") && words.length < 2)) return failed(`${usage}\n`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return failed(`nc: port number invalid: ${portWord}\n`);
  const given = words.length > 1 ? words[0] : undefined;
  const address = given === undefined ? undefined : addressOf(given);
  if (given !== undefined && address === undefined) return failed(`nc: getaddrinfo: Name does not resolve\n`);
  const family = options.has("6") || familyOf(address ?? "") === "inet6" ? "inet6" : "inet";
  const opened = socket(host, process, { family, type: datagram ? "datagram" : "stream" });
  if (!opened.ok) return failed(`nc: ${host.kernel.shell.strerror(opened.errno)}\n`, 1, [opened.decision]);
  const { id } = opened.value;
  const decisions: Decision[] = [opened.decision];
  if (options.has("l")) {
    const bound = bind(host, process, id, { address: address ?? "*", port });
    decisions.push(bound.decision);
    if (!bound.ok) return failed(`nc: ${host.kernel.shell.strerror(bound.errno)}\n`, 1, decisions);
    if (!datagram) {
      const listening = listen(host, process, id);
      decisions.push(listening.decision);
      if (!listening.ok) return failed(`nc: ${host.kernel.shell.strerror(listening.errno)}\n`, 1, decisions);
    }
    return { ...done("", decisions), stays: true };
  }
  if (options.values["s"] !== undefined) {
    const bound = bind(host, process, id, { address: options.values["s"], port: 0 });
    decisions.push(bound.decision);
    if (!bound.ok)
      return failed(`nc: bind failed: ${host.kernel.shell.strerror(bound.errno)}\n`, 1, decisions);
  }
  const target = { address: address ?? "", port };
  const connected = host.elsewhere?.(process, { ...target, protocol }) ?? connect(host, process, id, target);
  decisions.push(connected.decision);
  close(host, process, id);
  const service = SERVICES[port] ?? "*";
  if (!connected.ok) {
    const loud = options.has("v");
    const text = loud
      ? `nc: connect to ${given} port ${port} (${protocol}) failed: ${host.kernel.shell.strerror(connected.errno)}\n`
      : "";
    const waited = connected.errno === "ETIMEDOUT" ? Number(options.values["w"] ?? 75) * 1000 : 1;
    return { ...failed(text, 1, decisions), milliseconds: waited };
  }
  const loud = options.has("v") || options.has("z");
  const note = `Connection to ${given} ${port} port [${protocol}/${service}] succeeded!\n`;
  return { ...done("", decisions), stderr: loud ? note : "" };
}

export const nc: Command = {
  name: "nc",
  path: "/usr/bin/nc",
  summary: "connect (-z) or listen (-l)",
  run: runNc,
};
