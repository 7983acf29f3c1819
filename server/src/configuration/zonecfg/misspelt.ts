import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { resourceType } from "../../catalog/zonecfg/lookup.ts";
import { suggestCommand } from "../../catalog/zonecfg/mistakes.ts";
import { Block, otherPlatforms } from "./block.ts";
import { endBlock, forgottenEnd } from "./endBlock.ts";
import type { Session } from "./session.ts";

/**
 * Commands that zonecfg(8) does not know. It stops there; here what follows is read as it is meant, so that what is
 * missing or out of place only because of the mistake is not said, too.
 */
export function executeMisspelt(session: Session, command: Command, section: Section) {
  const at = session.at(section);
  const { block, state } = session;
  const { meant, name } = read(session, command, section);
  switch (meant) {
    case "create":
      return session.restart(undefined);
    case "add":
    case "select": {
      const type = resourceType(name ?? "");
      if (!type || otherPlatforms(type.platforms, state)) break;
      if (block && type.within !== block.type) forgottenEnd(session, command, section);
      state.dirty = true;
      const found = meant === "select" ? "unknown" : undefined;
      session.block = new Block(type.name, at(command.word), found, session.block);
      return;
    }
    case "end":
      if (block) endBlock(session, at(command.word));
      return;
    case "cancel":
      session.block = block?.outer;
      return;
  }
  if (name !== undefined) (block ?? state).refuse(name);
}

/** Whether such a command opens or closes a resource. */
export function changesScope({ word }: Command): boolean {
  return SCOPES.has(suggestCommand(word.text)[0] ?? "");
}

const SCOPES: ReadonlySet<string> = new Set(["create", "add", "select", "end", "cancel"]);

/** The command that is meant, and the property or resource that it speaks of; `physical=net0` has no command. */
function read(session: Session, { word, end }: Command, section: Section) {
  const text = session.document.text.slice(section.start + word.start, section.start + end);
  const bare = /^([\w-]+)[ \t]*=/.exec(text)?.[1];
  if (bare !== undefined) return { meant: undefined, name: bare };
  const [meant] = suggestCommand(word.text);
  const takesName = meant === "set" || meant === "add" || meant === "select";
  return { meant, name: takesName ? /^\S+[ \t]+"?([\w-]+)/.exec(text)?.[1] : undefined };
}
