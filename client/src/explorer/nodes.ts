import type {
  ContainerView,
  EventView,
  HostView,
  Inspection,
  Location,
  OriginView,
} from "@zonewarden/server/protocol";
import type { ThemeIcon } from "vscode";

/** The parts of a container that a tree shows, in their order. */
export const PARTS = ["processes", "files", "network", "devices", "privileges", "limits", "events"] as const;
export type Part = (typeof PARTS)[number];

/** What a row of the tree stands for. */
export type Node =
  | { readonly kind: "host"; readonly host: HostView }
  /** Containers of a host that have something in common: their state, or the file that configures them. */
  | {
      readonly kind: "group";
      readonly host: HostView;
      readonly label: string;
      readonly members: readonly ContainerView[];
    }
  | { readonly kind: "container"; readonly host: HostView; readonly container: ContainerView }
  | {
      readonly kind: "part";
      readonly host: HostView;
      readonly container?: ContainerView;
      readonly part: Part;
    }
  | { readonly kind: "row"; readonly id: string; readonly row: Row; readonly of: Inspected };

/** What a row tells something of: a container, or the host itself. */
export interface Inspected {
  readonly host: string;
  readonly container?: string;
}

/** A row below a part. */
export interface Row {
  readonly label: string;
  readonly description?: string;
  /** Markdown. */
  readonly tooltip?: string;
  readonly icon?: ThemeIcon;
  /** Where its value comes from. */
  readonly location?: Location;
  readonly children?: readonly Row[];
  /** For context menus: `process`, `privilege` … */
  readonly context?: string;
  /** Stands for things that only the inspector shows, and leads there. */
  readonly rest?: true;
}

/** Rows of a part, as an inspection has it. */
export type RowsOf = (inspection: Inspection) => readonly Row[];

/** Stable over refreshes, so that what is expanded and selected stays so. */
export function nodeId(node: Node): string {
  switch (node.kind) {
    case "host":
      return node.host.id;
    case "group":
      return `${node.host.id}\n=${node.label}`;
    case "container":
      return `${node.host.id}\n${node.container.id}`;
    case "part":
      return `${node.host.id}\n${node.container?.id ?? ""}\n${node.part}`;
    case "row":
      return node.id;
  }
}

/** The first origin that has a place. */
export function placeOf(origins: readonly OriginView[]): Location | undefined {
  return origins.find(({ location }) => location)?.location;
}

/** `1.234 s`, for events. */
export function timeText({ t }: Pick<EventView, "t">): string {
  return `${(t / 1000).toFixed(3)} s`;
}
