import type { HostDescription } from "../host/machine/definition.ts";
import { matchesDeepPath } from "../host/shell/pattern.ts";
import { baseName, directoryOf, type FileSystem, joinPath } from "./files.ts";
import type { HostDocument } from "./hostDocument.ts";
import type { HostReader } from "./hostReader.ts";

/** The name of a host file where none is given. */
export const HOST_FILE = "zonewarden.host.json";

/** A machine that somebody described, and where. */
export interface DescribedHost {
  readonly description: HostDescription;
  /** `undefined` where it does not come from a file of the workspace. */
  readonly document: HostDocument | undefined;
}

/** Directories above a configuration that are looked into. */
const MOST_LEVELS = 32;

/**
 * Finds the machine that a configuration is for: the one that was given, else the nearest host file in the directory of
 * the configuration or above it that says nothing of configurations, or names this one.
 */
export class Hosts {
  private readonly files: FileSystem;
  private readonly uriOf: (path: string) => string;
  private readonly read: HostReader;
  private readonly given: DescribedHost | undefined;
  /** By directory; `undefined` where there is none. Forgotten when a host file changes. */
  private readonly documents = new Map<string, HostDocument | undefined>();

  constructor(files: FileSystem, uriOf: (path: string) => string, read: HostReader, given?: DescribedHost) {
    this.files = files;
    this.uriOf = uriOf;
    this.read = read;
    this.given = given;
  }

  /** The machine of a configuration. A host file with mistakes describes none. */
  of(path: string): DescribedHost | undefined {
    if (this.given) return this.given;
    const document = this.nearest(path);
    return document?.description && { description: document.description, document };
  }

  /** The host file that a configuration belongs to, with mistakes or without. */
  nearest(path: string): HostDocument | undefined {
    let directory = directoryOf(path);
    // What is not on a disk lies nowhere.
    if (directory === ".") return undefined;
    for (let level = 0; level < MOST_LEVELS; level++) {
      const document = this.in(directory);
      if (document && isFor(document, directory, path)) return document;
      const parent = directoryOf(directory);
      if (parent === directory || parent === ".") return undefined;
      directory = parent;
    }
    return undefined;
  }

  /** A host file that was read, by its path. */
  get(path: string): HostDocument | undefined {
    const given = this.given?.document;
    if (given?.path === path) return given;
    return baseName(path) === HOST_FILE ? this.in(directoryOf(path)) : undefined;
  }

  /** Files changed on disk: whether a host file is among them, so that machines are looked for again. */
  changedOnDisk(paths: readonly string[]): boolean {
    const changed = paths.filter((path) => baseName(path) === HOST_FILE);
    for (const path of changed) this.documents.delete(directoryOf(path));
    return changed.length > 0;
  }

  private in(directory: string): HostDocument | undefined {
    if (this.documents.has(directory)) return this.documents.get(directory);
    const path = joinPath(directory, HOST_FILE);
    const text = this.files.read(path);
    const document = text === undefined ? undefined : this.read(path, this.uriOf(path), text);
    if (text === undefined || document) this.documents.set(directory, document);
    return document;
  }
}

/** Whether a host file is for a configuration, by its `configurations`. One with mistakes is for all below it. */
function isFor({ description }: HostDocument, directory: string, path: string): boolean {
  const patterns = description?.configurations ?? [];
  if (patterns.length === 0) return true;
  const relative = path.slice(directory === "/" ? 1 : directory.length + 1);
  return patterns.some((pattern) => matchesDeepPath(pattern.replace(/^\.\//, ""), relative));
}
