import type { Example } from "../../rule.ts";

/** An example: a jail.conf and the machine that it is for. */
export function on(machine: object, text: string): Example {
  const file = { system: "freebsd", release: "15.0", ...machine };
  return { "jail.conf": text, "zonewarden.host.json": `${JSON.stringify(file, undefined, "\t")}\n` };
}
