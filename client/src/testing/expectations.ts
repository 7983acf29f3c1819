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
    this.#subscriptions = [
      this.#controller,
      workspace.onDidOpenTextDocument((document) => this.#soon(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      workspace.onDidDeleteFiles(({ files }) => {
        for (const file of files) this.#controller.items.delete(file.toString());
      }),
    ];
    void this.#lookEverywhere();
  }

  async #lookEverywhere(): Promise<void> {
    await Promise.all(workspace.textDocuments.map((document) => this.#look(document)));
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
    const { uri } = document;
    if (!document.getText().includes(MARK)) {
      this.#controller.items.delete(uri.toString());
      return;
    }
    const found = await this.#ask(uri);
    if (found.length === 0) {
      this.#controller.items.delete(uri.toString());
      return;
    }
    const file = this.#controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri);
    file.children.replace(
      found.map((one, i) => {
        const item = this.#controller.createTestItem(idOf(one, i), one.text, uri);
        item.range = rangeOf(one.location);
        if (one.result === "invalid") item.error = one.message;
        return item;
      }),
    );
    this.#controller.items.add(file);
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
      if (!result) run.skipped(item);
      else if (result.result === "passed") run.passed(item);
      else {
        const message = new TestMessage(
          [result.message, ...result.origins.map(({ what }) => what)].join("\n"),
        );
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

/** The text, and which of equal ones it is. */
function idOf({ text }: ExpectationView, index: number): string {
  return `${index}:${text}`;
}
