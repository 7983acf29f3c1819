import { isLoopback } from "../../network/addresses.ts";
import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { addressOf } from "../../shell/commands/nc.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { echo } from "../network/echo.ts";

/** ping(8). Source: usr/src/cmd/cmd-inet/usr.sbin/ping/ping.c. */

/** Seconds for which it waits, unless it is told otherwise. */
const PATIENCE = 20;

function runPing({ host, process, args }: CommandContext): CommandResult {
  const usage =
    "usage: ping host [timeout]\nusage: ping -s [-l | U] [abdLnRrv] [-A addr_family] [-c traffic_class] [-g gateway [-g gateway ...]] [-N next_hop_router] [-F flow_label] [-I interval] [-i interface] [-P tos] [-p port] [-t ttl] host [data_size] [npackets]";
  const options = readOptions("ping", args, "aA:bc:dF:g:I:i:lLnN:p:P:rRst:UvZ:", usage);
  if (isResult(options)) return options;
  const [word, second, third] = options.rest;
  if (word === undefined) return failed(`${usage}\n`);
  const patience = Number(second ?? PATIENCE);
  if (!Number.isInteger(patience) || patience < 1) return failed(`${usage}\n`);
  const target = addressOf(word);
  if (target === undefined) return failed(`ping: unknown host ${word}\n`);
  const packets = Number(third ?? 3);
  const refused = options.has("s") && tooMany("ping", packets, "packets");
  if (refused) return refused;
  const answer = echo(host, process, target);
  const decisions = [answer.decision];
  if (!answer.ok && answer.errno === "EACCES")
    return failed("ping: socket Permission denied\n", 1, decisions);
  if (options.has("s")) return statistics(word, target, packets, answer.ok, decisions);
  if (answer.ok) return done(`${word} is alive\n`, decisions);
  // Who has an address on the own network is asked after sendto(2) has come back.
  const unanswered = answer.errno === "EHOSTUNREACH" && answer.decision.rule === "path";
  if (answer.errno !== "ETIMEDOUT" && !unanswered)
    return failed(`ping: sendto ${host.kernel.shell.strerror(answer.errno)}\n`, 1, decisions);
  return {
    ...done(`no answer from ${word}\n`, decisions, patience * 1000),
    status: 1,
  };
}

function statistics(
  word: string,
  target: string,
  count: number,
  answered: boolean,
  decisions: CommandResult["decisions"],
): CommandResult {
  const sent = Number.isInteger(count) && count > 0 ? count : 3;
  const time = isLoopback(target) ? "0.030" : "0.200";
  const shown = word === target ? target : `${word} (${target})`;

  const lines = answered
    ? Array.from({ length: sent }, (_, i) => `64 bytes from ${shown}: icmp_seq=${i}. time=${time} ms\n`)
    : [];
  const tail = [
    "",
    `----${word} PING Statistics----`,
    `${sent} packets transmitted, ${answered ? sent : 0} packets received, ${answered ? 0 : 100}% packet loss`,
    ...(answered ? [`round-trip (ms)  min/avg/max/stddev = ${time}/${time}/${time}/0.000`] : []),
  ];
  return {
    status: answered ? 0 : 1,
    stdout: `PING ${word}: 56 data bytes\n${lines.join("")}${tail.join("\n")}\n`,
    stderr: "",
    decisions,
    milliseconds: (sent - 1) * 1000 + 1,
  };
}

export const ping = program("/usr/sbin/ping", "ask for an echo (-s for statistics)", runPing);
