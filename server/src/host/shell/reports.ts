import { type CommandResult, unmodelled } from "./command.ts";

/** What a command does over and over is refused beyond this: each time lets the machine compute, or prints a line. */
const MOST = 1000;

/** The refusal of so many reports or packets, unless they are few enough. */
export function tooMany(tool: string, count: number, what: "reports" | "packets"): CommandResult | undefined {
  return count > MOST ? unmodelled(tool, `more than ${MOST} ${what}`) : undefined;
}
