/**
 * How a scheduler shares out what is scarce: everybody gets in proportion to his weight, but nobody more than he wants,
 * and what one leaves goes to the others in the same proportion. Exact, in the order of the claims.
 */

export interface Claim {
  /** 0 or more. Those of weight 0 get only what all others leave. */
  readonly weight: number;
  /** The most that it takes. */
  readonly limit: number;
}

/** What each claim gets of an amount. */
export function shareOut(amount: number, claims: readonly Claim[]): number[] {
  const got = claims.map(() => 0);
  const all = claims.map((_, i) => i);
  const hasWeight = (i: number) => (claims[i]?.weight ?? 0) > 0;
  const weighted = all.filter(hasWeight);
  const weightless = all.filter((i) => !hasWeight(i));
  const left = fill(amount, claims, weighted, ({ weight }) => weight, got);
  fill(left, claims, weightless, () => 1, got);
  return got;
}

/** Those that want least for their weight are satisfied first; the rest share what is then left. */
function fill(
  amount: number,
  claims: readonly Claim[],
  among: readonly number[],
  weightOf: (claim: Claim) => number,
  got: number[],
): number {
  const all = among.flatMap((i) => {
    const claim = claims[i];
    return claim ? [{ i, limit: Math.max(0, claim.limit), weight: weightOf(claim) }] : [];
  });
  all.sort((a, b) => a.limit / a.weight - b.limit / b.weight || a.i - b.i);
  let weights = all.reduce((sum, { weight }) => sum + weight, 0);
  let left = Math.max(0, amount);
  for (const { i, limit, weight } of all) {
    const taken = Math.min(limit, (left * weight) / weights);
    got[i] = taken;
    left = Math.max(0, left - taken);
    weights -= weight;
  }
  return left;
}
