import { type Command, effective } from "../../../configuration/jail-conf/effective.ts";
import type { Origin, ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { MachineFacts } from "../machine.ts";
import type { ConfigurationContext } from "../topic.ts";
import { partOf, quoted } from "./walk.ts";

/** Resources of the machine that rules of rctl(8) share out. */
const RESOURCES = ["memoryuse", "pcpu"] as const;
type Resource = (typeof RESOURCES)[number];

/** A rule `jail:NAME:RESOURCE:deny=AMOUNT` that a command on the host adds. */
interface Limit {
  readonly resource: Resource;
  /** In bytes, or in percent of one CPU. */
  readonly amount: number;
  readonly text: string;
  readonly origin: Origin | undefined;
}

interface Limits {
  /** The first command that adds any rule. */
  readonly first: Origin | undefined;
  readonly limits: readonly Limit[];
}

const cache = new WeakMap<ResolvedJail, Limits>();
const NO_LIMITS: Limits = { first: undefined, limits: [] };

/** Checks the limits of one jail against the machine. */
export function* limitsOf(jail: ResolvedJail, machine: MachineFacts): Generator<Finding> {
  const { first, limits } = readLimits(jail);
  if (!first) return;
  const { description, described } = machine;
  if (Number(description.sysctls["kern.racct.enable"] ?? 0) !== 1) {
    const related = machine.at("sysctls");
    yield {
      code: "host/racct-off",
      origin: first,
      message:
        "`rctl` fails unless the machine was booted with `kern.racct.enable=1`, which is 0 by default.",
      ...(!described && { severity: "information" }),
      ...(related && { related: [{ origin: related, message: "The machine does not have it here." }] }),
    };
  }
  if (!described) return;
  for (const { resource, amount, text, origin } of limits) {
    const most = capacity(machine, resource);
    if (origin && amount > most)
      yield {
        code: "host/limit-above-machine",
        origin,
        message: `${quoted(text)} limits nothing: the machine has ${shown(resource, most)}.`,
      };
  }
}

/** Checks the limits of all jails together. */
export function* overCommitted({ index, machine }: ConfigurationContext): Generator<Finding> {
  if (!machine?.described) return;
  for (const resource of RESOURCES) {
    const most = capacity(machine, resource);
    let sum = 0;
    let last: Origin | undefined;
    let jails = 0;
    for (const jail of index.limited) {
      const own = readLimits(jail).limits.filter((limit) => limit.resource === resource);
      if (own.length === 0) continue;
      // Of several rules for one resource the lowest holds.
      sum += Math.min(...own.map(({ amount }) => amount), most);
      last = own.at(-1)?.origin ?? last;
      jails++;
    }
    if (jails < 2 || sum <= most || !last) continue;
    const related = machine.at(resource === "pcpu" ? "cpus" : "memory");
    yield {
      code: "host/over-committed",
      origin: last,
      message: `The limits of ${jails} jails on \`${resource}\` add up to ${shown(resource, sum)}; the machine has ${shown(resource, most)}.`,
      ...(related && { related: [{ origin: related, message: "The machine has it from here." }] }),
    };
  }
}

/** Whether commands of a jail add rules of rctl(8) that share out the machine. */
export function isLimited(jail: ResolvedJail): boolean {
  return readLimits(jail).limits.length > 0;
}

function capacity({ description: { memory, cpus } }: MachineFacts, resource: Resource): number {
  return resource === "pcpu" ? cpus * 100 : memory;
}

function shown(resource: Resource, amount: number): string {
  if (resource === "pcpu") return `${amount} % of a CPU`;
  const gigabytes = amount / 1024 ** 3;
  return gigabytes >= 1
    ? `${Number(gigabytes.toFixed(1))} GB`
    : `${Number((amount / 1024 ** 2).toFixed(1))} MB`;
}

function readLimits(jail: ResolvedJail): Limits {
  let known = cache.get(jail);
  if (!known) {
    const commands = effective(jail).commands.filter(
      ({ list, runsIn, value }) =>
        runsIn === "host" && value.text.includes("rctl") && ADDS.test(value.text) && !ENDS.has(list),
    );
    known = commands.length === 0 ? NO_LIMITS : read(commands);
    cache.set(jail, known);
  }
  return known;
}

const ADDS = /(?:^|[\s;&|/])rctl\s+-a\s/;
const ENDS: ReadonlySet<string> = new Set(["exec.prestop", "exec.poststop", "exec.release"]);
const RULE = /\brctl\s+-a\s+["']?(j(?:ail)?:[^:\s]*:(memoryuse|pcpu):deny=(\d+)([kmgtpe]?))(?=["'\s;&|]|$)/gi;

function read(commands: readonly Command[]): Limits {
  const limits: Limit[] = [];
  let first: Origin | undefined;
  for (const { value } of commands) {
    const at = ADDS.exec(value.text);
    if (at) {
      const start = value.text.indexOf("rctl", at.index);
      first ??= partOf(value, start, start + "rctl".length);
    }
    for (const found of value.text.matchAll(RULE)) {
      const [whole, rule = "", resource = "", number = "", unit = ""] = found;
      const start = found.index + whole.indexOf(rule);
      limits.push({
        resource: resource.toLowerCase() as Resource,
        // Factors of expand_number(3).
        amount: Number(number) * 1024 ** ("kmgtpe".indexOf(unit.toLowerCase()) + (unit ? 1 : 0)),
        text: rule,
        origin: partOf(value, start, start + rule.length),
      });
    }
  }
  return { first, limits };
}
