import type { TextRange } from "@zonewarden/grammars/common/range";
import type { Command, Section } from "@zonewarden/grammars/zonecfg/tree";
import { PLATFORMS, type Platform } from "../../catalog/zonecfg/property.ts";
import type { Block } from "./block.ts";
import { ZoneState } from "./state.ts";
import type { Complaint, ZoneOrigin, ZonePart, ZoneSource } from "./types.ts";
import { verify } from "./verify.ts";

export interface RunOptions {
  readonly platform: Platform | undefined;
  /** Run a last command without its newline, as its writer means it; the real program does not. */
  readonly lenient: boolean;
}

/** A run of zonecfg(8) over a stretch of a file: the zone at hand, the scope, and what has been said. */
export class Session {
  readonly document: ZoneSource;
  readonly options: RunOptions;
  /** What is run. */
  readonly sections: readonly Section[];
  complaints: Complaint[] = [];
  readonly parts: ZonePart[] = [];
  state: ZoneState;
  block: Block | undefined;
  /** The last `exit` that was understood: what follows it is not run. */
  exited: ZoneOrigin | undefined;
  /** The last `create`, for the message about a second one. */
  created: ZoneOrigin | undefined;
  /** Whether the part at hand was committed. */
  committed = false;
  /** Where each property of the zone was last set since anything could look at it. */
  readonly lastSet = new Map<string, ZoneOrigin>();
  /** The section that is being run, by index. */
  sectionAt = 0;
  /**
   * Whether one resource can take the place of another without a look at the rest: nothing was searched for, and
   * nothing changed after `verify` or `commit`.
   */
  isPlain = true;
  private hasVerified = false;
  /** What verify has said already. */
  private readonly verified = new Set<string>();
  /** Whether the part at hand has had a command. */
  private isEmpty = true;

  /** `name`: the zone's name, where a shell has told it before. */
  constructor(
    document: ZoneSource,
    sections: readonly Section[],
    options: RunOptions,
    name: string | undefined,
  ) {
    this.document = document;
    this.sections = sections;
    this.options = options;
    this.state = this.fresh();
    this.state.name = name;
  }

  /** The name of a zone that has not begun yet. */
  get nameAhead(): string | undefined {
    return this.isEmpty ? this.state.name : undefined;
  }

  private fresh(): ZoneState {
    const { platform } = this.options;
    return new ZoneState(platform ? [platform] : PLATFORMS);
  }

  at(section: Section): (range: TextRange) => ZoneOrigin {
    return (range) => originOf(this.document, section, range);
  }

  say(complaint: Complaint): void {
    this.complaints.push(complaint);
  }

  /** Remembers the first command of a part, and the zone's name in a prompt. */
  note(command: Command, section: Section): void {
    if (this.isEmpty) this.state.origin ??= this.at(section)(command.word);
    this.isEmpty = false;
    this.state.name ??= this.promptName(command, section);
  }

  private promptName({ prompt }: Command, section: Section): string | undefined {
    if (!prompt) return undefined;
    const text = this.document.text.slice(section.start + prompt.start, section.start + prompt.end);
    return /^zonecfg:([^:>]+)/.exec(text)?.[1];
  }

  /** A part begins with `create`; what a shell or a prompt has said of its name holds. */
  begin(command: Command, section: Section): void {
    const name = this.nameAhead;
    this.finishPart();
    this.state.name = name ?? this.promptName(command, section);
    this.state.origin = this.at(section)(command.word);
    this.created = this.state.origin;
    this.exited = undefined;
    this.committed = false;
    this.isEmpty = false;
  }

  /** A shell calls zonecfg anew. */
  restart(name: string | undefined): void {
    this.finishPart();
    this.exited = undefined;
    this.created = undefined;
    this.state.name = name;
  }

  /** Ends the part at hand, as the end of the file or another `create` does. */
  finishPart(): void {
    const unfinished = this.block?.origin;
    if (this.block) {
      let outer: Block = this.block;
      while (outer.outer) outer = outer.outer;
      for (const complaint of this.block.complaints) this.complaints.push(complaint);
      this.say({
        code: "zone/unfinished-resource",
        origin: outer.origin,
        message: `\`end\` is missing: this \`${outer.type}\` is not closed, and nothing of the zone is saved.`,
      });
      this.block = undefined;
    }
    // Also where a resource is open still: an editor should not lose what it shows while one is typed.
    if (this.state.dirty) this.verify();
    if (!this.isEmpty) this.parts.push(this.state.part(this.exited !== undefined, unfinished));
    this.lastSet.clear();
    this.state = this.fresh();
    this.isEmpty = true;
  }

  /** A command changes the zone. */
  edited(): void {
    if (this.hasVerified) this.isPlain = false;
  }

  /** What `verify`, `commit` and the end of the file check; the same complaint is made once. */
  verify(): void {
    this.hasVerified = true;
    for (const complaint of verify(this.state)) {
      const { section, range } = complaint.origin;
      const key = `${section.start + range.start} ${complaint.code} ${complaint.message}`;
      if (this.verified.has(key)) continue;
      this.verified.add(key);
      this.say(complaint);
    }
    this.lastSet.clear();
  }

  /** The brand that the part which begins now will have, so that its platform is known from the start. */
  brandAhead(after: Command): string | undefined {
    const { sections } = this;
    let begun = false;
    for (let i = this.sectionAt; i < sections.length; i++)
      for (const command of (sections[i] as Section).commands) {
        if (!begun) {
          begun = command === after;
          continue;
        }
        if (command.word.name === "create") return undefined;
        const [assignment] = command.assignments;
        if (
          command.word.name === "set" &&
          assignment?.name.text === "brand" &&
          assignment.value?.kind === "simple"
        )
          return assignment.value.text;
      }
    return undefined;
  }
}

/** A place in a section of a document. */
export function originOf(document: ZoneSource, section: Section, { start, end }: TextRange): ZoneOrigin {
  return { document, section, range: { start, end } };
}
