import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anyEdit, anyText } from "../grammars/jail-conf/arbitrary.ts";
import { Client } from "./client.ts";
import { good } from "./samples.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start({ settings: {} });
});
afterAll(() => client.dispose());

let number = 0;

/** What is said of a text in a document that never had another. */
async function afresh(text: string) {
  const uri = `untitled:fresh-${++number}`;
  await client.open(uri, text);
  const diagnostics = await client.diagnostics(uri);
  await client.close(uri);
  return diagnostics;
}

const anyStart = fc.oneof(fc.constant(good), fc.constant(good.replaceAll("\n", "\r\n")), anyText);

it("edits come to the same as the whole text anew", async () => {
  await fc.assert(
    fc.asyncProperty(anyStart, fc.array(anyEdit, { minLength: 1, maxLength: 12 }), async (start, edits) => {
      const uri = `untitled:edited-${++number}`;
      await client.open(uri, start);
      for (const { from, length, text } of edits) {
        const size = client.text(uri).length;
        const at = Math.floor(from * size);
        await client.edit(uri, { from: at, to: Math.min(size, at + length), text });
      }
      const incremental = await client.diagnostics(uri);
      const final = client.text(uri);
      await client.close(uri);
      expect(incremental).toEqual(relocated(await afresh(final), uri));
    }),
    { numRuns: 40 },
  );
  expect(client.stderr).toBe("");
});

it("several changes in one message come to the same as the whole text anew", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEdit, { minLength: 2, maxLength: 6 }), async (edits) => {
      const uri = `untitled:edited-${++number}`;
      await client.open(uri, good);
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
      expect(incremental).toEqual(relocated(await afresh(final), uri));
    }),
    { numRuns: 25 },
  );
});

it("the whole text in a change is taken as such", async () => {
  const uri = "untitled:reloaded";
  await client.open(uri, "{{{ nothing ;;; sensible");
  await client.reload(uri, good);
  expect(await client.diagnostics(uri)).toEqual(relocated(await afresh(good), uri));
  await client.close(uri);
});

it("undoing edits one by one comes back to where it began", async () => {
  const uri = "untitled:undone";
  await client.open(uri, good);
  const before = await client.diagnostics(uri);
  const done: { from: number; to: number; text: string }[] = [];
  for (const [from, to] of [
    ['"/jails"', '"/jails'],
    ["db {", "db"],
    ["}\n\nwww", "www"],
    ["mount.devfs;", '"'],
  ] as const) {
    const at = client.text(uri).indexOf(from);
    await client.replace(uri, from, to);
    done.push({ from: at, to: at + to.length, text: from });
  }
  expect(await client.diagnostics(uri)).not.toEqual(before);
  for (const undo of done.reverse()) await client.edit(uri, undo);
  expect(await client.diagnostics(uri)).toEqual(before);
  await client.close(uri);
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
