import type { Decision, Outcome } from "../../decision.ts";
import {
  type CommandContext,
  type CommandResult,
  done,
  failed,
  program,
  unmodelled,
} from "../../shell/command.ts";
import { isResult, readOptions } from "../../shell/options.ts";
import { milestoneOf } from "../smf/instances.ts";
import {
  changeMilestone,
  clearService,
  disableService,
  enableService,
  findService,
  markService,
  refreshService,
  restartService,
} from "../smf/operations.ts";
import { zoneOf } from "../zones.ts";
import { inGlobalZone, zoneFor } from "./views.ts";

/** svcadm(8). Source: usr/src/cmd/svc/svcadm/svcadm.c. */

const USAGE =
  "Usage: svcadm [-v] [-Z | -z zone] [cmd [args ... ]]\n\n\tsvcadm enable [-rst] <service> ...\n\tsvcadm disable [-st] <service> ...\n\tsvcadm restart <service> ...\n\tsvcadm refresh <service> ...\n\tsvcadm mark [-It] <state> <service> ...\n\tsvcadm clear <service> ...\n\tsvcadm milestone [-d] <milestone>\n";

function runSvcadm({ host, process, args }: CommandContext): CommandResult {
  const outer = readOptions("svcadm", args, "vZz:", USAGE, 2);
  if (isResult(outer)) return outer;
  if (outer.has("Z")) return unmodelled("svcadm", "-Z");
  const { z: name } = outer.values;
  const zone = name === undefined ? zoneOf(host, process) : zoneFor(host, process, name);
  if (!zone || (name !== undefined && !inGlobalZone(process)))
    return failed(`svcadm: invalid zone '${name}'\n`);
  const [verb = "", ...rest] = outer.rest;
  const inner = readOptions("svcadm", rest, "rstIdS", USAGE, 2);
  if (isResult(inner)) return inner;
  const words = [...inner.rest];
  if (verb === "milestone") {
    const milestone = milestoneOf(words[0] ?? "");
    if (!milestone) return failed(`svcadm: Unknown milestone \`${words[0] ?? ""}'\n`);
    return told([changeMilestone(host, process, zone, milestone)]);
  }
  const state = verb === "mark" ? words.shift() : undefined;
  if (verb === "mark" && state !== "maintenance" && state !== "degraded") return failed(USAGE, 2);
  if (words.length === 0) return failed(USAGE, 2);
  const temporary = inner.has("t");
  const outcomes: Outcome<unknown>[] = [];
  for (const word of words) {
    const found = findService(host, zone, word);
    if (!found.ok) {
      if (found.errno === "ENOENT")
        return failed(`svcadm: Pattern '${word}' doesn't match any instances\n`, 1, [found.decision]);
      outcomes.push(found);
      continue;
    }
    const service = found.value;
    switch (verb) {
      case "enable":
        outcomes.push(enableService(host, process, zone, service, { temporary, recursive: inner.has("r") }));
        break;
      case "disable":
        outcomes.push(disableService(host, process, zone, service, { temporary }));
        break;
      case "restart":
        outcomes.push(restartService(host, process, zone, service));
        break;
      case "refresh":
        outcomes.push(refreshService(host, process, zone, service));
        break;
      case "clear":
        outcomes.push(clearService(host, process, zone, service));
        break;
      case "mark":
        outcomes.push(
          markService(host, process, zone, service, state === "degraded" ? "degraded" : "maintenance"),
        );
        break;
      default:
        return failed(`svcadm: Unknown command '${verb}'\n${USAGE}`, 2);
    }
  }
  return told(outcomes);
}

/** The real one says little: of an error in a sentence. */
function told(outcomes: readonly Outcome<unknown>[]): CommandResult {
  const decisions: Decision[] = outcomes.map(({ decision }) => decision);
  const stderr = outcomes
    .filter((outcome) => !outcome.ok)
    .map(({ decision: { rule, reason } }) =>
      rule === "svc/authorization" ? "svcadm: Permission denied.\n" : `svcadm: ${reason}\n`,
    )
    .join("");
  return { ...done("", decisions), stderr, status: stderr === "" ? 0 : 1 };
}

export const svcadm = program(
  "/usr/sbin/svcadm",
  "enable, disable, restart, clear and mark services",
  runSvcadm,
);
