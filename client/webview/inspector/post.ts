import type { FromPage, Kept } from "../../src/inspector/messages.ts";

interface Api {
  postMessage(message: FromPage): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
}

declare function acquireVsCodeApi(): Api;

/** VS Code gives it out once for each page. */
const api = acquireVsCodeApi();

export function post(message: FromPage): void {
  api.postMessage(message);
}

export function kept(): Kept | undefined {
  return api.getState();
}

export function keep(change: Partial<Kept> & Pick<Kept, "subject">): void {
  api.setState({ open: {}, grouping: "state", ...api.getState(), ...change });
}
