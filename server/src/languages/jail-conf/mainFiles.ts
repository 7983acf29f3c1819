import { baseName, directoryOf, joinPath } from "../../workspace/files.ts";

/** How many folders up a main file is looked for that may include a document. */
const LEVELS_UP = 2;

/**
 * Whether a file is one that jail(8) or rc.d/jail reads on its own. Any other may be included somewhere, so what it
 * lacks may come from there. Source: libexec/rc/rc.d/jail.
 */
export function isMainFile(path: string): boolean {
  const name = baseName(path);
  return (
    name === "jail.conf" ||
    name === "STDIN" ||
    name.endsWith(".jail.conf") ||
    /^jail\..+\.conf$/.test(name) ||
    path.startsWith("untitled:")
  );
}

/** The `jail.conf` of the folders around a file that is no main file, the nearest first. */
export function mainFiles(path: string): string[] {
  if (isMainFile(path)) return [];
  const found: string[] = [];
  let directory = directoryOf(path);
  for (let level = 0; level <= LEVELS_UP; level++) {
    found.push(joinPath(directory, "jail.conf"));
    if (directory === "/" || directory === "." || baseName(directory) === "") break;
    directory = directoryOf(directory);
  }
  return found;
}
