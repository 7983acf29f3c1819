import { languages } from "@zonewarden/server/languages/index";
import type { Running } from "@zonewarden/server/live/commands";
import { LiveServer } from "@zonewarden/server/live/liveServer";
import type {
  CommandOutcome,
  ContainerView,
  EventView,
  ExecOutcome,
  ExecRequest,
  HostCommand,
  HostView,
  Inspection,
} from "@zonewarden/server/protocol";
import { pathOf, uriOf } from "@zonewarden/server/uris";
import { HostDocument } from "@zonewarden/server/workspace/hostDocument";
import type { Language } from "@zonewarden/server/workspace/language";
import { defaultSettings, type Settings } from "@zonewarden/server/workspace/settings";
import { Workspace } from "@zonewarden/server/workspace/workspace";

/** A workspace in memory with its simulated hosts, as a client sees them. */
export class World {
  readonly workspace: Workspace;
  readonly server: LiveServer;
  readonly reported: EventView[] = [];
  /** What was open before, with its text. */
  private readonly files: Record<string, string>;
  private version = 1;

  constructor(files: Record<string, string>, settings: Settings = defaultSettings) {
    this.files = files;
    const system = {
      read: (path: string) => this.files[path],
      list: () => [],
      stamp: (path: string) => this.files[path],
    };
    this.workspace = new Workspace(
      system,
      uriOf,
      () => settings,
      (...file) => new HostDocument(...file),
    );
    this.server = new LiveServer(this.workspace, () => ({ errors: 0, warnings: 0 }));
  }

  /** One open jail.conf on a fresh FreeBSD. */
  static of(text: string, path = "/w/jail.conf"): World {
    const world = new World({ [path]: text });
    world.open(path);
    return world;
  }

  open(path: string, language = path.endsWith(".conf") ? "jail-conf" : "zonecfg"): void {
    const text = this.files[path] ?? "";
    this.workspace.open(path, uriOf(path), this.version, text, languages.get(language) as Language);
  }

  /** Found by the editor, but not open. */
  list(...paths: string[]): void {
    this.server.list(
      paths.map((path) => ({ path, language: path.endsWith(".conf") ? "jail-conf" : "zonecfg" })),
    );
  }

  edit(path: string, from: string, to: string): void {
    const { text = "" } = this.workspace.documents.getOpen(path) ?? {};
    if (!text.includes(from)) throw new Error(`${from} is not in ${path}`);
    this.workspace.change(path, [{ text: text.replace(from, to) }], ++this.version);
  }

  write(path: string, text: string): void {
    this.files[path] = text;
    this.workspace.changedOnDisk([path]);
    this.server.forgetFiles();
  }

  /** The only host, or the one of a name. */
  host(name?: string): HostView {
    const { hosts } = this.server.get();
    const found = hosts.find((host) => name === undefined || host.name === name);
    if (!found) throw new Error(`no host ${name} among ${hosts.map((host) => host.name)}`);
    return found;
  }

  container(id: string, host?: string): ContainerView {
    const found = this.host(host).containers.find((one) => one.id === id);
    if (!found) throw new Error(`no container ${id}`);
    return found;
  }

  run(
    command: HostCommand["command"],
    container?: string,
    goOn: Running["goOn"] = () => Promise.resolve(true),
  ): Promise<CommandOutcome> {
    return this.server.command(
      { host: this.host().id, command, ...(container !== undefined && { container }) },
      { report: (events) => this.reported.push(...events), goOn },
    );
  }

  inspect(container?: string, at?: number): Inspection {
    const found = this.server.inspect({
      host: this.host().id,
      ...(container !== undefined && { container }),
      ...(at !== undefined && { at }),
    });
    if (!found) throw new Error("nothing to inspect");
    return found;
  }

  exec(session: string, action: ExecRequest["action"], container?: string): ExecOutcome {
    return this.server.exec(
      { host: this.host().id, session, action, ...(container !== undefined && { container }) },
      (events) => this.reported.push(...events),
    );
  }

  /** Types a line in a session. */
  type(session: string, text: string): ExecOutcome {
    return this.exec(session, { kind: "line", text });
  }

  /** The text that a place of the protocol covers in an open document. */
  slice(
    location: { uri: string; range: { start: Position; end: Position } } | undefined,
  ): string | undefined {
    const source = location && this.workspace.documents.getOpen(pathOf(location.uri));
    return (
      source &&
      location &&
      source.text.slice(source.offsetAt(location.range.start), source.offsetAt(location.range.end))
    );
  }
}

interface Position {
  line: number;
  character: number;
}
