import type { Cause, Place } from "../host/decision.ts";
import type { Host } from "../host/host.ts";
import type { Interface } from "../host/network/types.ts";
import type {
  ContainerCommand,
  ContainerType,
  ContainerView,
  LimitView,
  LinkView,
  PrivilegeView,
  ProcessorsView,
  StateMachine,
} from "../protocol.ts";
import type { CommandDeed, Configured, Performed, Stage } from "./deeds.ts";
import type { Texts } from "./texts.ts";

/**
 * What jails and zones have in common for an editor, and what each kind answers by itself. All that is asked is asked of
 * a `Moment`: the present, or an earlier state of the host.
 */

/** A main file of the workspace, as far as it configures containers. */
export interface MainFile {
  /** Path of the main file. */
  readonly path: string;
  readonly configured: Configured;
  /** Paths of all documents that it is made of. */
  readonly documents: readonly string[];
  /** In the order of the file; a container that is defined twice is there twice. */
  readonly containers: readonly ConfiguredContainer[];
  /** What the tool says where it does not accept the file; asked when somebody wants to use a container of it. */
  refusal(container: string): Refusal | undefined;
  /** The whole configuration of a container, or of the file, as the tool has it after includes and defaults. */
  text(container: string | undefined): string | undefined;
}

export interface ConfiguredContainer {
  readonly name: string;
  /** The header. */
  readonly place: Place;
  /** All of it, where it is one stretch of a file. */
  readonly extent: Place;
}

/** As the tool prints it, and where. */
export interface Refusal {
  readonly message: string;
  /** Of the event that tells it. */
  readonly kind: string;
  readonly cause: Cause | undefined;
}

/** What a running container was started with. Plain JSON. */
export interface Booted {
  /** The main file that it is configured in; empty where nothing of it is known. */
  readonly path: string;
  readonly definition: unknown;
}

/** A host at one moment. */
export interface Moment {
  readonly host: Host;
  readonly files: readonly MainFile[];
  /** By name. */
  readonly booted: Readonly<Record<string, Booted>>;
  readonly phases: Phases;
  readonly texts: Texts;
  /** False for the past: then nothing can be done. */
  readonly isPresent: boolean;
}

/** The last that events say of the life of each container. */
export interface Phases {
  of(container: string): { readonly state: string; readonly since: number; readonly why: string } | undefined;
  /** The last thing that failed since its state last changed for the better. */
  failureOf(container: string): string | undefined;
}

/** A container as its kind describes it. */
export type Guest = Omit<ContainerView, "type" | "location" | "processes" | "problems"> & {
  /** The main file that it is configured in. */
  readonly file: MainFile | undefined;
  readonly configured: ConfiguredContainer | undefined;
};

/** What of a container is asked after in `originOf`. */
export type Belonging =
  | { readonly what: "mount"; readonly type: string; readonly on: string; readonly from: string }
  | { readonly what: "address"; readonly address: string }
  | { readonly what: "devices" };

/** A link that packets of a container pass on their way out. */
export interface Wire {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly up: boolean;
  /** Whether the container itself sees it, with what it sees there; a link without an IP interface has none. */
  readonly isOwn: boolean;
  readonly link?: Interface;
  /** Ids of the links that frames get to from here. */
  readonly to: readonly string[];
  /** Whether frames leave the machine here. */
  readonly leaves: boolean;
  /** What is let through, where not all is. */
  readonly guard?: string;
}

/** One kind of containers. */
export interface Guests {
  readonly type: ContainerType;
  /** All of a moment: parents before their children, those of files first. */
  list(moment: Moment): Guest[];
  /** One of them by its id, without looking at the others. */
  find(moment: Moment, id: string): Guest | undefined;
  /** Commands for which the tool reads the file, so that it has to be right. */
  readonly readsFile: ReadonlySet<ContainerCommand>;
  perform(stage: Stage, deed: CommandDeed): Performed;
  /** Boots containers with what they need, as the system would do it. */
  boot(host: Host, configured: Configured, names: readonly string[]): void;
  /** Of one that runs, by its name. */
  numberOf(host: Host, name: string): number | undefined;
  /** Containers that were started by the events from `from` on, and with what. `path`: the file to prefer. */
  started(
    host: Host,
    from: number,
    files: readonly MainFile[],
    path: string,
  ): readonly (readonly [name: string, booted: Booted])[];
  machine(state: string): StateMachine;
  /** Of a running one; nothing for the host. */
  privileges(moment: Moment, number: number): PrivilegeView[];
  limits(moment: Moment, name: string, number: number): LimitView[];
  /** Its root directory as the host names it. */
  rootOf(host: Host, number: number): string;
  /** Its addresses where it shares a stack with others; `undefined`: all of its stack. */
  addressesOf(host: Host, number: number): readonly string[] | undefined;
  /** Links of the host that are no interfaces of its stack, such as those that were lent. */
  otherLinks(host: Host): readonly LinkView[];
  /** The links of a container and those below them. */
  wires(host: Host, number: number): readonly Wire[];
  processors(host: Host): ProcessorsView;
  /** The container itself and what lies within it, by number. */
  within(host: Host, number: number): readonly number[];
  /** The line that brought something that it has. */
  originOf(moment: Moment, name: string, thing: Belonging): Cause | undefined;
  /** What the tool prints of all containers. */
  listText(host: Host): string;
}
