import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { resolveAll } from "../configuration/jail-conf/resolve.ts";
import type { Sources } from "../configuration/jail-conf/sources.ts";
import type { Configuration } from "../configuration/jail-conf/types.ts";
import type { AnyDocument } from "../configuration/origin.ts";
import { run } from "../configuration/zonecfg/run.ts";
import type { ZoneConfiguration } from "../configuration/zonecfg/types.ts";
import { JailProject } from "../languages/jail-conf/project.ts";
import { sourcesOver } from "../languages/jail-conf/sources.ts";
import { jailConf } from "../languages/jail-conf.ts";
import { ZoneProject } from "../languages/zonecfg/project.ts";
import { zonecfg } from "../languages/zonecfg.ts";
import { isOfState } from "../uris.ts";
import { Source } from "../workspace/documents.ts";
import type { Language, LanguageId } from "../workspace/language.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** A configuration of the workspace, open or not. The same object until something in it changes. */
export type KnownFile =
  | { readonly language: "jail-conf"; readonly path: string; readonly configuration: Configuration }
  | { readonly language: "zonecfg"; readonly path: string; readonly configuration: ZoneConfiguration };

/** A file that the editor has found. */
export interface ListedFile {
  readonly path: string;
  readonly language: LanguageId;
}

/** The main files of a workspace: those of open documents, and those that the editor found without opening them. */
export class KnownFiles {
  readonly sources: Sources;
  private readonly workspace: Workspace;
  private listed: readonly ListedFile[] = [];
  private readonly closed = new Map<string, ReadFile>();
  private readonly last = new Map<string, KnownFile>();

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.sources = sourcesOver(workspace.environment, jailConf);
  }

  list(files: readonly ListedFile[]): void {
    this.listed = files;
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.closed.keys()) if (!paths.has(path)) this.closed.delete(path);
  }

  /** Files on disk or settings have changed: what is not open is read again. */
  forget(): void {
    this.closed.clear();
  }

  /** By path. */
  get all(): KnownFile[] {
    const found = new Map<string, KnownFile>();
    for (const project of this.workspace.configurations) {
      const { path } = project.root;
      // An older version of a file configures nothing, nor does a text about a container.
      if (isOfState(path)) continue;
      if (project instanceof JailProject)
        found.set(path, this.same({ language: "jail-conf", path, configuration: project.configuration }));
      else if (project instanceof ZoneProject)
        found.set(path, this.same({ language: "zonecfg", path, configuration: project.configuration }));
    }
    for (const { path, language } of this.listed) {
      if (found.has(path)) continue;
      const known = this.closed.get(path);
      const read = known && this.isCurrent(known) ? known : this.read(path, language);
      if (!read) continue;
      this.closed.set(path, read);
      found.set(path, read.file);
    }
    const parts = partsOf(found.values());
    const main = [...found.values()].filter(({ path }) => !parts.has(path));
    return main.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private same(file: KnownFile): KnownFile {
    const before = this.last.get(file.path);
    if (before?.configuration === file.configuration) return before;
    this.last.set(file.path, file);
    return file;
  }

  private read(path: string, language: LanguageId): ReadFile | undefined {
    const { documents } = this.workspace;
    const { release, platform } = this.workspace.settingsOf(path);
    if (language === "jail-conf") {
      const root = documents.get(path, jailConf as Language<Section>);
      if (!root) return undefined;
      const configuration = resolveAll(root, this.sources, release);
      return { file: { language, path, configuration }, parts: configuration.documents.flatMap(partOf) };
    }
    const root = documents.get(path, zonecfg);
    if (!root) return undefined;
    const configuration = run(root, { platform, lenient: true });
    return { file: { language, path, configuration }, parts: partOf(root) };
  }

  /** Whether its texts are those of now: one may have been opened, edited, or closed again. */
  private isCurrent({ parts }: ReadFile): boolean {
    const { documents } = this.workspace;
    return parts.every(({ source, version }) => source.version === version && documents.isCurrent(source));
  }
}

/** What was read of a file that is not open, with the texts that it came from. */
interface ReadFile {
  readonly file: KnownFile;
  readonly parts: readonly { readonly source: Source; readonly version: number }[];
}

function partOf(document: AnyDocument): ReadFile["parts"] {
  return document instanceof Source ? [{ source: document, version: document.version }] : [];
}

/** Files that are part of another one and no main files by their names. */
function partsOf(files: Iterable<KnownFile>): Set<string> {
  const found = new Set<string>();
  for (const { language, path, configuration } of files)
    if (language === "jail-conf")
      for (const document of configuration.documents)
        if (document.path !== path && !jailConf.isMainFile(document.path)) found.add(document.path);
  return found;
}
