import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manifest, nls, read, root, sources } from "./manifest.ts";

const { contributes } = manifest;
const client = sources("client/src");

describe("commands", () => {
  const registered = [...client.matchAll(/registerCommand\(\s*"([^"]+)"/g)].map(([, id]) => id);

  it.each(contributes.commands)(
    "$command has a title, a category and code",
    ({ command, title, category }) => {
      expect(title).toBeTruthy();
      expect(category).toBeTruthy();
      expect(registered).toContain(command);
    },
  );

  it("has no code for a command that is not contributed", () => {
    expect(registered.toSorted()).toEqual(contributes.commands.map(({ command }) => command).toSorted());
  });

  it("has menu entries for contributed commands only, under conditions that the code sets", () => {
    for (const { command, when } of Object.values(contributes.menus).flat()) {
      expect(contributes.commands.map((one) => one.command)).toContain(command);
      for (const [key] of when?.matchAll(/zonewarden\.[\w.]+/g) ?? []) {
        expect(client).toContain(`"setContext", "${key}"`);
      }
    }
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
    ...contributes.grammars.map(({ path }) => path),
    ...contributes.snippets.map(({ path }) => path),
    ...contributes.languages.flatMap(({ configuration }) => configuration ?? []),
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
  it("is only by what languages and commands imply", () => {
    expect(manifest.activationEvents ?? []).toEqual([]);
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
