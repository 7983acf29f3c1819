import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    // These run inside VS Code: see test/vscode/run-suite.mjs.
    exclude: ["vscode/suite/**", "**/node_modules/**"],
  },
});
