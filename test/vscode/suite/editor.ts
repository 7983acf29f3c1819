import {
  type CompletionList,
  commands,
  type Diagnostic,
  type DiagnosticChangeEvent,
  DiagnosticSeverity,
  type Hover,
  languages,
  MarkdownString,
  Position,
  Range,
  type TextDocument,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";

const waitMilliseconds = 15_000;

let folders = 0;

/** A folder no other test has used: the editor keeps the text of closed documents for a while. */
export const freshFolder = (): string => `t${++folders}`;

function uriOf(name: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("The suite needs a workspace folder");
  return Uri.joinPath(folder.uri, name);
}

export async function write(name: string, text: string): Promise<Uri> {
  const uri = uriOf(name);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Writes a file into a folder of its own and opens it in an editor, as a user would. */
export async function open(name: string, text: string, folder = freshFolder()): Promise<TextDocument> {
  const document = await workspace.openTextDocument(await write(`${folder}/${name}`, text));
  await window.showTextDocument(document, { preview: false });
  return document;
}

export async function closeAll(): Promise<void> {
  await workspace.saveAll(false);
  await commands.executeCommand("workbench.action.closeAllEditors");
}

/** Replaces the first occurrence of a text, as typing does. */
export async function replace(document: TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  if (start < 0) throw new Error(`“${from}” is not in ${document.uri.path}`);
  const edit = new WorkspaceEdit();
  const range = new Range(document.positionAt(start), document.positionAt(start + from.length));
  edit.replace(document.uri, range, to);
  if (!(await workspace.applyEdit(edit))) throw new Error("The edit was not applied");
}

/** Position of a text, plus an offset into it. */
export function positionOf(document: TextDocument, text: string, offset = 0): Position {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`“${text}” is not in ${document.uri.path}`);
  const { line, character } = document.positionAt(at + offset);
  return new Position(line, character);
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === DiagnosticSeverity.Error;

export const noneToMend = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.every(({ severity }) => severity > DiagnosticSeverity.Warning);

/** The stable code of a diagnostic, without the link it carries. */
export function codeOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

export function describe(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "no diagnostics";
  return diagnostics
    .map(
      (one) =>
        `${DiagnosticSeverity[one.severity]} ${codeOf(one)} ${one.range.start.line + 1}: ${one.message}`,
    )
    .join("; ");
}

/** Waits until the diagnostics of a document are as wanted; fails with those there are. */
export function diagnosticsWhen(
  uri: Uri,
  what: string,
  wanted: (diagnostics: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const check = (): boolean => {
      const now = languages.getDiagnostics(uri);
      if (!wanted(now)) return false;
      subscription.dispose();
      clearTimeout(timer);
      resolve(now);
      return true;
    };
    const subscription = languages.onDidChangeDiagnostics((event: DiagnosticChangeEvent) => {
      if (event.uris.some((changed) => changed.toString() === uri.toString())) check();
    });
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`Waited in vain for ${what}; there are: ${describe(languages.getDiagnostics(uri))}`));
    }, waitMilliseconds);
    check();
  });
}

/** Repeats a request until its answer is as wanted: a provider registers a moment after the server is ready. */
export async function answerWhen<T>(
  what: string,
  ask: () => PromiseLike<T>,
  wanted: (answer: T) => boolean,
): Promise<T> {
  const end = Date.now() + waitMilliseconds;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end)
      throw new Error(
        `Waited in vain for ${what}; the last answer: ${JSON.stringify(answer)?.slice(0, 500)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A question to the providers of the editor, to be asked as often as needed. */
export const ask =
  <T>(command: string, uri: Uri, ...rest: unknown[]) =>
  () =>
    commands.executeCommand<T>(command, uri, ...rest);

export const labels = ({ items }: CompletionList): string[] =>
  items.map(({ label }) => (typeof label === "string" ? label : label.label));

export function textOf(hovers: readonly Hover[]): string {
  return hovers
    .flatMap(({ contents }) => contents)
    .map((part) =>
      part instanceof MarkdownString ? part.value : typeof part === "string" ? part : part.value,
    )
    .join("\n");
}
