import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    // These run inside VS Code: see test/vscode/run-suite.mjs.
    exclude: ["vscode/suite/**", "**/node_modules/**"],
    setupFiles: ["./properties.ts"],
    // Property tests take longer than the usual 5 s where several things run at the same time.
    testTimeout: 30_000 * Math.max(1, Number(process.env["ZW_HUNT"] ?? 1)),
  },
});
