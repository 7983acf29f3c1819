import { LazyModule } from "../../lazyModule.ts";

export type Model = Pick<typeof import("./scratch.ts"), "ScratchMachine">;

const model = new LazyModule<Model>(() => import("./scratch.ts"));

/** The model; `undefined` until it is loaded, which begins with the first call. */
export function loadedModel(): Model | undefined {
  return model.loaded;
}

/** Hands the model in, for a program that cannot wait. */
export function provideModel(loaded: Model): void {
  model.provide(loaded);
}
