import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DialectName, dialects, illumos } from "@zonewarden/grammars/zonecfg/dialect";
import { observe } from "@zonewarden/grammars/zonecfg/observed/parser";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "examples", "zones");
const folders = readdirSync(root).toSorted();
const filesOf = (folder: string) =>
  readdirSync(join(root, folder)).filter((file) => file.endsWith(".zonecfg"));
const read = (folder: string, file: string) => readFileSync(join(root, folder, file), "utf8");

/** The platform of each folder whose files are right. */
const platforms: Readonly<Record<string, DialectName>> = {
  "01-whole-root": "illumos",
  "02-exclusive-ip": "omnios",
  "03-sparse-root": "solaris10",
  "04-linux": "omnios",
  "05-virtual-machine": "omnios",
  "06-capped": "illumos",
  "07-solaris-11": "solaris11",
  "08-smartos": "smartos",
  "09-delegated": "illumos",
};
const right = Object.entries(platforms).flatMap(([folder, platform]) =>
  filesOf(folder).map((file) => [`${folder}/${file}`, read(folder, file), platform] as const),
);
/** The commands of a transcript or a script, as the program gets them. */
const unwrapped = (text: string) => {
  const commands = text
    .replace(/^zonecfg:\S*> /gm, "")
    .replace(/^(root@host:~# .*|(dladm|cat|zonecfg|zoneadm) .*|EOF|.*No such zone.*|Use '.*)$/gm, "");
  expect(commands).not.toBe(text);
  return commands;
};
const sessions = filesOf("11-sessions").map(
  (file) => [`11-sessions/${file}`, unwrapped(read("11-sessions", file)), "illumos"] as const,
);

describe("zones of the examples", () => {
  it("have a folder with command files and a README each", () => {
    expect(folders).toEqual([...Object.keys(platforms), "10-broken", "11-sessions"]);
    for (const folder of folders) {
      expect(readdirSync(join(root, folder))).toContain("README.md");
      expect(filesOf(folder).length).toBeGreaterThan(0);
    }
  });

  it.each([...right, ...sessions])("%s is right by the real parser", (_path, text, platform) => {
    const { errors, droppedAtEof, commands } = observe(text, dialects[platform]);
    expect({ errors, droppedAtEof }).toEqual({ errors: [] });
    let open = false;
    for (const { command, resource, args, line } of commands) {
      // A word that is no resource here: the command is refused when it runs.
      if (command === "add") expect({ line, args }).toEqual({ line });
      if ((command === "add" || command === "select") && resource) {
        expect({ line, open }).toEqual({ line, open: false });
        open = true;
      }
      if (command === "end") {
        expect({ line, open }).toEqual({ line, open: true });
        open = false;
      }
    }
    expect(open).toBe(false);
  });

  it("use addresses for documentation only", () => {
    for (const folder of folders)
      for (const file of filesOf(folder)) {
        const text = read(folder, file);
        for (const [address] of text.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g))
          expect(address).toMatch(/^(192\.0\.2|198\.51\.100)\.|^255\.255\.255\.0$/);
        for (const [address] of text.matchAll(/\b[0-9a-f]+:[0-9a-f:]*::[0-9a-f]*/g))
          expect(address).toMatch(/^2001:db8:/);
      }
  });
});

describe("the broken zone", () => {
  const lines = read("10-broken", "syntax.zonecfg").split("\n");
  const { errors } = observe(lines.join("\n"), illumos);
  // A mistake is below each comment but that of the file.
  const comments = lines.flatMap((line, at) => (line.startsWith("# ") && at > 0 ? [at] : []));

  it.each(comments.map((at) => [lines[at], at] as const))("syntax: %s", (_comment, at) => {
    let end = at + 1;
    while (end < lines.length && lines[end] !== "" && !lines[end]?.startsWith("#")) end++;
    expect(errors.some(({ line }) => line > at + 1 && line <= end)).toBe(true);
  });

  it("has mistakes of syntax on every platform", () => {
    expect(observe(lines.join("\n"), dialects.any).errors.length).toBe(errors.length);
    expect(errors.length).toBeLessThanOrEqual(comments.length + 1);
  });

  it.each(["shared.zonecfg", "blocks.zonecfg", "last-line.zonecfg"])("%s is right by its syntax", (file) => {
    expect(observe(read("10-broken", file), illumos).errors).toEqual([]);
  });
  it("exclusive.zonecfg is right by its syntax", () => {
    expect(observe(read("10-broken", "exclusive.zonecfg"), dialects.omnios).errors).toEqual([]);
  });
  it("loses its last line without a newline", () => {
    expect(observe(read("10-broken", "last-line.zonecfg")).droppedAtEof).toEqual({ line: 6 });
  });
  it("stumbles over carriage returns", () => {
    const { commands, errors } = observe(read("10-broken", "carriage-returns.zonecfg"));
    expect(commands[0]?.args).toEqual(["-b\r"]);
    expect(errors.map(({ line }) => line)).toEqual([3]);
  });
});
