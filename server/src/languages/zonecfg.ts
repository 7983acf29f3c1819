import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { formatZonecfg } from "@zonewarden/grammars/zonecfg/printer";
import type { Section } from "@zonewarden/grammars/zonecfg/tree";
import { withSharedRules } from "../validation/suppressionRules.ts";
import { rules } from "../validation/zonecfg/topics.ts";
import type { Language } from "../workspace/language.ts";
import { ZoneProject } from "./zonecfg/project.ts";

/** The command files of zonecfg(8). Each stands for itself: there is no way to include another. */
export const zonecfg: Language<Section> = {
  id: "zonecfg",
  completionTriggers: [" ", "=", ",", "!", "(", "[", "-", '"'],
  rules: withSharedRules(rules),
  parse: (text, { platform }) => ZoneDocument.parse(text, dialects[platform ?? "any"]),
  reparses: (before, after) => before.platform !== after.platform,
  isMainFile: () => true,
  mainFiles: () => [],
  format: formatZonecfg,
  project: (root, environment, settings) => new ZoneProject(root, environment, settings),
};
