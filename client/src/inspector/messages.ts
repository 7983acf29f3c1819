import type {
  ContainerCommand,
  ContainerView,
  Inspection,
  Location,
  NetworkView,
} from "@zonewarden/server/protocol";
import type { Texts } from "./texts.ts";

/** What the inspector's page and the extension tell each other. Both sides import this; it is shapes only. */

/** What a panel is about: a host, or a container on it. */
export interface Subject {
  readonly host: string;
  readonly container?: string;
  /** What the host was called last: after a reload the panel has a title before the server is there. */
  readonly hostName?: string;
}

/** What the page keeps over a reload of the window; VS Code hands it to the serializer of panels. */
export interface Kept {
  readonly subject: Subject;
  /** Titles of sections that somebody closed or opened, and whether they are open. */
  readonly open: Readonly<Record<string, boolean>>;
  /** The container that is selected in the diagram of a host. */
  readonly selected?: string;
  readonly grouping: Grouping;
}

export type Grouping = "state" | "prefix";

/** What the diagram of a host shows of a running container beside its `ContainerView`. */
export interface Column {
  readonly id: string;
  readonly stack: NetworkView["stack"];
  /** Those that lead out of it. */
  readonly links: readonly {
    readonly name: string;
    readonly over?: string;
    readonly addresses: readonly string[];
  }[];
  /** The first mount, which is its root. */
  readonly root: string;
  readonly mounts: number;
  readonly devices: number;
  /** Path of its console device, where it has one. */
  readonly console?: string;
}

/** A host or container at a moment. */
export interface Scene {
  readonly inspection: Inspection;
  /** For comparison: the moment before. Absent: what was shown last. */
  readonly before?: Inspection;
  /** Of running containers, where there are few enough to be drawn one by one; else of the selected one. */
  readonly columns: readonly Column[];
  /** Whether this is the present and changes are followed. */
  readonly following: boolean;
}

// --- To the page

export type ToPage =
  /** The first message: answers `ready`. */
  | { readonly kind: "start"; readonly texts: Texts; readonly subject: Subject }
  /** `answers`: the number of the `moment` that asked. */
  | { readonly kind: "show"; readonly scene: Scene; readonly answers?: number }
  /** What is inside of a container that somebody has selected among many. */
  | { readonly kind: "inside"; readonly column: Column }
  /** There are more events than when the past that is shown was asked for. */
  | { readonly kind: "grown"; readonly events: number }
  | {
      readonly kind: "absent";
      readonly why: "gone" | "stopped" | "forgotten";
      readonly answers?: number;
    };

// --- From the page

export type FromPage =
  | { readonly kind: "ready" }
  /** `at`: null for the present, which is followed from then on. */
  | { readonly kind: "moment"; readonly request: number; readonly at: number | null }
  /** Of the network: only others that have the text in their name or address are tried. */
  | { readonly kind: "targets"; readonly text: string }
  /** One of many containers was selected in the diagram. */
  | { readonly kind: "select"; readonly container: string }
  | { readonly kind: "goTo"; readonly location: Location }
  | { readonly kind: "run"; readonly command: ContainerCommand; readonly container: ContainerView["id"] }
  /** `container` absent: the host. */
  | { readonly kind: "inspect"; readonly container?: string }
  | { readonly kind: "console"; readonly container?: string };
