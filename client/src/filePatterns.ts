import { type Disposable, languages, type TextDocument, workspace } from "vscode";
import { filePatterns, type LanguageId, languageIds, section } from "./settings.ts";

/**
 * Languages VS Code falls back to for such names (`*.conf` is "properties", `*.cfg` "ini" or "properties"). A
 * document that another extension claimed on purpose is left alone.
 */
const unclaimed = new Set(["plaintext", "properties", "ini"]);

/** Gives documents that match the user's own patterns their language. */
export function followFilePatterns(): Disposable[] {
  /** Documents already switched: if the user switches one back, that is the last word until it is closed. */
  const done = new Set<string>();

  const apply = (document: TextDocument): void => {
    const key = document.uri.toString();
    if (!unclaimed.has(document.languageId) || done.has(key)) return;
    const language = languageIds.find((id) => matches(id, document));
    if (language === undefined) return;
    done.add(key);
    void languages.setTextDocumentLanguage(document, language);
  };
  const applyToAll = () => {
    for (const document of workspace.textDocuments) apply(document);
  };
  const forget = (closed: TextDocument): void => {
    // A change of language is a close and an open of the same document; only what stays closed is forgotten.
    setTimeout(() => {
      const key = closed.uri.toString();
      if (!workspace.textDocuments.some((document) => document.uri.toString() === key)) done.delete(key);
    }, 100);
  };

  applyToAll();
  return [
    workspace.onDidOpenTextDocument(apply),
    workspace.onDidCloseTextDocument(forget),
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(`${section}.files`)) return;
      done.clear();
      applyToAll();
    }),
  ];
}

/** As in `files.associations`: a pattern without a slash is about the name, any other about the end of the path. */
function matches(language: LanguageId, document: TextDocument): boolean {
  return filePatterns(language).some((glob) => {
    const pattern = glob.startsWith("**/") || glob.startsWith("/") ? glob : `**/${glob}`;
    return languages.match({ pattern }, document) > 0;
  });
}
