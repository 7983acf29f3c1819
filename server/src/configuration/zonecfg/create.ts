import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { findBrand } from "../../catalog/zonecfg/lookup.ts";
import { PLATFORMS } from "../../catalog/zonecfg/property.ts";
import type { Session } from "./session.ts";
import type { Complaint, ZoneOrigin } from "./types.ts";

/** What the words behind `create` ask for; `problem` is the word that getopt(3C) does not take. */
interface CreateOptions {
  readonly force: boolean;
  readonly blank: boolean;
  readonly template: string | undefined;
  /** `-a PATH` or `-X`: the configuration comes from somewhere that the text does not show. */
  readonly foreign: boolean;
  readonly problem: number | undefined;
  /** An option that lacks its argument. */
  readonly incomplete: string | undefined;
}

/** Source: usr/src/cmd/zonecfg/zonecfg.c (create_func). */
export function createOptions(words: readonly string[]): CreateOptions {
  let [force, blank, foreign] = [false, false, false];
  let template: string | undefined;
  let incomplete: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!/^-[A-Za-z]/.test(word)) return { force, blank, template, foreign, problem: i, incomplete };
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      if (letter === "F") force = true;
      else if (letter === "b") {
        blank = true;
        template = undefined;
      } else if (letter === "X") foreign = true;
      else if (letter === "t" || letter === "a") {
        const argument = at + 1 < word.length ? word.slice(at + 1) : words[++i];
        if (argument === undefined) incomplete = `-${letter}`;
        else if (letter === "a") foreign = true;
        else {
          template = argument;
          blank = false;
        }
        break;
      } else return { force, blank, template, foreign, problem: i, incomplete };
    }
  }
  return { force, blank, template, foreign, problem: undefined, incomplete };
}

/** Begins a zone. A second `create` in a file drops what the first one began, unless it was committed. */
export function createZone(session: Session, command: Command, section: Section) {
  const at = session.at(section);
  const origin = at(command.word);
  const options = createOptions(command.args.map((arg) => arg.text));
  const wrong = options.problem === undefined ? undefined : command.args[options.problem];
  if (wrong) {
    session.say({
      code: "zone/usage",
      origin: at(wrong),
      message: wrong.text.startsWith("#")
        ? "A comment must stand on its own line: behind a command `#` begins an ordinary word."
        : `\`create\` takes no ${JSON.stringify(wrong.text)}: zonecfg shows its usage and stops.`,
    });
  } else if (options.incomplete !== undefined)
    session.say({
      code: "zone/usage",
      origin,
      message: `\`${options.incomplete}\` of \`create\` needs ${options.incomplete === "-t" ? "the name of a template" : "a path"}.`,
    });
  const { created, exited, committed } = session;
  const again = createAgain({ created, exited, committed, dirty: session.state.dirty }, origin);
  if (again) session.say(again);
  session.begin(command, section);
  const { state } = session;
  const brand = session.brandAhead(command);
  const platforms = brand === undefined ? [] : PLATFORMS.filter((platform) => findBrand(brand, platform));
  if (platforms.length > 0) state.narrow(platforms);
  if (options.foreign) state.base = "unknown";
  else state.create(options.template, options.blank);
  state.dirty = true;
}

/** What a zone leaves behind where another one begins. */
export interface LeftOver {
  readonly created: ZoneOrigin | undefined;
  readonly exited: ZoneOrigin | undefined;
  readonly committed: boolean;
  readonly dirty: boolean;
}

/** What is wrong with a `create` behind another zone: one zone per file is what `zonecfg -f` is for. */
export function createAgain(
  { created, exited, committed, dirty }: LeftOver,
  origin: ZoneOrigin,
): Complaint | undefined {
  if (!created || !(dirty || exited || committed)) return undefined;
  return {
    code: "zone/create-again",
    origin,
    message: exited
      ? "`zonecfg -f` stops at the `exit` above and never comes here: a file configures one zone."
      : dirty
        ? "This drops the zone that was begun above: a file configures one zone."
        : "The zone above is committed already, so that zonecfg stops here: a file configures one zone.",
    related: [{ origin: created, message: "The zone before begins here." }],
  };
}
