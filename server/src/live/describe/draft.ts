import type {
  HostDataset,
  HostDescription,
  HostDirectory,
  HostFile,
  HostLink,
} from "../../host/machine/definition.ts";

/** What is known of a machine while its description is put together from what tools print. */

export type System = HostDescription["system"];

/** A line of what somebody pasted, counted from 0. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

type Named = { readonly name: string };

export class Draft {
  /** As uname(1) says it. */
  system: System | undefined;
  /** As the tools make it likely that were copied from. */
  likely: System | undefined;
  /** Scalar keys of the host file. */
  readonly scalars: Partial<
    Pick<HostFile, "release" | "hostname" | "cpus" | "memory" | "swap" | "hostuuid" | "hostid">
  > = {};
  readonly links = new Map<string, HostLink>();
  readonly datasets = new Map<string, HostDataset>();
  /** Datasets that are seen mounted. */
  readonly mounted = new Set<string>();
  readonly pools = new Map<string, { name: string; size: string }>();
  readonly mounts = new Map<string, NonNullable<HostFile["mounts"]>[number]>();
  readonly directories = new Map<string, HostDirectory>();
  readonly routes: NonNullable<HostFile["routes"]> = [];
  readonly services = new Map<string, { name: string; user: string; listens: string[] }>();
  readonly users = new Map<string, NonNullable<HostFile["users"]>[number]>();
  readonly groups = new Map<string, NonNullable<HostFile["groups"]>[number]>();
  readonly images: NonNullable<HostFile["images"]> = [];
  readonly modules = new Set<string>();
  readonly brands = new Set<string>();
  readonly sysctls: Record<string, string | number> = {};
  /** Addresses of jails and zones, which the host itself would not have without them. */
  readonly borrowed = new Set<string>();
  readonly ignored: Line[] = [];

  ignore(line: Line): void {
    this.ignored.push(line);
  }

  /** What is known of a link, with more of it. */
  link(name: string, more: Partial<HostLink> = {}): HostLink {
    return merge(this.links, { name, ...more });
  }
}

/** Adds what is known of something to what was known of it before. */
export function merge<T extends Named>(map: Map<string, T>, item: T): T {
  const whole = { ...map.get(item.name), ...item };
  map.set(item.name, whole);
  return whole;
}

/** Knows the output of one tool. */
export interface Reader {
  /** As people call it: `zfs list`. */
  readonly name: string;
  /** Whether a line begins such an output. `command`: what was typed before it, if that was copied, too. */
  begins(line: string, command: string): boolean;
  /** Whether a line behind it still belongs to it; an empty one does in any case. */
  goesOn(line: string): boolean;
  /** @returns what was found, in a few words; nothing where there was nothing to find */
  read(lines: readonly Line[], draft: Draft): string | undefined;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Columns that are set apart by blanks. */
export function columns(text: string): string[] {
  return text.trim().split(/\s+/);
}
