/**
 * Indexes: what would otherwise be searched in all processes, sockets, mounts or prisons at each call. An index is
 * derived from a part of the state and never belongs to it: it hangs on the object, so that a restored snapshot, whose
 * objects are others, gets a new one. Whoever changes what is indexed goes through the functions beside the index.
 */
export class Derived<S extends object, T> {
  private readonly known = new WeakMap<S, T>();
  private readonly build: (source: S) => T;

  constructor(build: (source: S) => T) {
    this.build = build;
  }

  of(source: S): T {
    const known = this.known.get(source);
    if (known !== undefined) return known;
    const built = this.build(source);
    this.known.set(source, built);
    return built;
  }

  /** For changes that reach so much that the index is better built anew. */
  forget(source: S): void {
    this.known.delete(source);
  }
}
