import { styleText } from "node:util";

export type Paint = "red" | "yellow" | "cyan" | "gray" | "bold" | "green";

/** Whether to use colours: on a terminal, unless NO_COLOR says no or FORCE_COLOR says yes. */
function coloured(): boolean {
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return process.stdout.isTTY === true;
}

export function paint(colour: Paint, text: string): string {
  return coloured() ? styleText(colour, text, { validateStream: false }) : text;
}
