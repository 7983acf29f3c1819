import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import { run } from "../../configuration/zonecfg/run.ts";
import type { ZoneConfiguration } from "../../configuration/zonecfg/types.ts";
import { type Diagnostic, decide, draft } from "../../validation/diagnostics.ts";
import { suppressionsOf } from "../../validation/suppressions.ts";
import { analyse } from "../../validation/zonecfg/analysis.ts";
import { OnMachine } from "../../validation/zonecfg/onMachine.ts";
import type { Source } from "../../workspace/documents.ts";
import type { Background, Environment, Features, Project } from "../../workspace/language.ts";
import type { Settings } from "../../workspace/settings.ts";
import { featuresOver } from "./features.ts";
import { zoneHostFor } from "./machine.ts";

/** One command file: run, judged, and asked about. */
export class ZoneProject implements Project<Section> {
  readonly root: Source<Section>;
  readonly documents: readonly Source<Section>[];
  readonly features: Features<Section>;
  /** Nothing waits: a command file is run as a whole, and what did not change in it costs nearly nothing. */
  readonly isPending = false;
  private readonly settings: Settings;
  private readonly onMachine: OnMachine | undefined;
  private ran: ZoneConfiguration | undefined;

  constructor(root: Source<Section>, { documents, hosts }: Environment, settings: Settings) {
    this.root = root;
    this.documents = [root];
    this.settings = settings;
    if (settings.hostChecks)
      this.onMachine = new OnMachine(
        zoneHostFor(root.path, hosts, settings.platform),
        () => this.configuration,
        () => documents.getOpen(root.path) === root,
      );
    this.features = featuresOver(() => ({
      configuration: this.configuration,
      platform: settings.platform,
    }));
  }

  /** What the commands make, as the document is now. */
  get configuration(): ZoneConfiguration {
    this.ran ??= run(this.root, { platform: this.settings.platform, lenient: true });
    return this.ran;
  }

  update(): void {
    this.ran = undefined;
    this.onMachine?.update();
  }

  had(path: string): boolean {
    return path === this.root.path;
  }

  has(path: string): boolean {
    return path === this.root.path;
  }

  work(): void {}

  get background(): Background | undefined {
    return this.onMachine;
  }

  diagnostics(document: Source<Section>): Diagnostic[] {
    const found = analyse(this.configuration);
    const more = this.onMachine?.findings(found) ?? [];
    const drafts = [...found, ...more].map((finding) => draft(finding));
    return decide(drafts, document.language.rules, this.settings.levels, suppressionsOf(document));
  }
}
