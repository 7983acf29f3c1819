import {
  isInclude,
  type JailBlock,
  literal,
  type Section,
  type Statement,
} from "@zonewarden/grammars/jail-conf/tree";
import { findParameter } from "../../../catalog/jail-conf/lookup.ts";
import { valuePlace } from "../../../configuration/jail-conf/effective.ts";
import type { Origin, ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import { isWildcardName } from "../../../configuration/jail-conf/wildcard.ts";
import type { Finding } from "../../finding.ts";
import type { ConfigurationContext, SectionContext, Topic } from "../topic.ts";
import { blockRules } from "./blockRules.ts";
import { overwrittenAcross, overwrittenIn } from "./overwritten.ts";
import { blocks as blocksIn, elsewhere, quoted, statements } from "./walk.ts";

/** What is wrong with blocks, their names, and the order of statements. */
export const blocks: Topic = {
  rules: blockRules,
  *section(section, context) {
    for (const [block, around] of blocksIn(section.items)) {
      yield* checkBlockName(block, around.length > 0, context);
      yield* overwrittenIn(block.items, section, context);
    }
    yield* overwrittenIn(section.items, section, context);
    yield* swallowed(section, context);
    if (section.comments.length > 0) yield* glued(section, context);
  },
  jail: appended,
  *configuration(context) {
    yield* duplicates(context);
    yield* sharedJids(context);
    yield* lateGlobals(context);
    yield* overwrittenAcross(context);
  },
};

function* checkBlockName(
  { name, items }: JailBlock,
  nested: boolean,
  context: SectionContext,
): Generator<Finding> {
  const text = literal(name);
  if (!name || text === undefined) return;
  const origin = context.at(name);
  if (text.includes("*") && text.split(".").some((part) => part !== "*" && part.includes("*")))
    yield {
      code: "jail/wildcard-name",
      origin,
      message: `The \`*\` in ${quoted(text)} is no wildcard: it must be a whole part between dots, as in \`"web.*"\`.`,
    };
  if (nested || !/^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(text)) return;
  if (!/[1-9]/.test(text))
    yield {
      code: "jail/numeric-name",
      severity: "error",
      origin,
      message: `The kernel refuses ${quoted(text)} as the name of a jail: it is a number.`,
    };
  else if (!items.some((item) => item.kind === "statement" && literal(item.name) === "name"))
    yield {
      code: "jail/numeric-name",
      origin,
      message: `The number is the jid of this jail, and it has no other name: set \`name\` to give it one.`,
    };
}

/** A string over several lines in which statements stand that were meant for jail(8). */
function* swallowed(section: Section, context: SectionContext): Generator<Finding> {
  for (const [statement] of statements(section))
    for (const value of statement.values)
      for (const piece of value.pieces) {
        if (piece.kind !== "text" || !piece.quote || !piece.value.includes("\n")) continue;
        const raw = context.slice(piece);
        const inner = swallowedName(raw);
        if (inner === undefined) continue;
        const line = raw.indexOf("\n");
        yield {
          code: "jail/swallowed-string",
          origin: context.at({ start: piece.start, end: piece.start + line }),
          message: `This string goes on for ${raw.split("\n").length} lines and swallows \`${inner}\`: is its closing quote missing?`,
        };
      }
}

function swallowedName(raw: string): string | undefined {
  for (const match of raw.matchAll(/;[ \t]*(?:#[^\n]*)?(?:\n\s*)+([A-Za-z_][\w.]*)([ \t]*)(\+?=[ \t]*|;)/g)) {
    const [, name = "", blank = "", sign = ""] = match;
    if (!findParameter(name)) continue;
    // `path=/bin` may be the shell's; a dot or a blank cannot.
    if (name.includes(".") || blank !== "" || sign === ";" || sign.endsWith(" ")) return name;
  }
  return undefined;
}

/** Comments that cut a word short where the statement goes on nevertheless. */
function* glued(section: Section, context: SectionContext): Generator<Finding> {
  if (section.errors.some((error) => error.kind === "comment-in-value")) return;
  let all: Statement[] | undefined;
  for (const comment of section.comments) {
    if (
      !/[\w!%&()\-.:<>?@[\]^`|~*/\\+$]/.test(context.slice({ start: comment.start - 1, end: comment.start }))
    )
      continue;
    all ??= [...statements(section)].map(([statement]) => statement);
    const within = all.find((s) => s.name.end <= comment.start && comment.start <= (s.terminator ?? s.end));
    if (!within) continue;
    const sign = context.slice({
      start: comment.start,
      end: comment.start + (context.slice(comment).startsWith("#") ? 1 : 2),
    });
    yield {
      code: "jail/glued-comment",
      origin: context.at({ start: comment.start, end: comment.start + sign.length }),
      message: `\`${sign}\` begins a comment, also directly behind a word: quote the text, or put a blank before the comment.`,
    };
  }
}

/** A jail's own `exec.start +=` below one that runs /etc/rc. */
function* appended(jail: ResolvedJail): Generator<Finding> {
  const parameter = jail.find("exec.start");
  if (!parameter || parameter.values.length < 2) return;
  const { contributions } = parameter;
  const active = contributions.filter(({ overridden }) => !overridden);
  const rc = active.find(
    ({ block, setting }) =>
      block !== jail.block && setting.values.some((value) => /\/etc\/rc$/.test(literal(value) ?? "")),
  );
  if (!rc) return;
  for (const { setting, block } of active.slice(active.indexOf(rc) + 1)) {
    const at = setting.node.operatorStart;
    if (block !== jail.block || setting.operator !== "+=" || at === undefined) continue;
    yield {
      code: "jail/append-after-start",
      origin: elsewhere(setting.origin, { start: at, end: at + 2 }),
      message: "This runs after `/etc/rc`, when the services of the jail have been started.",
      related: [{ origin: rc.setting.origin, message: "`/etc/rc` is run by this command." }],
    };
    return;
  }
}

function* duplicates({ index, fragment }: ConfigurationContext): Generator<Finding> {
  for (const name of index.duplicateNames) {
    const [first, ...others] = index.named(name);
    if (!first) continue;
    for (const { block } of others) {
      const { origin } = block;
      const again = origin.section === first.block.origin.section && block.node === first.block.node;
      yield {
        code: "jail/duplicate-jail",
        origin,
        ...(fragment && { severity: "warning" }),
        message: again
          ? `The file with the jail \`${name}\` is included twice: the second start fails, because the jail exists.`
          : `There are two jails \`${name}\`: they are not merged, and the second start fails because the jail exists.`,
        ...(!again && { related: [{ origin: first.block.origin, message: "The first is here." }] }),
      };
      if (again) break;
    }
  }
}

/** Source: kern_jail_set() in sys/kern/kern_jail.c, which finds the jid taken. */
function* sharedJids({ index }: ConfigurationContext): Generator<Finding> {
  for (const [jid, [first, ...others]] of index.sharedJids()) {
    const place = first && jidPlace(first);
    if (!place) continue;
    for (const jail of others) {
      const origin = jidPlace(jail);
      // A second jail of one name is reported as such.
      if (!origin || jail.name === first.name || origin === place) continue;
      yield {
        code: "jail/same-jid",
        origin,
        message: `Jail ${quoted(first.name)} has the jid ${jid}, too: while that runs, this one is not started.`,
        related: [{ origin: place, message: "The other jail gets it here." }],
      };
    }
  }
}

function jidPlace(jail: ResolvedJail): Origin | undefined {
  const jid = jail.find("jid");
  return (jid && valuePlace(jid)) ?? jail.block.origin;
}

/** The jails and the global statements of a section in turn: of several in a row the first. */
type Turns = readonly (JailBlock | Statement)[];

const turns = new WeakMap<Section, Turns>();

function turnsOf(section: Section): Turns {
  let known = turns.get(section);
  if (!known) {
    const found: (JailBlock | Statement)[] = [];
    for (const item of section.items) {
      const counts =
        item.kind === "jail"
          ? !isWildcardName(literal(item.name) ?? "*")
          : item.kind === "statement" && !item.broken && !isInclude(item);
      if (counts && found.at(-1)?.kind !== item.kind) found.push(item);
    }
    known = found;
    turns.set(section, known);
  }
  return known;
}

function* lateGlobals({ configuration, release }: ConfigurationContext): Generator<Finding> {
  for (const document of configuration.documents) {
    let jail = false;
    let above = false;
    for (const section of document.sections)
      for (const item of turnsOf(section)) {
        if (item.kind === "jail") {
          jail = true;
          continue;
        }
        if (jail)
          yield {
            code: "jail/global-after-jail",
            origin: { document, section, range: item.name },
            message: lateGlobal(release, above),
          };
        // One such group says it all, up to the next jail.
        jail = false;
        above = true;
      }
  }
}

function lateGlobal(release: number, above: boolean): string {
  if (release < 14)
    return "This stands below a jail and overrides it; since 14.0 it would not: put it at the top.";
  return above
    ? "This stands below a jail but acts with the first global statement, as a default: put it at the top."
    : "This stands below a jail and overrides it: put defaults at the top, or use a block `* { ... }`.";
}
