import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { resolveAll } from "../../configuration/jail-conf/resolve.ts";
import type { Sources } from "../../configuration/jail-conf/sources.ts";
import type { Configuration } from "../../configuration/jail-conf/types.ts";
import type { AnyDocument } from "../../configuration/origin.ts";
import { type Diagnostic, decide, draft } from "../../validation/diagnostics.ts";
import { Analysis, type Found } from "../../validation/jail-conf/analysis.ts";
import { suppressionsOf } from "../../validation/suppressions.ts";
import { isSourceIn, type Source } from "../../workspace/documents.ts";
import type { Background, Environment, Features, Language, Project } from "../../workspace/language.ts";
import type { Settings } from "../../workspace/settings.ts";
import { featuresOver } from "./features.ts";
import { machineFor } from "./machine.ts";
import { sourcesOver } from "./sources.ts";

/** A main file with all that it includes: resolved, judged, and asked about. */
export class JailProject implements Project<Section> {
  readonly root: Source<Section>;
  readonly features: Features<Section>;
  private readonly language: Language<Section>;
  private readonly settings: Settings;
  private readonly sources: Sources;
  private readonly analysis: Analysis;
  private resolved: Configuration;
  private isStale = false;
  private found: Map<AnyDocument, Found[]> | undefined;

  constructor(root: Source<Section>, environment: Environment, settings: Settings) {
    this.root = root;
    this.language = root.language;
    this.settings = settings;
    this.sources = sourcesOver(environment, root.language);
    this.resolved = resolveAll(root, this.sources, settings.release);
    this.analysis = new Analysis({
      release: settings.release,
      fragment: !root.language.isMainFile(root.path),
      machine: settings.hostChecks ? machineFor(root.path, environment.hosts, settings.release) : undefined,
    });
    this.analysis.update(this.resolved);
    this.features = featuresOver(() => ({
      configuration: this.configuration,
      release: settings.release,
      sources: this.sources,
      list: (folder) => environment.files.list(folder),
    }));
  }

  /** The configuration as the documents are now. */
  get configuration(): Configuration {
    if (this.isStale) {
      this.isStale = false;
      this.resolved = resolveAll(this.root, this.sources, this.settings.release, this.resolved);
      this.analysis.update(this.resolved);
      this.found = undefined;
    }
    return this.resolved;
  }

  get documents(): readonly Source<Section>[] {
    return this.configuration.documents.filter((document) => isSourceIn(this.language, document));
  }

  update(): void {
    this.isStale = true;
  }

  had(path: string): boolean {
    return this.resolved.documents.some((document) => document.path === path);
  }

  has(path: string): boolean {
    return this.configuration.documents.some((document) => document.path === path);
  }

  get isPending(): boolean {
    return this.analysis.isPending;
  }

  work(milliseconds: number): void {
    this.analysis.work(milliseconds);
    this.found = undefined;
  }

  get background(): Background | undefined {
    const { boot } = this.analysis;
    return boot && { isPending: boot.isPending, work: (milliseconds) => this.boot(milliseconds) };
  }

  private boot(milliseconds: number): void {
    this.analysis.boot?.work(milliseconds);
    this.found = undefined;
  }

  diagnostics(document: Source<Section>): Diagnostic[] {
    // Asking for the configuration brings the analysis up to date.
    void this.configuration;
    this.found ??= this.analysis.findings();
    const drafts = (this.found.get(document) ?? []).map(({ finding, jails }) =>
      draft(finding, affected(finding.origin, jails)),
    );
    return decide(drafts, this.language.rules, this.settings.levels, suppressionsOf(document));
  }
}

/** Which jails a finding is about, where its place does not say so: outside of the jail's own block. */
function affected({ document, section, range }: Found["finding"]["origin"], jails: Found["jails"]): string {
  const [first] = jails;
  if (!first) return "";
  const { origin: own, node } = first.block;
  const isInside =
    own.document === document &&
    own.section === section &&
    node !== undefined &&
    node.start <= range.start &&
    range.start < node.end;
  if (jails.size === 1 && isInside) return "";
  return jails.size === 1 ? ` (jail ${first.name})` : ` (jail ${first.name} and ${jails.size - 1} more)`;
}
