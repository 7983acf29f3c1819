import type { HostDocument } from "./hostDocument.ts";

/** Reads the text of a host file. `undefined`: not yet, so ask again. */
export type HostReader = (path: string, uri: string, text: string) => HostDocument | undefined;

/**
 * A reader that is loaded when the first host file is met: most workspaces have none, and what checks one takes a tenth
 * of the time in which a server comes up. `ready` is called once it can read.
 */
export function lazyHostReader(ready: () => void): LazyHostReader {
  let loaded: typeof import("./hostDocument.ts") | undefined;
  let loading: Promise<void> | undefined;
  let wasAsked = false;
  const load = (): Promise<void> => {
    loading ??= import("./hostDocument.ts").then((module) => {
      loaded = module;
      if (wasAsked) ready();
    });
    return loading;
  };
  const read: HostReader = (path, uri, text) => {
    if (loaded) return new loaded.HostDocument(path, uri, text);
    wasAsked = true;
    void load();
    return undefined;
  };
  return Object.assign(read, { load });
}

/** One that can be loaded before it is needed. */
export interface LazyHostReader {
  (path: string, uri: string, text: string): HostDocument | undefined;
  load(): Promise<void>;
}
