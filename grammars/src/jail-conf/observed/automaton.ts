import { Kind } from "./scanner.ts";

/**
 * The grammar of jail.conf(5) as a table. The LALR automaton that byacc makes of it has a few dozen states, but apart
 * from the depth of blocks nothing on its stack ever matters: every state in a statement pops back to the list of
 * statements around it. Source: usr.sbin/jail/jailparse.y.
 */

export const State = {
  /** Between statements. */
  Items: 0,
  /** Behind a word that may name a jail or a parameter. */
  Word: 1,
  /** Behind a name that can only be a parameter. */
  Name: 2,
  /** Where a value has to come. */
  Value: 3,
  /** In a value. */
  String: 4,
  /** In a statement with an error: all up to the next `;` is dropped. */
  Broken: 5,
} as const;
export type State = (typeof State)[keyof typeof State];

/** What a token does, when it is not simply the way into another state. */
export const REJECT = 15;
export const OPEN = 14;
export const CLOSE = 13;
export const ACCEPT = 12;
/** `;` behind a statement. */
export const COMPLETE = 11;

const WIDTH = 16;
const table = new Uint8Array(6 * WIDTH).fill(REJECT);
const on = (state: State, kinds: readonly Kind[], action: number): void => {
  for (const kind of kinds) table[state * WIDTH + kind] = action;
};

const assign = [Kind.Equals, Kind.PlusEquals];
const start = [Kind.Text, Kind.Variable];
on(State.Items, [Kind.Text], State.Word);
on(State.Items, [Kind.Variable], State.Name);
on(State.Items, [Kind.Semicolon], State.Items);
on(State.Items, [Kind.Close], CLOSE);
on(State.Items, [Kind.End], ACCEPT);
on(State.Word, [Kind.Open], OPEN);
for (const state of [State.Word, State.Name]) {
  on(state, assign, State.Value);
  on(state, start, State.String);
  on(state, [Kind.Semicolon], COMPLETE);
}
on(State.Value, start, State.String);
on(State.String, [Kind.TextMore, Kind.VariableMore], State.String);
on(State.String, [Kind.Comma], State.Value);
on(State.String, [Kind.Semicolon], COMPLETE);
on(State.Broken, [Kind.Semicolon], State.Items);

/**
 * What `kind` does in `state`: a state, or one of the actions above. `CLOSE` outside of a block and `ACCEPT` inside of
 * one are errors; so is `OPEN` inside of one before 14.0. That is for the caller to see, who knows the depth.
 */
export function step(state: State, kind: Kind): number {
  return table[state * WIDTH + kind] as number;
}
