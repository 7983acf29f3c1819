import type { SettingFacts, Site, Template } from "./facts.ts";
import type { Substitution } from "./types.ts";

/** One value whose variables are being replaced. */
export interface Work {
  text: string;
  readonly template: Template;
  readonly site: Site;
  /** How many of the template's gaps are done, and how much longer that made the text. */
  done: number;
  grown: number;
  readonly substitutions: Substitution[];
}

/** The values of a statement as they are written. */
export function workOf(setting: SettingFacts): Work[] {
  return setting.templates.map((template) => ({
    text: template.text,
    template,
    site: setting.site,
    done: 0,
    grown: 0,
    substitutions: [],
  }));
}
