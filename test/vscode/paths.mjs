import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Everything downloaded or made for tests in an editor; git-ignored, the same folder @vscode/test-electron uses. */
export const cache = join(root, ".vscode-test");
