import { METHODS, type TextRequest } from "@zonewarden/server/protocol";
import {
  type Disposable,
  EventEmitter,
  l10n,
  languages,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";

const SCHEME = "zonewarden";

/** Texts about containers as read-only documents, which follow what happens. */
export class ContainerDocuments implements TextDocumentContentProvider, Disposable {
  readonly #hosts: LiveHosts;
  readonly #changed = new EventEmitter<Uri>();
  readonly #subscriptions: Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor(hosts: LiveHosts) {
    this.#hosts = hosts;
    this.#subscriptions = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      hosts.onDidChange(() => {
        for (const { uri } of workspace.textDocuments) if (uri.scheme === SCHEME) this.#changed.fire(uri);
      }),
    ];
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const request = JSON.parse(uri.query) as TextRequest;
    try {
      const text = await this.#hosts.request<string | null>(METHODS.text, request);
      return text ?? l10n.t("There is nothing to show.");
    } catch (error) {
      return String(error);
    }
  }

  /** @param name what the tab is called */
  async show(request: TextRequest, name: string, language: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(request) });
    const document = await workspace.openTextDocument(uri);
    if (document.languageId !== language) await languages.setTextDocumentLanguage(document, language);
    await window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
