import type { Host } from "../../host.ts";

const MAC = /^[\da-f]{1,2}(?::[\da-f]{1,2}){5}$/i;

/** Two digits for each byte, lower case; `undefined` for what is no MAC. */
export function normalMac(text: string): string | undefined {
  if (!MAC.test(text)) return undefined;
  return text
    .split(":")
    .map((byte) => byte.toLowerCase().padStart(2, "0"))
    .join(":");
}

/** A MAC that only depends on the machine and the name: of VNICs the real ones are random behind 2:8:20. */
export function macFor({ state }: Host, name: string): string {
  let hash = 0x811c9dc5;
  for (const char of `${state.machine.hostname}/${state.illumos?.zones["0"]?.hostid}/${name}`)
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  const low = [hash >>> 16, hash >>> 8, hash].map((byte) => (byte & 0xff).toString(16).padStart(2, "0"));
  return ["02", "08", "20", ...low].join(":");
}
