import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manifest, nls, read, root, sources } from "./manifest.ts";

const { contributes } = manifest;
const client = sources("client/src");

describe("commands", () => {
  // That each has code is seen in a real editor: test/vscode/suite/manifest.test.ts.
  it.each(contributes.commands)("$command has a title and a category", ({ title, category }) => {
    expect(title).toMatch(/^%.+%$/);
    expect(category).toBe("%command.category%");
  });

  it("all are in the palette under a condition: none runs where it has no meaning", () => {
    const palette = contributes.menus["commandPalette"] ?? [];
    expect(palette.map(({ command }) => command).toSorted()).toEqual(
      contributes.commands.map(({ command }) => command).toSorted(),
    );
    expect(palette.filter(({ when }) => !when)).toEqual([]);
  });

  it.each(Object.keys(contributes.menus))("%s has contributed commands only", (menu) => {
    const known = contributes.commands.map(({ command }) => command);
    for (const { command } of contributes.menus[menu] ?? []) expect(known).toContain(command);
  });

  it("have icons where a menu shows nothing else", () => {
    const shown = Object.values(contributes.menus)
      .flat()
      .filter((entry) => /^(inline|navigation)/.test((entry as { group?: string }).group ?? ""));
    const iconless = contributes.commands.filter(({ icon }) => !icon).map(({ command }) => command);
    const inMenusOfText = new Set(contributes.menus["editor/context"]?.map(({ command }) => command));
    expect(
      shown.map(({ command }) => command).filter((one) => iconless.includes(one) && !inMenusOfText.has(one)),
    ).toEqual([]);
  });
});

describe("conditions", () => {
  /** Keys of VS Code itself that conditions may use. */
  const ofEditor = new Set([
    ...["view", "viewItem", "workbenchState", "resourceLangId", "resourceScheme", "editorLangId"],
    ...["activeWebviewPanelId", "config.zonewarden.enable"],
  ]);
  const conditions = [
    ...Object.values(contributes.menus).flat(),
    ...Object.values(contributes.views).flat(),
    ...contributes.viewsWelcome,
  ].flatMap(({ when }) => when ?? []);

  it.each([...new Set(conditions)])("%s uses keys that are set", (when) => {
    const set = new Set([...client.matchAll(/"setContext",\s*"([^"]+)"/g)].map(([, key]) => key));
    const views = Object.values(contributes.views)
      .flat()
      .map(({ id }) => id);
    for (const term of when.split(/&&|\|\|/)) {
      const [, key = "", operator = "", value = ""] =
        /^\s*!?([\w.]+)\s*(==|!=|=~)?\s*(.*?)\s*$/.exec(term) ?? [];
      if (key === "false") continue;
      expect(ofEditor.has(key) || set.has(key), key).toBe(true);
      if (key === "view") expect(views).toContain(value);
      if (operator === "=~") expect(() => new RegExp(value.replace(/^\/|\/\w*$/g, ""))).not.toThrow();
    }
  });
});

describe("the walkthrough", () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

  it("has five steps with different names", () => {
    expect(new Set(steps.map(({ id }) => id)).size).toBe(5);
  });

  it.each(steps)("$id has a text, and links to commands that there are", ({ description, media }) => {
    expect(existsSync(join(root, media.markdown))).toBe(true);
    for (const [, image = ""] of read(media.markdown).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      expect(existsSync(join(root, "docs", "walkthrough", image)) && !image.includes(".."), image).toBe(true);
    const text = (nls[description.replaceAll("%", "")] ?? "") + read(media.markdown);
    const known = contributes.commands.map(({ command }) => command);
    for (const [, command] of text.matchAll(/\(command:(zonewarden\.[\w.]+)/g))
      expect(known).toContain(command);
  });
});

describe("the problem matcher", () => {
  const { regexp } = contributes.problemMatchers[0]?.pattern ?? { regexp: "(?!)" };

  it.each([
    ["jail.conf:3:2: error: No such parameter [jail/unknown-parameter]", ["jail.conf", "3", "2", "error"]],
    ["a/b.zonecfg:10:1: warning: x: y [zonecfg/z-1]", ["a/b.zonecfg", "10", "1", "warning"]],
    // The editor knows no other word for it, and takes what it does not know for an error.
    ["jail.conf:9:1: information: x [jail/y]", ["jail.conf", "9", "1", "info"]],
    ["jail.conf:9:1: hint: x [style/y]", ["jail.conf", "9", "1", "hint"]],
  ])("reads %s", (line, parts) => {
    expect(new RegExp(regexp).exec(line)?.slice(1, 5)).toEqual(parts);
  });

  it("leaves the summary alone", () => {
    expect(new RegExp(regexp).test("2 errors, 1 warning in 3 files")).toBe(false);
  });
});

describe("strings", () => {
  const used = new Set([...read("package.json").matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));

  it("are all in package.nls.json", () => {
    expect([...used].filter((key) => key === undefined || !(key in nls))).toEqual([]);
  });

  it("are all used", () => {
    expect(Object.keys(nls).filter((key) => !used.has(key))).toEqual([]);
  });
});

describe("texts of the client", () => {
  const bundle: Record<string, string> = JSON.parse(read("l10n/bundle.l10n.json"));
  // Texts over several lines of code are not found this way: the others tell whether the bundle is up to date.
  const texts = [...client.matchAll(/l10n\.t\(\s*("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => JSON.parse(text as string) as string,
  );

  it("are all in the bundle for translators: `npm run l10n` writes it", () => {
    expect(texts.filter((text) => !(text in bundle))).toEqual([]);
  });

  it("are the only ones in it", () => {
    const known = new Set(texts);
    expect(Object.keys(bundle).filter((text) => !known.has(text))).toEqual([]);
  });
});

describe("settings", () => {
  const settings = Object.entries(contributes.configuration.properties);
  // `trace.server` is read by vscode-languageclient itself.
  const readElsewhere = new Set(["zonewarden.trace.server"]);
  const code = client + sources("server/src");

  it.each(settings)("%s has a description and a fitting default", (_name, setting) => {
    expect(setting.markdownDescription).toBeTruthy();
    expect(setting.default).toBeDefined();
    if (setting.enum) {
      expect(setting.enum).toContain(setting.default);
      expect(setting.enumDescriptions?.length ?? setting.enum.length).toBe(setting.enum.length);
    }
  });

  it.each(settings.map(([name]) => name))("%s is read by the code", (name) => {
    if (readElsewhere.has(name)) return;
    const path = name.split(".").slice(1);
    const asPath = code.includes(`"${path.join(".")}"`);
    // The server gets the section as one object and reads its members.
    const asMembers = path.every((part) => new RegExp(`\\b${part}\\b`).test(code));
    expect(asPath || asMembers).toBe(true);
  });

  it("are the only ones the client reads", () => {
    for (const [, key] of client.matchAll(/\bread(?:<[^>]+>)?\(\s*"([^"]+)"/g)) {
      expect(contributes.configuration.properties).toHaveProperty([`zonewarden.${key}`]);
    }
  });
});

describe("files", () => {
  const paths = [
    manifest.icon,
    ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
    ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
    ...contributes.grammars.map(({ path }) => path),
    ...contributes.snippets.map(({ path }) => path),
    ...contributes.languages.flatMap(({ configuration }) => configuration ?? []),
    ...contributes.languages.flatMap(({ icon }) => (icon ? [icon.light, icon.dark] : [])),
  ];

  it.each(paths)("%s exists", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it.each(paths.filter((path) => path.endsWith(".json")))("%s is JSON", (path) => {
    expect(JSON.parse(read(path))).toBeTypeOf("object");
  });

  it("has grammars that are what the manifest says", () => {
    for (const { path, scopeName } of contributes.grammars)
      expect(JSON.parse(read(path)).scopeName).toBe(scopeName);
  });
});

describe("activation", () => {
  it("is only by what languages, commands and views imply, and by inspectors that come back", () => {
    expect(manifest.activationEvents ?? []).toEqual(["onWebviewPanel:zonewarden.inspector"]);
    expect(client).toContain('"zonewarden.inspector"');
  });
});

describe("language detection", () => {
  const firstLine = (id: string): RegExp =>
    new RegExp(contributes.languages.find((language) => language.id === id)?.firstLine ?? "(?!)");

  it.each(["# jail.conf", "#jail.conf of www", "#  jail.conf(5)"])("%j begins a jail.conf", (line) => {
    expect(firstLine("jail-conf").test(line)).toBe(true);
  });
  it.each(["# Fail2Ban jail.conf", "# jails", "jail.conf"])("%j does not", (line) => {
    expect(firstLine("jail-conf").test(line)).toBe(false);
  });
  it.each(["create", "create -b", "create -t SUNWlx", "create;", "create -F -b ;"])(
    "%j begins a zonecfg",
    (line) => {
      expect(firstLine("zonecfg").test(line)).toBe(true);
    },
  );
  it.each(["create table x", "creates", "# create", "recreate -b"])("%j does not", (line) => {
    expect(firstLine("zonecfg").test(line)).toBe(false);
  });
});
