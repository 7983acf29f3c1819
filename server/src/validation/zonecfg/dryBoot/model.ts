import { LazyModule } from "../../lazyModule.ts";

export type ZoneModel = Pick<typeof import("./scratch.ts"), "ZoneScratch">;

const model = new LazyModule<ZoneModel>(() => import("./scratch.ts"));

/** The model of illumos; `undefined` until it is loaded, which begins with the first call. */
export function loadedZoneModel(): ZoneModel | undefined {
  return model.loaded;
}

/** Hands the model in, for a program that cannot wait. */
export function provideZoneModel(loaded: ZoneModel): void {
  model.provide(loaded);
}
