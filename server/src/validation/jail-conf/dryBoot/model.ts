/**
 * The model of a machine is half as large as all else of a server, and is needed when the first diagnostics have long
 * been shown: it is loaded then, not at the start.
 */
export type Model = Pick<typeof import("./scratch.ts"), "ScratchMachine">;

let model: Model | undefined;
let isLoading = false;

/** The model; `undefined` until it is loaded, which begins with the first call. */
export function loadedModel(): Model | undefined {
  if (!model && !isLoading) {
    isLoading = true;
    void import("./scratch.ts").then(provideModel);
  }
  return model;
}

/** Hands the model in, for a program that cannot wait. */
export function provideModel(loaded: Model): void {
  model = loaded;
}
