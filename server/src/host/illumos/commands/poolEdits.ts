import type { PoolConfiguration } from "../resources/poolConfiguration.ts";
import { DEFAULT_POOL, DEFAULT_SET } from "../resources/processorSets.ts";
import type { ProcessorSet, ResourcePool, SchedulingClass } from "../types.ts";

/** The commands of poolcfg(8), done to a configuration. Source: usr/src/cmd/pools/poolcfg. */

/** What has gone wrong, without the name of the program in front. */
export type PoolProblem = string | undefined;

interface Property {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

/** Words, brackets, semicolons and equal signs; quotes keep words together. */
function tokensOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|([();=])|([^\s();="']+)/g)].map(
    ([, double, single, sign, word]) => double ?? single ?? sign ?? word ?? "",
  );
}

/** `( … ; … )`, each part as its words; undefined where no bracket closes. */
function bracketed(tokens: readonly string[]): string[][] | undefined {
  if (tokens.length === 0) return [];
  if (tokens[0] !== "(" || tokens.at(-1) !== ")") return undefined;
  const parts: string[][] = [[]];
  for (const token of tokens.slice(1, -1)) {
    if (token === ";") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** `int pool.importance = 5`. */
function propertiesOf(tokens: readonly string[]): Property[] | undefined {
  const found = bracketed(tokens)?.map(([type = "", name = "", equal, value]): Property | undefined =>
    equal === "=" && value !== undefined ? { type, name, value } : undefined,
  );
  return found?.every((one) => one !== undefined) ? (found as Property[]) : undefined;
}

const SYNTAX = "syntax error";
const NAME = /^[A-Za-z][\w.,-]*$/;
const CLASSES: ReadonlySet<string> = new Set(["TS", "IA", "FSS", "FX", "RT"]);

/** Does one command; `info` is for whoever prints. */
export function editPools(configuration: PoolConfiguration, line: string): PoolProblem {
  const [verb = "", kind = "", name = "", ...rest] = tokensOf(line);
  if (verb === "discover") return undefined;
  if (verb === "transfer") return transfer(configuration, tokensOf(line).slice(1));
  if (kind !== "pool" && kind !== "pset") return SYNTAX;
  if (verb === "create") return create(configuration, kind, name, rest);
  const pool = kind === "pool" ? configuration.pools.find((one) => one.name === name) : undefined;
  const set = kind === "pset" ? configuration.sets.find((one) => one.name === name) : undefined;
  const found = pool ?? set;
  if (!found) return `cannot locate ${kind}, ${name}`;
  switch (verb) {
    case "destroy":
      return destroy(configuration, found, kind);
    case "modify":
      return modify(pool, set, rest);
    case "associate":
      return pool ? associate(configuration, pool, rest) : SYNTAX;
    case "rename":
      return rest[0] === "to" ? rename(configuration, found, kind, rest[1] ?? "") : SYNTAX;
    default:
      return SYNTAX;
  }
}

function create(
  { pools, sets }: PoolConfiguration,
  kind: "pool" | "pset",
  name: string,
  rest: readonly string[],
): PoolProblem {
  const all = kind === "pool" ? pools : sets;
  if (!NAME.test(name) || all.some((one) => one.name === name))
    return `cannot create ${kind}, ${name}: Bad parameter supplied`;
  if (kind === "pool") {
    const pool: ResourcePool = {
      ...{ name, processorSet: DEFAULT_SET, scheduler: "", importance: 1, temporary: false },
    };
    const problem = modify(pool, undefined, rest);
    if (problem === undefined) pools.push(pool);
    return problem;
  }
  const id = Math.max(0, ...sets.map((set) => set.id)) + 1;
  const set: ProcessorSet = { id, name, cpus: [], min: 0, max: 0, temporary: false };
  const problem = modify(undefined, set, rest);
  if (problem === undefined) sets.push(set);
  return problem;
}

function destroy(
  configuration: PoolConfiguration,
  found: ResourcePool | ProcessorSet,
  kind: string,
): PoolProblem {
  if (found.name === DEFAULT_POOL || found.name === DEFAULT_SET || found.temporary)
    return `cannot destroy ${kind}, ${found.name}: Bad parameter supplied`;
  if ("processorSet" in found) {
    configuration.pools = configuration.pools.filter((one) => one !== found);
    return undefined;
  }
  configuration.sets = configuration.sets.filter((one) => one !== found);
  for (const pool of configuration.pools)
    if (pool.processorSet === found.name) pool.processorSet = DEFAULT_SET;
  const rest = configuration.sets.find((one) => one.name === DEFAULT_SET);
  if (rest) rest.cpus = [...rest.cpus, ...found.cpus].sort((a, b) => a - b);
  return undefined;
}

function modify(
  pool: ResourcePool | undefined,
  set: ProcessorSet | undefined,
  rest: readonly string[],
): PoolProblem {
  const properties = propertiesOf(rest);
  if (!properties) return SYNTAX;
  const wanted = { ...set };
  for (const { type, name, value } of properties) {
    const wrong = `cannot set property ${name}: Bad parameter supplied`;
    const number = /^\d+$/.test(value) ? Number(value) : undefined;
    if (set && type === "uint" && (name === "pset.min" || name === "pset.max")) {
      if (number === undefined) return wrong;
      wanted[name === "pset.min" ? "min" : "max"] = number;
    } else if (pool && type === "int" && name === "pool.importance") {
      if (number === undefined) return wrong;
      pool.importance = number;
    } else if (pool && type === "string" && name === "pool.scheduler") {
      if (value !== "" && !CLASSES.has(value)) return wrong;
      pool.scheduler = value as SchedulingClass | "";
    } else if (!/^(?:pool|pset)\.(?:comment|poold\.\w+)$/.test(name)) return wrong;
  }
  if (set && (wanted.min ?? 0) > (wanted.max ?? 0))
    return `cannot modify pset, ${set.name}: Bad parameter supplied`;
  if (set) Object.assign(set, wanted);
  return undefined;
}

function associate({ sets }: PoolConfiguration, pool: ResourcePool, rest: readonly string[]): PoolProblem {
  const parts = bracketed(rest);
  if (!parts || parts.some(([kind, name]) => kind !== "pset" || name === undefined)) return SYNTAX;
  for (const [, name = ""] of parts) {
    if (sets.every((set) => set.name !== name)) return `cannot locate pset, ${name}`;
    pool.processorSet = name;
  }
  return undefined;
}

function rename(
  configuration: PoolConfiguration,
  found: ResourcePool | ProcessorSet,
  kind: "pool" | "pset",
  to: string,
): PoolProblem {
  const all: readonly { name: string }[] = kind === "pool" ? configuration.pools : configuration.sets;
  if (
    !NAME.test(to) ||
    all.some(({ name }) => name === to) ||
    [DEFAULT_POOL, DEFAULT_SET].includes(found.name)
  )
    return `cannot rename ${kind}, ${found.name}: Bad parameter supplied`;
  for (const pool of configuration.pools)
    if (kind === "pset" && pool.processorSet === found.name) pool.processorSet = to;
  found.name = to;
  return undefined;
}

/** `to pset NAME ( cpu 1; cpu 2 )`, or a number of CPUs: `2 from pset A to B`, `2 to pset A from B`. */
function transfer({ sets }: PoolConfiguration, tokens: readonly string[]): PoolProblem {
  const named = (name = ""): ProcessorSet | undefined => sets.find((set) => set.name === name);
  const counted = /^\d+$/.test(tokens[0] ?? "");
  const [first = "", kind, name, second, other] = counted ? tokens.slice(1) : tokens;
  if (kind !== "pset") return SYNTAX;
  if (counted) {
    const [from, to] = first === "from" ? [named(name), named(other)] : [named(other), named(name)];
    if (!["from", "to"].includes(first) || !["from", "to"].includes(second ?? "") || first === second)
      return SYNTAX;
    if (!from || !to)
      return `cannot locate pset, ${from ? (first === "from" ? other : name) : first === "from" ? name : other}`;
    const count = Number(tokens[0]);
    if (from.cpus.length - count < from.min)
      return `cannot transfer ${count} components from pset ${from.name} to ${to.name}: Bad parameter supplied`;
    move(from.cpus.slice(from.cpus.length - count), from, to);
    return undefined;
  }
  const to = named(name);
  if (first !== "to") return SYNTAX;
  if (!to) return `cannot locate pset, ${name ?? ""}`;
  const parts = bracketed(tokens.slice(3));
  if (!parts || parts.length === 0 || parts.some(([type]) => type !== "cpu")) return SYNTAX;
  for (const [, id] of parts) {
    const from = sets.find(({ cpus }) => cpus.includes(Number(id)));
    if (!from) return `cannot locate cpu, ${id ?? ""}`;
    if (from === to) continue;
    if (from.cpus.length - 1 < from.min || from.temporary)
      return `cannot transfer cpu ${id} to pset ${to.name}: Bad parameter supplied`;
    move([Number(id)], from, to);
  }
  return undefined;
}

function move(cpus: readonly number[], from: ProcessorSet, to: ProcessorSet): void {
  from.cpus = from.cpus.filter((cpu) => !cpus.includes(cpu));
  to.cpus = [...to.cpus, ...cpus].sort((a, b) => a - b);
}
