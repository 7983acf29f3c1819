import { vi } from "vitest";

// Outside of VS Code there are no translations: a text is its own.
vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

export const texts = (await import("../../../client/src/inspector/texts.ts")).inspectorTexts();

/** Seven pixels for each sign, eight in bold. */
export const measure = (text: string, weight?: "bold") => text.length * (weight ? 8 : 7);
