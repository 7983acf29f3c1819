import { JailDocument } from "@zonewarden/grammars/jail-conf/document";
import { formatJailConf } from "@zonewarden/grammars/jail-conf/printer";
import type { Section } from "@zonewarden/grammars/jail-conf/tree";
import { completionTriggers } from "../features/jail-conf/completion.ts";
import { rules } from "../validation/jail-conf/topics.ts";
import { withSharedRules } from "../validation/suppressionRules.ts";
import { ignoredLines } from "../validation/suppressions.ts";
import type { Language } from "../workspace/language.ts";
import { isMainFile, mainFiles } from "./jail-conf/mainFiles.ts";
import { JailProject } from "./jail-conf/project.ts";

/** FreeBSD's jail.conf(5). */
export const jailConf: Language<Section> = {
  id: "jail-conf",
  completionTriggers,
  rules: withSharedRules(rules),
  parse: (text) => JailDocument.parse(text),
  reparses: () => false,
  isMainFile,
  mainFiles,
  // A line that is split would keep its findings switched off in its first part alone.
  format: (tree, indentation) => formatJailConf(tree, indentation, ignoredLines(tree)),
  project: (root, environment, settings) => new JailProject(root, environment, settings),
};
