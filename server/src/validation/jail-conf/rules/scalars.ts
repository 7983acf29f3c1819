import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import type { Parameter } from "../../../catalog/jail-conf/parameter.ts";
import { devfsRulesets } from "../../../catalog/jail-conf/special.ts";
import { byteLength } from "../../../configuration/bytes.ts";
import type { ResolvedValue, Setting } from "../../../configuration/jail-conf/types.ts";
import { parseBoolean, parseInteger, parseJailsys } from "../../../configuration/jail-conf/values.ts";
import { isPlaceholder } from "./placeholder.ts";
import { type Problem, problem } from "./problem.ts";
import { elsewhere, quoted } from "./walk.ts";

/** The statement that the value comes from; asked for only when something is wrong. */
export type LastSetting = () => Setting | undefined;

/** The value that counts of a parameter that takes one: the last. */
export function* checkScalar(
  parameter: Parameter,
  value: ResolvedValue,
  lastSetting: LastSetting,
): Generator<Problem> {
  switch (parameter.type) {
    case "boolean":
      if (parseBoolean(value.text) === undefined)
        yield* runTogether(parameter, value, lastSetting) ?? badBoolean(parameter, value);
      break;
    case "jailsys":
      yield* checkJailsys(parameter, value, lastSetting);
      break;
    case "integer":
    case "unsigned":
      yield* checkInteger(parameter, value, lastSetting);
      break;
    case "string":
      yield* checkString(parameter, value);
      break;
    default:
      break;
  }
}

/** `persist mount.devfs;`: a statement without `=`, whose value is the name of a parameter. */
function runTogether(
  parameter: Parameter,
  value: ResolvedValue,
  lastSetting: LastSetting,
): Generator<Problem> | undefined {
  const setting = lastSetting();
  const name = value.text;
  if (!setting || !value.origin || setting.operator !== undefined || setting.values.at(-1) !== value.node)
    return undefined;
  if (value.substitutions.length > 0 || !findParameter(name)) return undefined;
  const { origin } = setting;
  const own = setting.node.name;
  const text = origin.document.text.slice(origin.section.start + own.start, origin.section.start + own.end);
  return problem(
    "flags-run-together",
    value,
    `A \`;\` is missing behind \`${parameter.name}\`: ${quoted(name)} is taken as its value.`,
    {
      at: elsewhere(origin, own),
      replacement: `${text};`,
      related: [{ origin: value.origin, message: "This is read as a value." }],
    },
  );
}

const YES = /^(?:yes|on|enabled?)$/i;
const NO = /^(?:no|off|disabled?)$/i;

function badBoolean(parameter: Parameter, value: ResolvedValue): Generator<Problem> {
  const { text } = value;
  if (isPlaceholder(text)) return placeholder(value, `${parameter.name} takes true or false`);
  const word = YES.test(text) ? "true" : NO.test(text) ? "false" : undefined;
  return problem(
    "bad-boolean",
    value,
    word
      ? `${quoted(text)} is no boolean for jail(8): write \`${word}\`.`
      : `${quoted(text)} is no boolean: \`${parameter.name}\` takes \`true\` or \`false\`.`,
    { replacement: word },
  );
}

/** Refused by the kernel, beyond what the library checks. */
const NEVER_DISABLED = new Set(["vnet", "host"]);

function* checkJailsys(
  parameter: Parameter,
  value: ResolvedValue,
  lastSetting: LastSetting,
): Generator<Problem> {
  const { text } = value;
  const { name, values = ["disable", "new", "inherit"] } = parameter;
  const parsed = parseJailsys(text);
  if (typeof parsed === "string" && values.includes(parsed)) return;
  const choice = alternatives(values);
  if (typeof parsed === "string") {
    yield* problem("bad-jailsys", value, `\`${name}\` cannot be ${quoted(text)}: it takes ${choice}.`, {
      ...(!NEVER_DISABLED.has(name) && { severity: "warning" }),
    });
    return;
  }
  const together = runTogether(parameter, value, lastSetting);
  if (together) yield* together;
  else if (parsed === undefined && isPlaceholder(text)) yield* placeholder(value, `${name} takes ${choice}`);
  else {
    const off = values.includes("disable") ? "disable" : "inherit";
    const word = /^(?:true|yes|on)$/i.test(text) ? "new" : /^(?:false|no|off)$/i.test(text) ? off : undefined;
    yield* problem(
      "bad-jailsys",
      value,
      `\`${name}\` is no boolean or number: ${quoted(text)} must be ${choice}.`,
      {
        replacement: word,
      },
    );
  }
}

function alternatives(words: readonly string[]): string {
  const list = words.map((word) => `\`${word}\``);
  return `${list.slice(0, -1).join(", ")} or ${list.at(-1)}`;
}

function* checkInteger(
  parameter: Parameter,
  value: ResolvedValue,
  lastSetting: LastSetting,
): Generator<Problem> {
  const { name, kind } = parameter;
  const { text } = value;
  // The library takes an empty text for 0, jail(8) itself does not.
  const number = text === "" && kind === "kernel" ? 0 : parseInteger(text);
  if (number !== undefined) {
    yield* checkRange(parameter, value, number);
    return;
  }
  const together = runTogether(parameter, value, lastSetting);
  if (together) yield* together;
  else if (name === "devfs_ruleset" && /^[A-Za-z]\w*$/.test(text) && !isPlaceholder(text)) {
    const stock = devfsRulesets.find((ruleset) => ruleset.name === text);
    yield* problem(
      "bad-integer",
      value,
      stock
        ? `\`devfs_ruleset\` takes the number of a ruleset, not its name: \`${text}\` is ${stock.number}.`
        : `\`devfs_ruleset\` takes the number of a ruleset, as in devfs.rules(5), not its name ${quoted(text)}.`,
      { replacement: stock && String(stock.number) },
    );
  } else if (isPlaceholder(text)) yield* placeholder(value, `${name} takes a number`);
  else yield* problem("bad-integer", value, `${quoted(text)} is no whole number, which \`${name}\` takes.`);
}

/** Where the kernel itself checks the bounds, on every machine. */
const STRICT = new Set(["enforce_statfs", "devfs_ruleset"]);

function* checkRange(parameter: Parameter, value: ResolvedValue, number: number): Generator<Problem> {
  const { name, range } = parameter;
  if (name === "osreldate" && number === 0) {
    yield* problem("out-of-range", value, "`osreldate` cannot be 0: the kernel refuses it.");
    return;
  }
  if (!range) return;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  if (number >= min && number <= max) return;
  // A jid of 0 means: any.
  if (name === "jid" && number === 0) return;
  const refused =
    STRICT.has(name) || (name === "jid" && number < 0) || (name === "children.max" && number > max);
  const bounds = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
  yield* problem("out-of-range", value, `${quoted(value.text)} is out of range: \`${name}\` is ${bounds}.`, {
    ...(!refused && { severity: "warning" }),
  });
}

/** Sizes that a sysctl can change. */
const ADJUSTABLE = new Set(["meta", "env"]);

function* checkString(parameter: Parameter, value: ResolvedValue): Generator<Problem> {
  const { name, maxLength } = parameter;
  if (maxLength !== undefined) yield* checkLength(name, value, maxLength);
  if ((name === "path" || name === "exec.consolelog") && !value.text.startsWith("/"))
    yield* relative(name, value);
}

/** A text that does not fit into the buffer that the kernel has for it. */
export function* checkLength(name: string, value: ResolvedValue, maxLength: number): Generator<Problem> {
  const { text } = value;
  const length = text.length * 3 > maxLength ? byteLength(text) : 0;
  if (length > maxLength)
    yield* problem(
      "value-too-long",
      value,
      `\`${name}\` has ${length} bytes: the kernel takes at most ${maxLength}.`,
      {
        ...(ADJUSTABLE.has(name) && { severity: "warning" }),
      },
    );
}

function relative(name: string, value: ResolvedValue): Generator<Problem> | readonly Problem[] {
  const { text } = value;
  // An empty console log is none.
  if (text === "" && name !== "path") return [];
  return isPlaceholder(text)
    ? placeholder(value, `${name} takes a path that begins with /`)
    : problem("relative-path", value, `\`${name}\` must begin with \`/\`: jail(8) refuses a relative path.`);
}

function placeholder(value: ResolvedValue, expected: string): Generator<Problem> {
  return problem("placeholder", value, `${quoted(value.text)} looks like a placeholder: ${expected}.`);
}
