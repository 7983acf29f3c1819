import { type Change, type Difference, differences } from "../simulation/confinement.ts";
import { paint } from "./colour.ts";
import type { Booted } from "./containers.ts";
import { decisionJson, VERDICTS } from "./formats/decisions.ts";
import type { DiffOptions } from "./options.ts";
import { confinements, line } from "./probe.ts";

/**
 * `zonewarden diff`: what the jails or zones of a new configuration may do that those of the old one could not, and the other
 * way round. Exit code 1 where something is newly allowed, or one does not run.
 */
export function runDiff(
  { before, after, format, ...options }: DiffOptions,
  print: (text: string) => void,
  printError: (text: string) => void,
): number {
  const old = confinements(before, { ...options, containers: [] });
  const now = confinements(after, { ...options, containers: [] });
  const found = differences(
    old.tried.filter(({ id }) => id !== null),
    now.tried.filter(({ id }) => id !== null),
  );
  print(format === "json" ? json(now.booted, found) : text(now.booted, found));
  const missing = [
    ...old.tried.filter(({ id }) => id === null).map(({ name, type }) => `${before}: ${type} ${name}`),
    ...now.tried.filter(({ id }) => id === null).map(({ name, type }) => `${after}: ${type} ${name}`),
  ];
  for (const one of missing) printError(`zonewarden: ${one} does not run, so that it is not compared\n`);
  return missing.length > 0 || found.some(({ allows }) => allows.length > 0) ? 1 : 0;
}

function json(booted: Booted, found: readonly Difference[]): string {
  const shown = (changes: readonly Change[]) =>
    changes.map(({ before, after }) => ({ ...decisionJson(booted, after), before }));
  const containers = found.map(({ name, type, change, allows, denies }) => ({
    name,
    type,
    change,
    allows: shown(allows),
    denies: shown(denies),
  }));
  return `${JSON.stringify({ version: 1, containers }, undefined, 2)}\n`;
}

const HEADS: Readonly<Record<Difference["change"], string>> = {
  added: "is new: compared with defaults",
  removed: "is gone",
  changed: "may do other things",
  same: "may do what it could",
};

function text(booted: Booted, found: readonly Difference[]): string {
  const blocks = found.map(({ name, change, allows, denies }) => {
    const lines = [`${paint("bold", name)} ${HEADS[change]}`];
    for (const [title, changes] of [
      ["newly allows", allows],
      ["no longer allows", denies],
    ] as const) {
      if (changes.length === 0) continue;
      const width = Math.max(...changes.map(({ probe }) => probe.id.length));
      lines.push(`  ${title}`);
      for (const { before, after } of changes)
        lines.push(`    ${paint("gray", VERDICTS[before].mark)}→${line(booted, after, width)}`);
    }
    return `${lines.join("\n")}\n`;
  });
  return blocks.join("\n");
}
