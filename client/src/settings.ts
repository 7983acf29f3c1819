import { extensions, workspace } from "vscode";

/** Language ids of the manifest; everything of this extension is for these two. */
export const languageIds = ["jail-conf", "zonecfg"] as const;
export type LanguageId = (typeof languageIds)[number];

export const isOwnLanguage = (id: string): id is LanguageId =>
  (languageIds as readonly string[]).includes(id);

/** Root of all settings; the server gets this section through `workspace/configuration`. */
export const section = "zonewarden";

const read = <T>(key: string, fallback: T): T => workspace.getConfiguration(section).get<T>(key, fallback);

/** FreeBSD release whose rules apply, as the server will use it. */
export const freebsdRelease = (): string => read("freebsd.release", "15");

/** Zone platform whose rules apply; `auto` leaves the decision to the server. */
export const zonePlatform = (): string => read("platform", "auto");

/** What the manifest says of a language. */
interface ContributedLanguage {
  readonly id: string;
  readonly filenames?: readonly string[];
  readonly filenamePatterns?: readonly string[];
  readonly extensions?: readonly string[];
}

/** Globs of the names by which the manifest knows the files of a language. */
export function nameGlobs(language: LanguageId): string[] {
  const manifest = extensions.getExtension("zonewarden.zonewarden")?.packageJSON;
  const languages: readonly ContributedLanguage[] = manifest?.contributes.languages ?? [];
  return languages
    .filter(({ id }) => id === language)
    .flatMap(({ filenames = [], filenamePatterns = [], extensions: endings = [] }) => [
      ...filenames,
      ...filenamePatterns,
      ...endings.map((ending) => `*${ending}`),
    ])
    .map((name) => (name.includes("/") ? name : `**/${name}`));
}

/** Globs the user added for one language. */
export function filePatterns(language: LanguageId): readonly string[] {
  const patterns: unknown = language === "jail-conf" ? read("files.jailConf", []) : read("files.zonecfg", []);
  return Array.isArray(patterns) ? patterns.filter((pattern) => typeof pattern === "string") : [];
}

/** Whether a console tells why something was refused. */
export const explainsRefusals = (): boolean => read("console.explainRefusals", true);
