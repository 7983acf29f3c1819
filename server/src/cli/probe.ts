import { matches } from "../host/freebsd/jail8/targets.ts";
import { actionsOf, type Verdict } from "../simulation/attempts.ts";
import { type Confinement, confinementsOf } from "../simulation/confinement.ts";
import { boot } from "./boot.ts";
import { paint } from "./colour.ts";
import type { Booted } from "./containers.ts";
import { decisionJson, mark, VERDICTS } from "./formats/decisions.ts";
import { placesOf } from "./formats/origins.ts";
import type { CommonOptions, ProbeOptions } from "./options.ts";

/**
 * `zonewarden probe`: boots, then tries every action in every container that runs, each in a copy of the host. Exit
 * code 1 where one does not run.
 */
export function runProbes(
  { file, containers, format, ...options }: ProbeOptions,
  print: (text: string) => void,
  printError: (text: string) => void,
): number {
  const { booted, tried } = confinements(file, { ...options, containers });
  print(format === "json" ? json(booted, tried) : tried.map((one) => table(booted, one)).join("\n"));
  const missing = tried.filter(({ id }) => id === null);
  for (const { name, type } of missing)
    printError(`zonewarden: ${type} ${name} does not run: see zonewarden boot\n`);
  return missing.length > 0 ? 1 : 0;
}

/** The containers of a file that are wanted, tried one by one. */
export function confinements(
  file: string,
  options: CommonOptions & Pick<ProbeOptions, "containers">,
): { readonly booted: Booted; readonly tried: readonly Confinement[] } {
  const booted = boot([file], { ...options, stay: true });
  // Those that were only started because others depend on them were not asked for.
  const wanted = booted.containers.filter(
    ({ name }) =>
      options.containers.length === 0 || options.containers.some((pattern) => matches(name, pattern)),
  );
  return { booted, tried: confinementsOf(booted.host, wanted) };
}

function json(booted: Booted, tried: readonly Confinement[]): string {
  const containers = tried.map(({ name, type, verdicts }) => ({
    name,
    type,
    decisions: verdicts.map((verdict) => decisionJson(booted, verdict)),
  }));
  return `${JSON.stringify({ version: 1, containers }, undefined, 2)}\n`;
}

/** One container: the verdicts area by area, with reasons and lines. */
function table(booted: Booted, { name, id, verdicts }: Confinement): string {
  if (id === null) return `${paint("bold", name)} ${paint("red", "does not run")}\n`;
  const counts = (["allow", "contained", "deny", "assumed"] as const)
    .map(
      (verdict) =>
        [VERDICTS[verdict], verdicts.filter(({ decision }) => decision.verdict === verdict)] as const,
    )
    .filter(([, some]) => some.length > 0)
    .map(([{ mark: sign, colour, word }, some]) => `${paint(colour, sign)} ${some.length} ${word}`);
  const lines = [`${paint("bold", name)}: ${counts.join(", ")}`];
  const width = Math.max(...verdicts.map(({ probe }) => probe.id.length));
  for (const area of actionsOf(booted.host.kernel.family).areas) {
    const members = verdicts.filter(({ probe }) => probe.area === area);
    lines.push("", `  ${paint("bold", area)}`, ...members.map((one) => `    ${line(booted, one, width)}`));
  }
  return `${lines.join("\n")}\n`;
}

/** The longest names of errors: EPROTONOSUPPORT. */
const ERRNO_WIDTH = 15;

export function line(booted: Booted, { probe, decision, severity }: Verdict, width: number): string {
  const { errno = "", reason, causes, unsure } = decision;
  const places = placesOf(booted, causes);
  return [
    mark(decision),
    probe.id.padEnd(width),
    errno.padEnd(ERRNO_WIDTH),
    `${severity === "warning" ? paint("yellow", `${probe.title}!`) : probe.title}: ${reason}`,
    ...(unsure ? [paint("gray", "(not certain)")] : []),
    ...(places ? [paint("gray", places)] : []),
  ].join(" ");
}
