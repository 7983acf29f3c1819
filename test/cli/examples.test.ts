import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const root = fileURLToPath(new URL("../../examples", import.meta.url));
const folders = (kind: string) =>
  readdirSync(join(root, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${kind}/${name}`);
const filesIn = (folder: string, end: string) =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(end));

interface Diagnostic {
  readonly severity: string;
  readonly range: { readonly start: { readonly line: number } };
}
interface Event {
  readonly outcome: string;
  readonly message: string;
  readonly origins: readonly { readonly range: { readonly start: { readonly line: number } } }[];
}

const check = (folder: string, file = ".", ...options: readonly string[]) => {
  const { code, out, err } = runIn(join(root, folder), ["check", "--format", "json", ...options, file]);
  expect(err).toBe("");
  const files: { path: string; diagnostics: Diagnostic[] }[] = JSON.parse(out).files;
  return { code, diagnostics: files.flatMap(({ diagnostics }) => diagnostics) };
};
const boot = (folder: string, files: readonly string[]) => {
  const { code, out, err } = runIn(join(root, folder), ["boot", "--format", "json", ...files]);
  if (code === 2) return { code, err, failed: [], containers: [] };
  const document: { events: Event[]; containers: { name: string; state: string }[] } = JSON.parse(out);
  const failed = document.events.filter(({ outcome }) => outcome === "failed");
  return { code, err, failed, containers: document.containers };
};

/** Wrong on purpose, or not for the program at all. */
const WRONG = new Set(["jail/07-broken", "jail/08-not-ours", "zones/10-broken", "zones/11-sessions"]);

describe("examples that are right", () => {
  const right = [...folders("jail"), ...folders("zones")].filter((folder) => !WRONG.has(folder));

  it.each(right)("%s has no mistakes, and boots", (folder) => {
    expect(check(folder).code).toBe(0);
    const zones = filesIn(folder, ".zonecfg");
    const { code, failed, containers } = boot(folder, zones.length > 0 ? zones : ["jail.conf"]);
    expect([code, failed]).toEqual([0, []]);
    expect([...new Set(containers.map(({ state }) => state))]).toEqual(["running"]);
  });
});

/** Lines with a comment, each with the lines up to the next comment or empty line. Without the remark on the whole file. */
function remarks(text: string): { comment: string; from: number; to: number }[] {
  const lines = text.split("\n");
  const isRemark = (line: string | undefined) => /^\s*# [A-Z"]/.test(line ?? "") && !/^# -/.test(line ?? "");
  const found: { comment: string; from: number; to: number }[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || !isRemark(line)) continue;
    let to = at + 1;
    while (to < lines.length && lines[to] !== "" && !/^\s*#/.test(lines[to] as string)) to++;
    if (to > at + 1) found.push({ comment: line.trim(), from: at, to });
  }
  return found;
}

describe("zones/10-broken", () => {
  const folder = "zones/10-broken";
  const files = filesIn(folder, ".zonecfg");
  const text = (file: string) => readFileSync(join(root, folder, file), "utf8");
  /** What is no mistake of its own: why another thing is one, and what only the zone of a machine can tell. */
  const BACKGROUND = ["# At this point the zone still shares", "# On a zone that exists"];
  /** What a comment says of illumos is right on another platform. */
  const platform = (file: string) => ["--platform", file === "exclusive.zonecfg" ? "omnios" : "illumos"];

  it.each(files)("%s: check finds what each comment announces", (file) => {
    const { diagnostics } = check(folder, file, ...platform(file));
    const lines = diagnostics.map(({ range }) => range.start.line);
    const missed = remarks(text(file)).filter(
      ({ comment, from, to }) =>
        !BACKGROUND.some((one) => comment.startsWith(one)) && !lines.some((line) => line > from && line < to),
    );
    expect(missed).toEqual([]);
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  it.each(files.filter((file) => file !== "last-line.zonecfg"))(
    "%s does not boot, for its first error",
    (file) => {
      const { diagnostics } = check(folder, file);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const first = Math.min(...errors.map(({ range }) => range.start.line));
      const { code, failed, containers } = boot(folder, [file]);
      expect([code, containers.map(({ state }) => state)]).toEqual([1, ["absent"]]);
      expect(failed.map(({ origins }) => origins[0]?.range.start.line)).toEqual([first]);
    },
  );

  it("last-line.zonecfg boots without its last line", () => {
    const { code, failed } = boot(folder, ["last-line.zonecfg"]);
    expect([code, failed]).toEqual([0, []]);
    expect(runIn(join(root, folder), ["boot", "last-line.zonecfg"]).out).toContain("it is not run");
  });
});

describe("zones/11-sessions", () => {
  it("boots the zone of the script", () => {
    expect(boot("zones/11-sessions", ["script.zonecfg"])).toMatchObject({ code: 0, failed: [] });
  });
  it("refuses the prompts of the session", () => {
    const { code, failed } = boot("zones/11-sessions", ["session.zonecfg"]);
    expect([code, failed[0]?.origins[0]?.range.start.line]).toEqual([1, 0]);
  });
});

describe("jail/07-broken", () => {
  it.each(["jail.conf", "alone.jail.conf"])("%s: check finds mistakes", (file) => {
    const { code, diagnostics } = check("jail/07-broken", file);
    expect(code).toBe(1);
    const lines = diagnostics.map(({ range }) => range.start.line);
    const text = readFileSync(join(root, "jail/07-broken", file), "utf8");
    const missed = remarks(text).filter(({ from, to }) => !lines.some((line) => line > from && line < to));
    expect(missed.map(({ comment }) => comment)).toEqual([]);
  });

  it("starts nothing where jail(8) does not understand the file, and else what is right", () => {
    expect(boot("jail/07-broken", ["jail.conf"]).code).toBe(2);
    const { code, containers } = boot("jail/07-broken", ["alone.jail.conf"]);
    expect(code).toBe(1);
    expect(containers.some(({ state }) => state === "running")).toBe(true);
  });
});

describe("hosts/01-web", () => {
  it("shows what a described machine refuses", () => {
    const { code, diagnostics } = check("hosts/01-web");
    expect([code, diagnostics.some(({ severity }) => severity === "error")]).toEqual([1, true]);
    expect(boot("hosts/01-web", ["jail.conf"]).code).toBe(1);
  });
});
