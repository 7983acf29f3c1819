import type { Shell } from "./shell.ts";
import type { FunctionDefinition } from "./syntax.ts";

/** Functions of a shell. Source: sh(1), Functions; bash(1), FUNCTIONS. */

/** What names were before a function made them its own. */
export interface Frame {
  readonly saved: Map<string, { variable: string | undefined; exported: string | undefined }>;
}

export function newFrame(): Frame {
  return { saved: new Map() };
}

/** Leaves the function that runs, or a subshell of it. */
export class ShellReturn extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** Makes a name the function's own until it returns. */
export function makeLocal({ state, process }: Shell, { saved }: Frame, name: string): void {
  const own = (values: Readonly<Record<string, string>>): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  if (!saved.has(name))
    saved.set(name, { variable: own(state.variables), exported: own(process.environment) });
}

/** Remembers a function; what was there by its name is no more. Trees are shared, for nobody changes them. */
export function define({ state }: Shell, { name, body }: FunctionDefinition): void {
  state.functions = { ...state.functions, [name]: body };
}

/**
 * Calls a function in the shell itself, with parameters of its own.
 * @param assigned what stands in front of the call: it holds as long as the call, and is exported
 */
export function call(
  shell: Shell,
  name: string,
  parameters: readonly string[],
  assigned: readonly (readonly [string, string])[],
  work: () => number,
): number {
  const { state, frame, active, recursive } = shell;
  const outer = state.parameters;
  const own = newFrame();
  shell.frame = own;
  shell.recursive = recursive || active.includes(name);
  if (!active.includes(name)) shell.active = [...active, name];
  state.parameters = [...parameters];
  for (const [variable, value] of assigned) {
    makeLocal(shell, own, variable);
    shell.process.environment = { ...shell.process.environment, [variable]: value };
  }
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ShellReturn)) throw error;
    return error.status;
  } finally {
    state.parameters = outer;
    shell.frame = frame;
    shell.active = active;
    shell.recursive = recursive;
    restore(shell, own);
  }
}

function restore({ state, process }: Shell, { saved }: Frame): void {
  for (const [name, { variable, exported }] of saved) {
    delete state.variables[name];
    const { [name]: _, ...others } = process.environment;
    process.environment = exported === undefined ? others : { ...others, [name]: exported };
    if (variable !== undefined) state.variables[name] = variable;
  }
}
