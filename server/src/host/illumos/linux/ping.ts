import { type CommandContext, type CommandResult, done, failed, program } from "../../shell/command.ts";
import { addressOf } from "../../shell/commands/nc.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { tooMany } from "../../shell/reports.ts";
import { echo } from "../network/echo.ts";

/** ping(8) of iputils: it sends until it is interrupted, or as often as -c says. */

/** How many answers are shown of a ping that would not end. */
const SHOWN = 3;

function runPing({ host, process, args }: CommandContext): CommandResult {
  const usage = "ping: usage error: Destination address required\n";
  const options = readOptions("ping", args, "46bc:I:i:nqs:t:W:w:", "Usage: ping [options] <destination>", 2);
  if (isResult(options)) return options;
  const [word] = options.rest;
  if (word === undefined) return failed(usage, 1);
  const target = addressOf(word);
  if (target === undefined) return failed(`ping: ${word}: Name or service not known\n`, 2);
  const { c, s: size = "56" } = options.values;
  const count = c === undefined ? SHOWN : Math.max(1, Math.floor(Number(c)) || 1);
  const refused = tooMany("ping", count, "packets");
  if (refused) return refused;
  const answer = echo(host, process, target);
  const decisions = [answer.decision];
  if (!answer.ok && answer.errno === "EACCES")
    return failed("ping: socket: Operation not permitted\n", 2, decisions);
  if (!answer.ok && answer.errno === "ENETUNREACH")
    return failed("ping: connect: Network is unreachable\n", 2, decisions);
  const total = target.includes(":") ? Number(size) + 8 + 40 : Number(size) + 8 + 20;
  const replies = answer.ok
    ? Array.from(
        { length: count },
        (_, i) => `${Number(size) + 8} bytes from ${target}: icmp_seq=${i + 1} ttl=255 time=0.200 ms\n`,
      )
    : [];
  const received = replies.length;
  const milliseconds = (count - 1) * 1000;
  const tail = [
    "",
    `--- ${word} ping statistics ---`,
    `${count} packets transmitted, ${received} received, ${received > 0 ? 0 : 100}% packet loss, time ${milliseconds}ms`,
    ...(received > 0 ? ["rtt min/avg/max/mdev = 0.200/0.200/0.200/0.000 ms"] : []),
  ];
  const text = `PING ${word} (${target}) ${size}(${total}) bytes of data.\n${options.has("q") ? "" : replies.join("")}${tail.join("\n")}\n`;
  return {
    ...done(text, decisions, milliseconds + 1),
    status: received > 0 ? 0 : 1,
    ...(c === undefined && { stays: true as const }),
  };
}

export const linuxPing = program("/usr/bin/ping", "ask for an echo (-c COUNT)", runPing);
