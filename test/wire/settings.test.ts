import { afterEach, describe, expect, it } from "vitest";
import { Client } from "./client.ts";
import { Folder } from "./folder.ts";
import { broken, good } from "./samples.ts";

const missing = "syntax/missing-semicolon";
const uri = "file:///nowhere/jail.conf";
let client: Client;
let folder: Folder | undefined;
afterEach(async () => {
  await client.dispose();
  folder?.remove();
  folder = undefined;
  expect(client.stderr).toBe("");
});

describe("settings", () => {
  it("switch a rule off and on again", async () => {
    client = await Client.start({ settings: {} });
    await client.open(uri, broken);
    expect(await client.codes(uri)).toEqual([missing]);
    await client.configure({ rules: { [missing]: "off" } });
    expect(await client.codes(uri)).toEqual([]);
    await client.configure({ rules: {} });
    expect(await client.codes(uri)).toEqual([missing]);
  });

  it("give a rule, or all of a topic, another severity; the single code wins", async () => {
    client = await Client.start({ settings: { rules: { "syntax/*": "hint" } } });
    await client.open(uri, broken);
    expect((await client.diagnostics(uri)).map(({ severity }) => severity)).toEqual([4]);
    await client.configure({ rules: { "syntax/*": "off", [missing]: "warning" } });
    expect((await client.diagnostics(uri)).map(({ severity }) => severity)).toEqual([2]);
  });

  it("name the release: before 14 there is no `.include`", async () => {
    folder = new Folder({ "part.conf": 'exec.consolelog = "/var/log/jail.log"\n' });
    const text = `.include "part.conf";\n${good}`;
    client = await Client.start({ settings: { freebsd: { release: "15" } }, folders: [folder.uri()] });
    await client.open(folder.uri("jail.conf"), text);
    expect(await client.codes(folder.uri("part.conf"))).toEqual([missing]);
    await client.configure({ freebsd: { release: "13" } });
    expect(await client.codes(folder.uri("part.conf"))).toEqual([]);
    await client.configure({ freebsd: { release: "14" } });
    expect(await client.codes(folder.uri("part.conf"))).toEqual([missing]);
  });

  it("come from initializationOptions where the editor cannot be asked", async () => {
    client = await Client.start({
      capabilities: {},
      initializationOptions: { settings: { rules: { "syntax/*": "information" } } },
    });
    await client.open(uri, broken);
    expect((await client.diagnostics(uri)).map(({ severity }) => severity)).toEqual([3]);
    await client.configure({ rules: { "syntax/*": "hint" } });
    expect((await client.diagnostics(uri)).map(({ severity }) => severity)).toEqual([4]);
  });

  it("that make no sense are left at their defaults", async () => {
    const odd = { freebsd: { release: "five" }, rules: { [missing]: "loud", "no/such": "off", x: 3 } };
    client = await Client.start({ settings: odd });
    await client.open(uri, broken);
    expect(await client.codes(uri)).toEqual([missing]);
    for (const settings of [{ freebsd: 7, rules: [] }, { rules: null }, { freebsd: null, rules: "off" }]) {
      await client.configure(settings);
      expect(await client.codes(uri)).toEqual([missing]);
    }
  });

  it("an editor that fails to answer for them does not stop the server", async () => {
    client = await Client.start({
      settings: () => {
        throw new Error("no settings today");
      },
    });
    await client.open(uri, broken);
    expect(await client.codes(uri)).toEqual([missing]);
  });
});
