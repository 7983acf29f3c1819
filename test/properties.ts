import fc from "fast-check";

/**
 * How often property tests run. `npm test` takes the same cases each time, so that a change fails by its own fault;
 * `npm run hunt` looks for new ones, with a new seed and so many times the runs.
 */
const times = Number(process.env["ZW_HUNT"] ?? 0);

/** The runs of one property: `usual` in `npm test`. */
export function runs(usual: number): number {
  return times > 0 ? Math.ceil(usual * times) : usual;
}

fc.configureGlobal({ numRuns: runs(100), ...(times > 0 ? {} : { seed: 20001 }) });
