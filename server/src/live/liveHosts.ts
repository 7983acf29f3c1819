import type { AnyDocument } from "../configuration/origin.ts";
import type { HostsView, HostView } from "../protocol.ts";
import { Source } from "../workspace/documents.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { MainFile } from "./guests.ts";
import { guestsOf, machineOf, mainFileOf } from "./kinds.ts";
import { type KnownFile, KnownFiles, type ListedFile } from "./knownFiles.ts";
import { type CountProblems, LiveHost, type Machine } from "./liveHost.ts";

/** What a host was told of a configuration. */
interface Told {
  readonly known: KnownFile;
  /** Of whose texts the places in it are. */
  readonly texts: LiveHost["texts"];
  readonly file: MainFile;
}

/** All simulated hosts of a workspace: one for each host file that configurations belong to, and the built-in ones. */
export class LiveHosts {
  private readonly workspace: Workspace;
  private readonly countProblems: CountProblems;
  private readonly files: KnownFiles;
  /** By id. One whose configurations are gone stays as it is: they may come back. */
  private readonly hosts = new Map<string, LiveHost>();
  private readonly told = new Map<string, Told>();
  /** The documents of all configurations, by path. */
  private readonly texts = new Map<string, Source>();
  private revision = 0;
  /** By id of a host: how it was last shown. */
  private shown = new Map<string, string>();

  constructor(workspace: Workspace, countProblems: CountProblems) {
    this.workspace = workspace;
    this.countProblems = countProblems;
    this.files = new KnownFiles(workspace);
  }

  /** Takes the configurations that the editor has found. */
  list(files: readonly ListedFile[]): void {
    this.files.list(files);
  }

  /** What is not open may have changed. */
  forgetFiles(): void {
    this.files.forget();
  }

  /** Brings hosts and what they know of their files up to date. */
  refresh(): void {
    const wanted = new Map<string, { machine: Machine; files: KnownFile[] }>();
    this.texts.clear();
    for (const file of this.files.all) {
      for (const document of documentsOf(file))
        if (document instanceof Source) this.texts.set(document.path, document);
      const machine = machineOf(file, this.workspace);
      const known = wanted.get(machine.id);
      if (known) known.files.push(file);
      else wanted.set(machine.id, { machine, files: [file] });
    }
    for (const host of this.hosts.values()) if (!wanted.has(host.machine.id)) host.files = [];
    for (const { machine, files } of wanted.values()) {
      const host = this.hostFor(machine);
      host.files = files.map((file) => this.tell(host, file));
    }
  }

  /** The host of a machine: a new one where the machine is described in another way than before. */
  private hostFor(machine: Machine): LiveHost {
    const known = this.hosts.get(machine.id);
    if (known && isSame(known.machine, machine)) return known;
    const fresh = new LiveHost(machine, guestsOf(machine.description.system), (path) => this.texts.get(path));
    this.hosts.set(machine.id, fresh);
    return fresh;
  }

  private tell({ machine, texts }: LiveHost, known: KnownFile): MainFile {
    const before = this.told.get(known.path);
    if (before?.known === known && before.texts === texts) return before.file;
    const file = mainFileOf(known, this.files, machine, texts);
    this.told.set(known.path, { known, texts, file });
    return file;
  }

  get(id: string): LiveHost | undefined {
    this.refresh();
    return this.hosts.get(id);
  }

  /** One as it was when it was last looked at its files. */
  known(id: string): LiveHost | undefined {
    return this.hosts.get(id);
  }

  /** The configuration that a document is part of, with its host; the first of several. */
  having(
    path: string,
  ): { readonly live: LiveHost; readonly file: MainFile; readonly document: Source } | undefined {
    this.refresh();
    const document = this.texts.get(path);
    for (const live of this.hosts.values())
      for (const file of live.files)
        if (document && file.documents.includes(path)) return { live, file, document };
    return undefined;
  }

  /** Those that there is something to say of: built-in ones first, then by their files. */
  get all(): LiveHost[] {
    this.refresh();
    return [...this.hosts.values()]
      .filter((host) => host.files.length > 0 || host.list().length > 0)
      .sort(
        (a, b) =>
          Number(a.machine.uri !== undefined) - Number(b.machine.uri !== undefined) ||
          (a.machine.id < b.machine.id ? -1 : 1),
      );
  }

  view(): HostsView {
    const hosts = this.all.map((host) => host.view(this.countProblems));
    this.note(hosts);
    return { revision: this.revision, hosts };
  }

  /** What is not as it was shown: ids of hosts; `undefined` if nothing is, no ids if there are others than before. */
  changes(): { readonly revision: number; readonly hosts?: readonly string[] } | undefined {
    const before = this.shown;
    const changed = this.note(this.all.map((host) => host.view(this.countProblems)));
    const { revision } = this;
    if (!changed) return undefined;
    const sameHosts = before.size === this.shown.size && [...this.shown.keys()].every((id) => before.has(id));
    return sameHosts ? { revision, hosts: changed } : { revision };
  }

  private note(hosts: readonly HostView[]): string[] | undefined {
    const before = this.shown;
    this.shown = new Map(hosts.map((host) => [host.id, JSON.stringify(host)]));
    const changed = [...this.shown].filter(([id, text]) => before.get(id) !== text).map(([id]) => id);
    if (changed.length === 0 && before.size === this.shown.size) return undefined;
    this.revision++;
    return changed;
  }
}

function documentsOf({ language, configuration }: KnownFile): readonly AnyDocument[] {
  return language === "jail-conf" ? configuration.documents : [configuration.document];
}

function isSame(a: Machine, b: Machine): boolean {
  return a.description === b.description || JSON.stringify(a.description) === JSON.stringify(b.description);
}
