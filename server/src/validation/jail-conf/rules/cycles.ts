/**
 * The groups of nodes that can all reach each other, those of a single node only if it reaches itself: Tarjan's
 * algorithm, with a stack of its own because a chain may be thousands of nodes long.
 */
export function* cycles<T>(nodes: Iterable<T>, targets: (node: T) => readonly T[]): Generator<T[]> {
  const states = new Map<T, State>();
  const open: T[] = [];
  const path: { node: T; state: State; next: readonly T[]; at: number }[] = [];
  let count = 0;
  const enter = (node: T) => {
    const state = { order: count, low: count, open: true };
    count++;
    states.set(node, state);
    open.push(node);
    path.push({ node, state, next: targets(node), at: 0 });
  };
  for (const start of nodes) {
    if (states.has(start)) continue;
    enter(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const target = step.next[step.at++];
      if (target !== undefined) {
        const known = states.get(target);
        if (!known) enter(target);
        else if (known.open) step.state.low = Math.min(step.state.low, known.order);
        continue;
      }
      path.pop();
      const below = path.at(-1)?.state;
      if (below) below.low = Math.min(below.low, step.state.low);
      if (step.state.low !== step.state.order) continue;
      const group = open.splice(open.lastIndexOf(step.node));
      for (const node of group) (states.get(node) as State).open = false;
      if (group.length > 1 || step.next.includes(step.node)) yield group;
    }
  }
}

interface State {
  readonly order: number;
  /** The earliest node that can be reached. */
  low: number;
  /** Still on the way: whether it belongs to a larger group is not known. */
  open: boolean;
}
