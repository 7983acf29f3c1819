import type { CommandOutcome, ContainerCommand, HostCommand, HostView } from "@zonewarden/server/protocol";
import { type CancellationToken, l10n, type Progress, ProgressLocation, window } from "vscode";
import type { LiveHosts } from "../live/liveHosts.ts";
import { placeOf } from "./nodes.ts";
import { goTo } from "./places.ts";
import { can, targetsOf } from "./targets.ts";
import type { Timeline } from "./timeline.ts";

/** Titles while something runs, and of the list that is shown where nothing was selected. */
const DOING: Readonly<Record<ContainerCommand, (names: string) => string>> = {
  boot: (names) => l10n.t("Booting {0}", names),
  shutdown: (names) => l10n.t("Shutting down {0}", names),
  halt: (names) => l10n.t("Halting {0}", names),
  reboot: (names) => l10n.t("Rebooting {0}", names),
  install: (names) => l10n.t("Installing {0}", names),
  uninstall: (names) => l10n.t("Uninstalling {0}", names),
  clone: (names) => l10n.t("Cloning {0}", names),
  remove: (names) => l10n.t("Removing {0}", names),
  apply: (names) => l10n.t("Changing {0}", names),
};

/** What cannot be taken back is asked about. */
const CONFIRMED: Partial<Record<ContainerCommand, (names: string) => string>> = {
  uninstall: (names) => l10n.t("Uninstall {0}? Its files on the simulated host are deleted.", names),
  remove: (names) =>
    l10n.t("Remove {0} from the simulated host, with everything that happened to it?", names),
};

/** Does things to jails and zones: with progress, one after the other, and stopping where somebody cancels. */
export class Operations {
  readonly #hosts: LiveHosts;
  readonly #timeline: Timeline;

  constructor(hosts: LiveHosts, timeline: Timeline) {
    this.#hosts = hosts;
    this.#timeline = timeline;
  }

  async run(command: ContainerCommand, argument: unknown, selected: unknown): Promise<void> {
    const targets = await targetsOf(this.#hosts, argument, selected, can(command), DOING[command]("…"));
    if (targets.length === 0) {
      if (argument !== undefined)
        void window.showInformationMessage(l10n.t("That is not possible in the present state."));
      return;
    }
    const names = targets.map(({ container }) => container.name).join(", ");
    const question = CONFIRMED[command]?.(names);
    if (question !== undefined) {
      const yes = command === "remove" ? l10n.t("Remove") : l10n.t("Uninstall");
      if ((await window.showWarningMessage(question, { modal: true }, yes)) !== yes) return;
    }
    let argumentText: string | undefined;
    if (command === "clone") {
      argumentText = await window.showInputBox({
        title: l10n.t("Clone {0}", names),
        prompt: l10n.t("Name of the new zone"),
        validateInput: (name) =>
          /^[A-Za-z0-9][\w.-]{0,62}$/.test(name)
            ? undefined
            : l10n.t("A zone is named by letters, digits, -, _ and ., a letter or digit first."),
      });
      if (argumentText === undefined) return;
    }
    await this.#all(
      DOING[command](names),
      targets.map(
        ({ host, container }): HostCommand => ({
          host: host.id,
          command,
          container: container.id,
          ...(argumentText !== undefined && { argument: argumentText }),
        }),
      ),
    );
  }

  /** Something about a host as a whole. */
  async host(id: string, command: "bootAll" | "haltAll" | "reset"): Promise<void> {
    const host = this.#hosts.host(id);
    if (!host) return;
    if (command === "reset") {
      const yes = l10n.t("Start Afresh");
      const question = l10n.t("Forget everything that happened on the simulated host {0}?", host.name);
      if ((await window.showWarningMessage(question, { modal: true }, yes)) !== yes) return;
    }
    const title =
      command === "bootAll"
        ? l10n.t("Booting everything on {0}", host.name)
        : command === "haltAll"
          ? l10n.t("Halting everything on {0}", host.name)
          : l10n.t("Starting {0} afresh", host.name);
    await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: command !== "reset" },
      (progress, token) => this.#whole({ host: id, command }, host, progress, token),
    );
  }

  /** The server takes one container after the other, and stops between two of them where somebody cancels. */
  async #whole(
    command: HostCommand,
    { containers }: HostView,
    progress: Progress<{ message: string; increment: number }>,
    token: CancellationToken,
  ): Promise<void> {
    const shown = new Set<string>();
    const happening = this.#hosts.onDidHappen(({ host, events }) => {
      if (host !== command.host) return;
      for (const { container } of events) {
        if (shown.has(container) || containers.every(({ id }) => id !== container)) continue;
        shown.add(container);
        progress.report({ message: container, increment: 100 / containers.length });
      }
    });
    try {
      const outcome = await this.#hosts.command(command, token);
      const isFailure = outcome.failure !== undefined || (!outcome.ok && !token.isCancellationRequested);
      if (isFailure) void this.#tell(command, outcome, containersFailed(outcome) - 1);
    } catch (error) {
      void this.#tell(command, failedBy(error), 0);
    } finally {
      happening.dispose();
    }
  }

  async #all(title: string, commands: readonly HostCommand[]): Promise<void> {
    const failures: { readonly command: HostCommand; readonly outcome: CommandOutcome }[] = [];
    await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: commands.length > 1 },
      async (progress, token) => {
        for (const command of commands) {
          if (token.isCancellationRequested) break;
          // The title names a single one.
          const message = commands.length > 1 ? (command.container ?? "") : "";
          progress.report({ message, increment: 100 / commands.length });
          // What was started or halted together with another one is not asked for again.
          if (command !== commands[0] && !(await this.#isPossible(command))) continue;
          try {
            const outcome = await this.#hosts.command(command);
            if (!outcome.ok) failures.push({ command, outcome });
          } catch (error) {
            failures.push({ command, outcome: failedBy(error) });
          }
        }
      },
    );
    const [first, ...more] = failures;
    if (first) await this.#tell(first.command, first.outcome, more.length);
  }

  async #isPossible({ host, container, command }: HostCommand): Promise<boolean> {
    await this.#hosts.refresh();
    const now = container === undefined ? undefined : this.#hosts.container(host, container);
    return now === undefined || now.commands.some((possible) => possible === command);
  }

  /** Goes to the line that made the first one fail. */
  async #tell(command: HostCommand, { failure, message }: CommandOutcome, more: number): Promise<void> {
    const container = command.container ?? failure?.container;
    const place = failure && placeOf(failure.origins);
    if (place) await goTo(place, true);
    const line = l10n.t("Go to the Line");
    const timeline = l10n.t("Show Timeline");
    const text = [
      container ? `${container}: ` : "",
      failure?.message ?? message,
      more > 0 ? ` ${l10n.t("({0} more failed)", more)}` : "",
    ].join("");
    const answer = await window.showErrorMessage(text, ...(place ? [line] : []), timeline);
    if (answer === line && place) await goTo(place);
    if (answer === timeline) this.#timeline.show();
  }
}

/** What was asked of a server that went away meanwhile. */
function failedBy(error: unknown): CommandOutcome {
  return { ok: false, message: error instanceof Error ? error.message : String(error), events: [] };
}

function containersFailed({ events }: CommandOutcome): number {
  return new Set(events.filter(({ outcome }) => outcome === "failed").map(({ container }) => container)).size;
}
