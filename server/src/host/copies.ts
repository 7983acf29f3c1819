import { Host } from "./host.ts";
import type { HostState } from "./state.ts";

/** Takes containers away from a host, with all that is theirs. */
export type Remove = (host: Host, containers: readonly number[]) => void;

/** A host with some of its containers. */
interface Level {
  readonly containers: readonly number[];
  readonly state: StateText;
}

/**
 * Copies of a host in which one container is alone, as for attempts that leave the host as it is. With many containers
 * a copy of everything would cost more for each of them the more there are. So the containers are halved until one is
 * left; whoever asks in their order pays for each of them the logarithm of their number.
 */
export class Copies {
  private readonly host: Host;
  private readonly remove: Remove;
  /** From all containers down to those that were asked for last, each level a part of the one before. */
  private readonly levels: [Level, ...Level[]];

  /** @param containers all that do not depend on each other, in the order in which they will be asked for */
  constructor(host: Host, containers: readonly number[], remove: Remove) {
    this.host = host;
    this.remove = remove;
    this.levels = [{ containers, state: textOf(host.state) }];
  }

  /** A new copy of the host with one of the containers, and without the others. */
  of(container: number): Host {
    while (this.levels.length > 1 && !this.last.containers.includes(container)) this.levels.pop();
    while (this.last.containers.length > 1 && this.last.containers.includes(container)) this.halve(container);
    return this.copy(this.last);
  }

  private get last(): Level {
    return this.levels.at(-1) as Level;
  }

  private halve(container: number): void {
    const { last } = this;
    const middle = last.containers.length >> 1;
    const halves = [last.containers.slice(0, middle), last.containers.slice(middle)] as const;
    const [kept, others] = halves[0].includes(container) ? halves : [halves[1], halves[0]];
    const host = this.copy(last);
    this.remove(host, others);
    this.levels.push({ containers: kept, state: textOf(host.state) });
  }

  private copy({ state }: Level): Host {
    return new Host(stateOf(state), this.host.kernel);
  }
}

/** The parts of a state as JSON, which is read faster than objects are cloned. Those of one level have an object each. */
type StateText = readonly (readonly [key: string, part: StateText | string])[];

/** Parts that are so large, or of which so few attempts want everything, that they are divided once more. */
const DIVIDED: ReadonlySet<string> = new Set(["files", "freebsd", "illumos", "network"]);

function textOf(state: HostState): StateText {
  return Object.entries(state).map(([key, part]) => [
    key,
    DIVIDED.has(key)
      ? Object.entries(part).map(([name, value]) => [name, JSON.stringify(value)])
      : JSON.stringify(part),
  ]);
}

/** A state whose parts are read when somebody wants them. */
function stateOf(text: StateText): HostState {
  const state = {};
  for (const [key, part] of text) {
    const define = (value: unknown): void => {
      Object.defineProperty(state, key, { value, writable: true, enumerable: true, configurable: true });
    };
    if (typeof part !== "string") define(stateOf(part));
    else
      Object.defineProperty(state, key, {
        enumerable: true,
        configurable: true,
        get: () => {
          const value: unknown = JSON.parse(part);
          define(value);
          return value;
        },
        set: define,
      });
  }
  return state as HostState;
}
