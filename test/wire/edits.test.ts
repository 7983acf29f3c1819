import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyEdit, anyText } from "../grammars/jail-conf/arbitrary.ts";
import { anyText as anyCommands } from "../grammars/zonecfg/arbitrary.ts";
import { runs } from "../properties.ts";
import { Client } from "./client.ts";
import { samples } from "./samples.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start({ settings: {} });
});
afterAll(() => client.dispose());

let number = 0;

/** What is said of a text in a document that never had another. */
async function afresh(text: string, languageId: string) {
  const uri = `untitled:fresh-${++number}`;
  await client.open(uri, text, languageId);
  const diagnostics = await client.diagnostics(uri);
  await client.close(uri);
  return diagnostics;
}

/** Edits that put in stretches of command files. */
const anyCommandEdit = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(12)),
  text: anyCommands,
});
const arbitraries: Readonly<Record<string, { text: fc.Arbitrary<string>; edit: typeof anyEdit }>> = {
  "jail-conf": { text: anyText, edit: anyEdit },
  zonecfg: { text: anyCommands, edit: anyCommandEdit },
};

/** What a series of edits of each language comes to when it is undone. */
const replacements: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  "jail-conf": [
    ['"/jails"', '"/jails'],
    ["db {", "db"],
    ["}\n\nwww", "www"],
    ["mount.devfs;", '"'],
  ],
  zonecfg: [
    ["ip-type=exclusive", "ip-type=shared"],
    ["add net", "net"],
    ["end\n\nadd fs", 'set physical="'],
    ["create -b", "zonecfg:web> create -b"],
  ],
};

describe.each(samples)("edits in $languageId", ({ languageId, good }) => {
  const { text: anyText, edit: anyEdit } = arbitraries[languageId] as (typeof arbitraries)[string];
  const anyStart = fc.oneof(fc.constant(good), fc.constant(good.replaceAll("\n", "\r\n")), anyText);

  it("come to the same as the whole text anew", async () => {
    await fc.assert(
      fc.asyncProperty(anyStart, fc.array(anyEdit, { minLength: 1, maxLength: 12 }), async (start, edits) => {
        const uri = `untitled:edited-${++number}`;
        await client.open(uri, start, languageId);
        for (const { from, length, text } of edits) {
          const size = client.text(uri).length;
          const at = Math.floor(from * size);
          await client.edit(uri, { from: at, to: Math.min(size, at + length), text });
        }
        const incremental = await client.diagnostics(uri);
        const final = client.text(uri);
        await client.close(uri);
        expect(incremental).toEqual(relocated(await afresh(final, languageId), uri));
      }),
      { numRuns: runs(40) },
    );
    expect(client.stderr).toBe("");
  });

  it("that are several in one message come to the same as the whole text anew", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEdit, { minLength: 2, maxLength: 6 }), async (edits) => {
        const uri = `untitled:edited-${++number}`;
        await client.open(uri, good, languageId);
        // Positions of each are in the text that those before it leave.
        let size = good.length;
        const changes = edits.map(({ from, length, text }) => {
          const at = Math.floor(from * size);
          const to = Math.min(size, at + length);
          size += text.length - (to - at);
          return { from: at, to, text };
        });
        await client.edit(uri, ...changes);
        const incremental = await client.diagnostics(uri);
        const final = client.text(uri);
        await client.close(uri);
        expect(incremental).toEqual(relocated(await afresh(final, languageId), uri));
      }),
      { numRuns: runs(25) },
    );
  });

  it("of the whole text are taken as such", async () => {
    const uri = "untitled:reloaded";
    await client.open(uri, "{{{ nothing ;;; sensible", languageId);
    await client.reload(uri, good);
    expect(await client.diagnostics(uri)).toEqual(relocated(await afresh(good, languageId), uri));
    await client.close(uri);
  });

  it("come back to where they began when they are undone one by one", async () => {
    const uri = "untitled:undone";
    await client.open(uri, good, languageId);
    const before = await client.diagnostics(uri);
    const done: { from: number; to: number; text: string }[] = [];
    for (const [from, to] of replacements[languageId] ?? []) {
      const at = client.text(uri).indexOf(from);
      await client.replace(uri, from, to);
      done.push({ from: at, to: at + to.length, text: from });
    }
    expect(await client.diagnostics(uri)).not.toEqual(before);
    for (const undo of done.reverse()) await client.edit(uri, undo);
    expect(await client.diagnostics(uri)).toEqual(before);
    await client.close(uri);
  });
});

/** The same diagnostics as those of another document of the same text. */
function relocated<T extends { relatedInformation?: { location: { uri: string } }[] }>(
  list: T[],
  uri: string,
) {
  return list.map((diagnostic) => ({
    ...diagnostic,
    ...(diagnostic.relatedInformation && {
      relatedInformation: diagnostic.relatedInformation.map((related) => ({
        ...related,
        location: { ...related.location, uri },
      })),
    }),
  }));
}
