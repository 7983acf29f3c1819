import { type ExpectationView, METHODS } from "@zonewarden/server/protocol";
import {
  type CancellationToken,
  type Disposable,
  l10n,
  type TestController,
  type TestItem,
  Location as TestLocation,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  type TestRunRequest,
  type TextDocument,
  tests,
  type Uri,
  workspace,
} from "vscode";
import { rangeOf } from "../explorer/places.ts";
import type { LiveHosts } from "../live/liveHosts.ts";
import { configurationsInWorkspace } from "../live/workspaceFiles.ts";
import { languageIds } from "../settings.ts";

/** How long nothing has to be typed before expectations are looked for again. */
const QUIET_MS = 500;
const MARK = "#?";

/** Expectations in comments (`#? web connects db:5432`) in the Test Explorer. */
export class Expectations implements Disposable {
  readonly #hosts: LiveHosts;
  readonly #controller: TestController;
  readonly #subscriptions: Disposable[];
  readonly #pending = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(hosts: LiveHosts) {
    this.#hosts = hosts;
    this.#controller = tests.createTestController("zonewarden.expectations", "Zonewarden");
    this.#controller.createRunProfile(
      l10n.t("Check"),
      TestRunProfileKind.Run,
      (request, token) => this.#run(request, token),
      true,
    );
    this.#controller.refreshHandler = () => this.#lookEverywhere();
    // Without an item: somebody opens the Test Explorer. Files that are not open are looked at from then on.
    this.#controller.resolveHandler = (item) => (item ? this.#fill(item) : this.#lookEverywhere());
    this.#subscriptions = [
      this.#controller,
      workspace.onDidOpenTextDocument((document) => this.#soon(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      workspace.onDidDeleteFiles(({ files }) => this.#forget(files)),
      workspace.onDidRenameFiles(({ files }) => {
        this.#forget(files.map(({ oldUri }) => oldUri));
        void this.#lookEverywhere();
      }),
    ];
    for (const document of workspace.textDocuments) void this.#look(document);
  }

  #forget(files: readonly Uri[]): void {
    for (const file of files) this.#controller.items.delete(file.toString());
  }

  /** What is in a file that is not open is found out when somebody wants to see or run it. */
  async #lookEverywhere(): Promise<void> {
    const open = new Set(workspace.textDocuments.map(({ uri }) => uri.toString()));
    await Promise.all(workspace.textDocuments.map((document) => this.#look(document)));
    for (const { uri } of await configurationsInWorkspace()) {
      if (open.has(uri.toString())) continue;
      if (await isMarked(uri)) this.#itemOf(uri);
      else this.#controller.items.delete(uri.toString());
    }
  }

  #itemOf(uri: Uri): TestItem {
    const known = this.#controller.items.get(uri.toString());
    if (known) return known;
    const item = this.#controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    this.#controller.items.add(item);
    return item;
  }

  #soon(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    this.#pending.set(
      key,
      setTimeout(() => {
        this.#pending.delete(key);
        void this.#look(document);
      }, QUIET_MS),
    );
  }

  /** What a document expects. A file without the mark is not asked about. */
  async #look(document: TextDocument): Promise<void> {
    if (!languageIds.some((id) => id === document.languageId)) return;
    if (document.getText().includes(MARK)) await this.#fill(this.#itemOf(document.uri));
    else this.#controller.items.delete(document.uri.toString());
  }

  async #fill(file: TestItem): Promise<void> {
    const { uri } = file;
    if (!uri) return;
    const found = await this.#ask(uri);
    if (found.length === 0) this.#controller.items.delete(file.id);
    file.children.replace(
      found.map((one, i) => {
        const item = this.#controller.createTestItem(idOf(one, i), one.text, uri);
        item.range = rangeOf(one.location);
        if (one.result === "invalid") item.error = one.message;
        return item;
      }),
    );
  }

  async #ask(uri: Uri): Promise<readonly ExpectationView[]> {
    try {
      return await this.#hosts.request<ExpectationView[]>(METHODS.expect, { uri: uri.toString() });
    } catch {
      return [];
    }
  }

  async #run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.#controller.createTestRun(request);
    const all = request.include ?? [...this.#controller.items].map(([, item]) => item);
    const files = new Set(all.map((item) => item.parent ?? item));
    for (const file of files) {
      if (token.isCancellationRequested) break;
      if (file.children.size === 0) await this.#fill(file);
      const wanted = all.includes(file)
        ? [...file.children].map(([, item]) => item)
        : all.filter(({ parent }) => parent === file);
      await this.#check(
        run,
        file,
        wanted.filter((item) => !request.exclude?.includes(item)),
      );
    }
    run.end();
  }

  async #check(run: TestRun, file: TestItem, wanted: readonly TestItem[]): Promise<void> {
    for (const item of wanted) run.started(item);
    const results = file.uri ? await this.#ask(file.uri) : [];
    const byId = new Map(results.map((one, i) => [idOf(one, i), one]));
    for (const item of wanted) {
      const result = byId.get(item.id);
      if (!result) {
        run.skipped(item);
        continue;
      }
      const why = [result.message, ...result.origins.map(({ what }) => what)].filter(Boolean);
      const sign = result.result === "passed" ? "✓" : "✗";
      run.appendOutput(`${sign} ${[item.label, ...why].join("\r\n    ")}\r\n`, undefined, item);
      if (result.result === "passed") run.passed(item);
      else {
        const message = new TestMessage(why.join("\n"));
        if (item.uri) message.location = new TestLocation(item.uri, rangeOf(result.location));
        if (result.result === "failed") run.failed(item, message);
        else run.errored(item, message);
      }
    }
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

async function isMarked(uri: Uri): Promise<boolean> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri)).includes(MARK);
  } catch {
    // It has gone meanwhile.
    return false;
  }
}

/** The text, and which of equal ones it is. */
function idOf({ text }: ExpectationView, index: number): string {
  return `${index}:${text}`;
}
