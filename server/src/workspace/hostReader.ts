import type { HostDocument } from "./hostDocument.ts";

/** Reads the text of a host file. `undefined`: not yet, so ask again. */
export type HostReader = (path: string, uri: string, text: string) => HostDocument | undefined;

/**
 * A reader that is loaded when the first host file is met: most workspaces have none, and what checks one takes a tenth
 * of the time in which a server comes up. `ready` is called once it can read.
 */
export function lazyHostReader(ready: () => void): HostReader {
  let loaded: typeof import("./hostDocument.ts") | undefined;
  let isLoading = false;
  return (path, uri, text) => {
    if (loaded) return new loaded.HostDocument(path, uri, text);
    if (!isLoading) {
      isLoading = true;
      void import("./hostDocument.ts").then((module) => {
        loaded = module;
        ready();
      });
    }
    return undefined;
  };
}
