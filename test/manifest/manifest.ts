import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Command {
  command: string;
  title?: string;
  category?: string;
  icon?: string;
}

interface Conditional {
  when?: string;
}

interface Setting {
  default?: unknown;
  type?: string;
  enum?: unknown[];
  enumDescriptions?: string[];
  markdownDescription?: string;
}

/** The parts of package.json the tests look at. */
export interface Manifest {
  main: string;
  browser: string;
  icon: string;
  activationEvents?: string[];
  contributes: {
    languages: {
      id: string;
      configuration?: string;
      firstLine?: string;
      filenamePatterns?: string[];
      icon?: { light: string; dark: string };
    }[];
    grammars: { language: string; scopeName: string; path: string }[];
    snippets: { language: string; path: string }[];
    commands: Command[];
    menus: Record<string, ({ command: string } & Conditional)[]>;
    viewsContainers: { activitybar: { id: string; title: string; icon: string }[] };
    views: Record<string, ({ id: string; name: string; icon: string } & Conditional)[]>;
    viewsWelcome: ({ view: string; contents: string } & Conditional)[];
    walkthroughs: {
      steps: { id: string; description: string; media: { markdown: string }; completionEvents?: string[] }[];
    }[];
    problemMatchers: { name: string; pattern: { regexp: string } }[];
    configuration: { properties: Record<string, Setting> };
  };
}

export const manifest: Manifest = JSON.parse(read("package.json"));
export const nls: Record<string, string> = JSON.parse(read("package.nls.json"));

/** All sources of one workspace, as one text to search in. */
export function sources(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(join(folder, file)))
    .join("\n");
}
