import { observeAll } from "../../configuration/jail-conf/observe.ts";
import type { Sources } from "../../configuration/jail-conf/sources.ts";
import type { Configuration, ResolvedJail, ResolvedParameter } from "../../configuration/jail-conf/types.ts";
import { absolute } from "../../configuration/origin.ts";
import { lineOf } from "../../features/places.ts";
import type { Place } from "../../host/decision.ts";
import { definitionsOf } from "../../simulation/definitions.ts";
import type { Configured } from "../deeds.ts";
import type { ConfiguredContainer, MainFile, Refusal } from "../guests.ts";
import type { Texts } from "../texts.ts";

/** A jail.conf(5) with what it includes, as hosts get it. */
export class JailFile implements MainFile {
  readonly path: string;
  readonly documents: readonly string[];
  readonly configured: Configured;
  readonly containers: readonly ConfiguredContainer[];
  private readonly configuration: Configuration;
  private readonly sources: Sources;
  /** Once it was looked at. */
  private refused: { readonly why: Refusal | undefined } | undefined;
  private readonly keyOf: (path: string) => string;

  constructor(configuration: Configuration, sources: Sources, texts: Texts) {
    const documents = new Map(configuration.documents.map((document) => [document.path, document]));
    // A document may be named by every value of it: its version is looked up once.
    const keys = new Map<string, string>();
    this.keyOf = (path) => {
      const known = keys.get(path);
      if (known !== undefined) return known;
      const key = texts.keyOf(path, documents.get(path)?.text ?? "");
      keys.set(path, key);
      return key;
    };
    this.path = configuration.root.path;
    this.documents = configuration.documents.map((document) => document.path);
    this.configuration = configuration;
    this.sources = sources;
    this.configured = { jails: definitionsOf(configuration, this.keyOf), zones: [] };
    this.containers = configuration.jails.map((jail) => this.container(jail));
  }

  private container({ name, block: { origin, node } }: ResolvedJail): ConfiguredContainer {
    const place = this.place(absolute(origin), origin.document.path);
    const { start } = origin.section;
    const extent = node
      ? { ...place, start: start + node.start, end: Math.max(place.end, start + node.end) }
      : place;
    return { name, place, extent };
  }

  private place({ start, end }: { start: number; end: number }, path: string): Place {
    return { path: this.keyOf(path), start, end };
  }

  refusal(): Refusal | undefined {
    this.refused ??= { why: this.observe() };
    return this.refused.why;
  }

  private observe(): Refusal | undefined {
    const { root, release } = this.configuration;
    const [first] = observeAll(root, this.sources, release);
    if (!first) return undefined;
    const { message, line } = first;
    const path = first.file ?? root.path;
    const text = this.configuration.documents.find((document) => document.path === path)?.text;
    const where = line == null ? path : `${path}:${line}`;
    if (text === undefined)
      return { message: `jail: ${where}: ${message}`, kind: "jail.check", cause: undefined };
    // What is missing at the end is seen there.
    const last = text.trimEnd().split("\n").length;
    const start = text.split("\n", (line ?? last) - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const end = text.indexOf("\n", start);
    const place = this.place({ start, end: end < 0 ? text.length : end }, path);
    return {
      message: `jail: ${where}: ${message}`,
      kind: "jail.check",
      cause: { what: message, from: "configuration", place },
    };
  }

  /** As `zonewarden resolve` prints it: every parameter with the lines that it comes from. */
  text(container: string | undefined): string | undefined {
    const jails = this.configuration.jails.filter(
      ({ name }) => container === undefined || name === container,
    );
    if (jails.length === 0) return undefined;
    return jails
      .map(({ name, parameters, failures }) => {
        const lines = parameters.map((parameter) => `\t${statement(parameter)}\n`).join("");
        const notes = failures.map(({ message }) => `\t# jail(8) would not start it: ${message}`).join("");
        return `${name} {\n${notes}${lines}}\n`;
      })
      .join("\n");
  }
}

/** A parameter as a statement of jail.conf(5), with its places as a comment. */
function statement({ name, values, contributions }: ResolvedParameter): string {
  const texts = values.map(({ text }) =>
    /^[\w./:|%@+-]+$/.test(text) ? text : `"${text.replace(/["\\$]/g, "\\$&").replaceAll("\n", "\\n")}"`,
  );
  const places = contributions
    .filter(({ overridden }) => !overridden)
    .map(({ setting: { origin } }) => {
      const { document } = origin;
      const line = lineOf(document, absolute(origin).start);
      return `${document.path.slice(document.path.lastIndexOf("/") + 1)}:${line}`;
    });
  const from = places.length > 0 ? `  # ${[...new Set(places)].join(", ")}` : "";
  return `${name}${texts.length > 0 ? ` = ${texts.join(", ")}` : ""};${from}`;
}
