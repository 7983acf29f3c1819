import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { globalProperty, propertyOf, resourcesWith, resourceType } from "../../catalog/zonecfg/lookup.ts";
import { suggestProperty, suggestResource } from "../../catalog/zonecfg/mistakes.ts";
import { Block, list, otherPlatforms } from "./block.ts";
import { createZone } from "./create.ts";
import { endBlock, forgottenEnd } from "./endBlock.ts";
import { clearGlobal, setGlobal } from "./globals.ts";
import { executeMisspelt } from "./misspelt.ts";
import { addResource, openSelected, removeResources } from "./resources.ts";
import type { Session } from "./session.ts";

/** A command in the global scope. */
export function executeInZone(session: Session, command: Command, section: Section) {
  const at = session.at(section);
  const { word } = command;
  switch (word.name) {
    case undefined:
      return executeMisspelt(session, command, section);
    case "create":
      return createZone(session, command, section);
    case "add":
      if (command.assignments.length > 0) return propertyOutside(session, command, section);
      return addResource(session, command, section);
    case "end":
    case "cancel":
      return session.say({
        code: "zone/not-in-resource",
        origin: at(word),
        message: `No resource is open here: \`${word.name}\` closes nothing.`,
      });
    case "select":
      return openSelected(session, command, section);
    case "remove":
      if (command.assignments.length > 0 && !command.resource)
        return propertyOutside(session, command, section);
      return removeResources(session, command, section);
    case "set":
      for (const assignment of command.assignments)
        if (command.broken) {
          session.lastSet.delete(assignment.name.text);
          const { name, value } = assignment;
          session.state.refuse(name.text, value?.kind === "simple" ? value.text : undefined);
        } else if (globalProperty(assignment.name.text)) setGlobal(session, command, assignment, section);
        else if (assignment.name.known) propertyOutside(session, command, section);
      return;
    case "clear":
      return clearGlobal(session, command, section);
    case "commit":
    case "verify":
      if (usage(session, command, section, word.name === "verify")) return;
      session.verify();
      if (word.name === "commit") {
        session.state.dirty = false;
        session.committed = true;
      }
      return;
    case "delete":
      if (needsForce(session, command, section)) return;
      session.block = undefined;
      session.state.dirty = false;
      return;
    case "revert":
      needsForce(session, command, section);
      return;
    case "exit":
      if (usage(session, command, section, false, ["-F"])) return;
      session.exited = at(word);
      return;
    case "export":
      if (session.state.dirty && session.state.properties.get("brand")?.origin)
        session.say({
          code: "zone/export-uncommitted",
          origin: at(word),
          message: "`export` leaves out the brand of a zone that was never committed: `commit` first.",
        });
      return;
    default:
      return;
  }
}

/** Whether an unknown word behind `add`, with something behind it, is like a property rather than a resource. */
function meansProperty({ broken }: Command, scope: string, word: string): boolean {
  return broken && (suggestProperty(word, scope).length > 0 || suggestResource(word).length === 0);
}

/** A command between `add` or `select` and `end`. */
export function executeInBlock(session: Session, command: Command, section: Section) {
  const at = session.at(section);
  const { word } = command;
  const block = session.block as Block;
  switch (word.name) {
    case undefined:
      return executeMisspelt(session, command, section);
    case "add": {
      if (command.assignments.length > 0) break;
      const type = command.resource?.text ?? command.args[0]?.text ?? "";
      if (resourceType(type)?.within === block.type) {
        session.block = new Block(type, at(word), undefined, block);
        return;
      }
      // The property of another platform, or one that is misspelt: the grammar has said that there is no such word.
      if (!resourceType(type) && (propertyOf(block.type, type) || meansProperty(command, block.type, type)))
        return block.refuse(type);
      forgottenEnd(session, command, section);
      return executeInZone(session, command, section);
    }
    case "select":
    case "create":
      forgottenEnd(session, command, section);
      return executeInZone(session, command, section);
    case "end":
      // A word too many is said; the resource is taken as closed all the same.
      usage(session, command, section, false);
      return endBlock(session, at(word));
    case "cancel":
      usage(session, command, section, false);
      return cancel(session, command, section);
    case "remove":
      if (command.resource) {
        session.say({
          code: "zone/inside-resource",
          origin: at(word),
          message: `\`remove ${command.resource.text}\` belongs outside: \`end\` this \`${block.type}\` first.`,
        });
        return;
      }
      break;
    case "set":
      break;
    case "clear":
      block.clear(command, at, session.state);
      return take(session, block);
    case "commit":
    case "verify":
    case "revert":
    case "delete":
      session.say({
        code: "zone/inside-resource",
        origin: at(word),
        message: `\`${word.name}\` fails while a resource is open: \`end\` this \`${block.type}\` first.`,
      });
      return;
    case "exit":
      session.say({
        code: "zone/exit-in-resource",
        origin: at(word),
        message: `\`exit\` while the \`${block.type}\` is open: nothing is saved. \`end\` it first.`,
        related: [{ origin: block.origin, message: "The resource begins here." }],
      });
      session.block = undefined;
      session.state.dirty = false;
      session.exited = at(word);
      return;
    default:
      return;
  }
  block.property(command, at, session.state);
  take(session, block);
}

/** What a block has to say is said where the commands stand. */
function take(session: Session, block: Block) {
  for (const complaint of block.complaints.splice(0)) session.say(complaint);
}

function cancel(session: Session, { word }: Command, section: Section) {
  const block = session.block as Block;
  const at = session.at(section);
  const origin = at(word);
  const kept = storedAtOnce(block, session);
  session.block = block.outer;
  if (kept.length > 0) {
    session.say({
      code: "zone/cancel-keeps",
      origin,
      message: `\`cancel\` does not undo ${list(kept)}: zonecfg stores ${kept.length > 1 ? "them" : "it"} at once.`,
    });
    endBlock(session, undefined, block);
    return;
  }
  session.say({
    code: "zone/cancelled",
    origin:
      block.origin.section === section
        ? at({ start: block.origin.range.start, end: word.end })
        : block.origin,
    message: "This resource is cancelled: it leaves nothing behind.",
  });
}

/** The properties of a block that `set` writes at once. */
function storedAtOnce(block: Block, session: Session): string[] {
  const fork = session.state.everywhere((platform) => platform === "omnios" || platform === "smartos");
  if (session.state.platforms.includes("solaris11") && session.state.platforms.length === 1) return [];
  const names =
    block.type === "capped-cpu"
      ? ["ncpus"]
      : block.type === "capped-memory"
        ? ["swap", "locked", ...(fork ? ["physical"] : [])]
        : [];
  return names.filter((name) => block.properties.has(name));
}

/** A property of a resource where no resource is open. */
function propertyOutside(session: Session, { word, assignments }: Command, section: Section) {
  const at = session.at(section);
  const name = assignments[0]?.name;
  if (!name?.known) return;
  const owners = resourcesWith(name.text).filter((owner) => {
    const type = resourceType(owner);
    return type !== undefined && otherPlatforms(type.platforms, session.state) === undefined;
  });
  session.say({
    code: "zone/outside-resource",
    origin: at(name),
    message: globalProperty(name.text)
      ? `\`${word.name}\` is for properties of resources: use \`set ${name.text}=…\`.`
      : `\`${name.text}\` is a property of ${owners.length > 0 ? list(owners) : "a resource"}: ${
          owners.length === 1 ? `\`add ${owners[0]}\`` : "`add` (or `select`) the resource"
        } first.`,
  });
}

/** Whether words stand behind a command that takes none; those in `taken` are fine. */
export function usage(
  session: Session,
  { word, args, broken }: Command,
  section: Section,
  one: boolean,
  taken: readonly string[] = [],
): boolean {
  const [first] = one ? args.filter((arg) => arg.text.startsWith("-")) : args;
  if (!first || broken || args.every((arg) => taken.includes(arg.text))) return false;
  session.say({
    code: "zone/usage",
    origin: session.at(section)(first),
    message: first.text.startsWith("#")
      ? "A comment must stand on its own line: behind a command `#` begins an ordinary word."
      : `\`${word.name}\` takes no ${JSON.stringify(first.text)}: zonecfg shows its usage and does nothing.`,
  });
  return true;
}

/** Commands that ask back, and fail where nobody can answer. */
function needsForce(session: Session, command: Command, section: Section): boolean {
  if (usage(session, command, section, false, ["-F"])) return true;
  if (command.args.length > 0) return false;
  const { word } = command;
  session.say({
    code: "zone/needs-force",
    origin: session.at(section)(word),
    message: `\`${word.name}\` asks before it acts; without a terminal zonecfg gives up at once. Write \`${word.name} -F\`.`,
    replacement: `${word.name} -F`,
  });
  return false;
}
