import type { EditorFile } from "@zonewarden/server/protocol";
import { isOfEditor, nameOfDirectory, pathOf, uriOf } from "@zonewarden/server/uris";
import { EditorFiles, filesOf } from "@zonewarden/server/workspace/editorFiles";
import { noFiles } from "@zonewarden/server/workspace/files";
import { expect, it } from "vitest";

const place = "/vscode-vfs:/github/jails/jail.conf";

/** An editor whose files can be changed; what it announced, in order. */
function editorWith(files: Record<string, EditorFile>) {
  const announced: string[] = [];
  const asked: string[] = [];
  const editor = new EditorFiles(
    async (path) => {
      asked.push(path);
      return files[path] ?? {};
    },
    (paths) => announced.push(...paths),
  );
  return { editor, announced, asked };
}
const come = () => new Promise((resolve) => setTimeout(resolve));

it("a file is not there until the editor has sent it, and is announced then", async () => {
  const { editor, announced } = editorWith({ [place]: { text: "a" } });
  expect(editor.read(place)).toBeUndefined();
  await come();
  expect(announced).toEqual([place]);
  expect(editor.read(place)).toBe("a");
});

it("a file that does not exist is announced to nobody and asked for once", async () => {
  const { editor, announced, asked } = editorWith({});
  editor.read(place);
  editor.read(place);
  await come();
  editor.stamp(place);
  expect(announced).toEqual([]);
  expect(asked).toEqual([place]);
});

it("a changed file is answered as it was until its new text has come", async () => {
  const files: Record<string, EditorFile> = { [place]: { text: "old" } };
  const { editor, announced } = editorWith(files);
  editor.read(place);
  await come();
  const stamp = editor.stamp(place);
  files[place] = { text: "new" };
  editor.changed([place]);
  expect(editor.read(place)).toBe("old");
  await come();
  expect(editor.read(place)).toBe("new");
  expect(editor.stamp(place)).not.toBe(stamp);
  expect(announced).toEqual([place, place]);
});

it("a change that changed nothing is not announced and keeps the stamp", async () => {
  const { editor, announced } = editorWith({ [place]: { text: "same" } });
  editor.read(place);
  await come();
  const stamp = editor.stamp(place);
  editor.changed([place]);
  await come();
  expect(editor.stamp(place)).toBe(stamp);
  expect(announced).toHaveLength(1);
});

it("a file that appears changes the listing of its directory", async () => {
  const directory = "/vscode-vfs:/github/jails";
  const files: Record<string, EditorFile> = { [directory]: { entries: [] } };
  const { editor, announced } = editorWith(files);
  expect(editor.list(directory)).toEqual([]);
  await come();
  files[directory] = { entries: [{ name: "jail.conf", directory: false }] };
  editor.changed([place]);
  await come();
  expect(editor.list(directory)).toEqual([{ name: "jail.conf", directory: false }]);
  expect(announced.at(-1)).toBe(directory);
});

it("of two answers that are on their way, that of after the change counts", async () => {
  for (const isKnown of [true, false]) {
    const answers: ((file: EditorFile) => void)[] = [];
    const announced: string[] = [];
    const editor = new EditorFiles(
      () => new Promise((resolve) => answers.push(resolve)),
      (paths) => announced.push(...paths),
    );
    editor.read(place);
    if (isKnown) {
      answers.shift()?.({ text: "first" });
      await come();
      editor.changed([place]);
    }
    editor.changed([place]);
    for (const [i, answer] of answers.entries()) answer({ text: i === answers.length - 1 ? "new" : "old" });
    await come();
    expect(editor.read(place)).toBe("new");
    expect(announced.at(-1)).toBe(place);
  }
});

it("an editor that cannot read says the same as one that has no such file", async () => {
  const announced: string[] = [];
  const editor = new EditorFiles(
    () => Promise.reject(new Error("no")),
    (paths) => announced.push(...paths),
  );
  editor.read(place);
  await come();
  expect(editor.read(place)).toBeUndefined();
  expect(announced).toEqual([]);
});

it("paths lead to the machine or to the editor", async () => {
  const machine = { ...noFiles, read: () => "machine" };
  const { editor } = editorWith({ [place]: { text: "editor" } });
  const both = filesOf(machine, editor);
  both.read(place);
  await come();
  expect(both.read(place)).toBe("editor");
  expect(both.read("/etc/jail.conf")).toBe("machine");
});

it.each([
  ["vscode-vfs://github/jails/jail.conf", place],
  ["memfs:/jails/jail.conf", "/memfs:/~/jails/jail.conf"],
  ["vscode-remote://127.0.0.1:8080/a/jail.conf", "/vscode-remote:/127.0.0.1%3A8080/a/jail.conf"],
])("%s is known by a path and comes back from it", (uri, path) => {
  expect(pathOf(uri)).toBe(path);
  expect(isOfEditor(path)).toBe(true);
  expect(pathOf(uriOf(path))).toBe(path);
  expect(decodeURIComponent(uriOf(path))).toBe(uri);
});

it.each(["untitled:Untitled-1", "git:/a/jail.conf?ref"])("%s lies nowhere: its URI is its path", (uri) => {
  expect(pathOf(uri)).toBe(uri);
  expect(isOfEditor(uri)).toBe(false);
  expect(uriOf(uri)).toBe(uri);
});

it.each([
  ["/etc/jails", "jails"],
  ["/vscode-vfs:/github/owner/repository", "repository"],
  ["/webfiles:/127.0.0.1%3A8080", "127.0.0.1:8080"],
  ["/memfs:/~", "memfs"],
])("the directory %s is called %s", (path, name) => expect(nameOfDirectory(path)).toBe(name));
