import type {
  CommandOutcome,
  ConsoleOutput,
  DecisionView,
  DescribeOutcome,
  DescribeRequest,
  ExecOutcome,
  ExecRequest,
  ExpectationView,
  ExpectRequest,
  ExplainRequest,
  HostCommand,
  HostsChanged,
  HostsView,
  Inspection,
  InspectRequest,
  ProbeRequest,
  ProbeView,
  RestoreOutcome,
  RestoreRequest,
  SnapshotRequest,
  TextRequest,
} from "../protocol.ts";
import { pathOf } from "../uris.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type Lens, lensesOf } from "./codeLens.ts";
import { type Running, runCommand } from "./commands.ts";
import { Consoles } from "./consoles.ts";
import { containerText } from "./containerText.ts";
import { describeHost } from "./describe/describe.ts";
import { checkExpectations } from "./expectations/check.ts";
import { inspect } from "./inspect.ts";
import type { ListedFile } from "./knownFiles.ts";
import type { CountProblems, LiveHost } from "./liveHost.ts";
import { LiveHosts } from "./liveHosts.ts";
import { probeContainer } from "./probes.ts";
import { restore, snapshotOf } from "./snapshots.ts";

const NO_HOST = "There is no such host.\n";

/** Answers all that is asked about simulated hosts. Knows no connection. */
export class LiveServer {
  private readonly hosts: LiveHosts;
  private readonly countProblems: CountProblems;
  private readonly consoles = new WeakMap<LiveHost, Consoles>();

  constructor(workspace: Workspace, countProblems: CountProblems) {
    this.hosts = new LiveHosts(workspace, countProblems);
    this.countProblems = countProblems;
  }

  list(files: readonly ListedFile[]): void {
    this.hosts.list(files);
  }

  forgetFiles(): void {
    this.hosts.forgetFiles();
  }

  /** What is not as it was shown; `undefined` if all is. */
  changes(): HostsChanged | undefined {
    return this.hosts.changes();
  }

  get(): HostsView {
    return this.hosts.view();
  }

  command(request: HostCommand, running: Running): Promise<CommandOutcome> {
    const live = this.hosts.get(request.host);
    if (!live) return Promise.resolve({ ok: false, message: NO_HOST, events: [] });
    return runCommand(live, request, running);
  }

  inspect({ host, container, at, targets }: InspectRequest): Inspection | null {
    const live = this.hosts.get(host);
    return (live && inspect(live, container, at, this.countProblems, targets)) ?? null;
  }

  exec(request: ExecRequest, report: Running["report"]): ExecOutcome {
    const live = this.hosts.get(request.host);
    return live
      ? this.consolesOf(live).exec(request, report)
      : { output: NO_HOST, prompt: null, status: 1, decisions: [] };
  }

  /** What has appeared at terminals of a host without a line that was typed there. */
  news(host: string): ConsoleOutput[] {
    const live = this.hosts.known(host);
    const consoles = live && this.consoles.get(live);
    return consoles ? consoles.news().map((news) => ({ host, ...news })) : [];
  }

  private consolesOf(live: LiveHost): Consoles {
    const known = this.consoles.get(live) ?? new Consoles(live);
    this.consoles.set(live, known);
    return known;
  }

  snapshot({ host }: SnapshotRequest): string | null {
    const live = this.hosts.get(host);
    return live ? snapshotOf(live) : null;
  }

  restore({ host, snapshot }: RestoreRequest): RestoreOutcome {
    const live = this.hosts.get(host);
    return live ? restore(live, snapshot) : { kind: "outdated" };
  }

  text(request: TextRequest): string | null {
    const live = this.hosts.get(request.host);
    return (live && containerText(live, request)) ?? null;
  }

  describe(request: DescribeRequest): DescribeOutcome {
    return describeHost(request);
  }

  explain({ host, container, probe }: ExplainRequest): DecisionView | null {
    const live = this.hosts.get(host);
    return (live && probeContainer(live, container, probe)?.decisions[0]?.decision) ?? null;
  }

  probe({ host, container }: ProbeRequest): ProbeView {
    const live = this.hosts.get(host);
    return (live && probeContainer(live, container)) ?? { container, decisions: [] };
  }

  expect({ uri }: ExpectRequest): ExpectationView[] {
    const found = this.hosts.having(pathOf(uri));
    return found ? checkExpectations(found) : [];
  }

  /** What stands above the containers of a document. */
  lenses(uri: string): Lens[] {
    return lensesOf(this.hosts.all, uri);
  }
}
