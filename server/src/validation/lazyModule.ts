/**
 * The model of a machine is half as large as all else of a server, and is needed when the first diagnostics have long been
 * shown: what rests on it is loaded then, not at the start.
 */
export class LazyModule<T> {
  private readonly load: () => Promise<T>;
  private module: T | undefined;
  private isLoading = false;

  constructor(load: () => Promise<T>) {
    this.load = load;
  }

  /** The module; `undefined` until it is loaded, which begins with the first call. */
  get loaded(): T | undefined {
    if (!this.module && !this.isLoading) {
      this.isLoading = true;
      void this.load().then((module) => this.provide(module));
    }
    return this.module;
  }

  /** Hands the module in, for a program that cannot wait. */
  provide(module: T): void {
    this.module = module;
  }
}
