import type { Example } from "../../rule.ts";

const HOST = {
  system: "omnios",
  cpus: 4,
  memory: "8G",
  links: [{ name: "e1000g0", addresses: ["192.0.2.2/24"] }, { name: "e1000g1" }],
  images: [],
  directories: [],
  resourcePools: [],
  datasets: [{ name: "rpool/zones", mountpoint: "/zones" }, { name: "rpool/data" }],
};

/** An example: a command file and the machine that it is for, as far as it differs from a small OmniOS. */
export function on(machine: object, text: string): Example {
  return {
    "web.zonecfg": text,
    "zonewarden.host.json": `${JSON.stringify({ ...HOST, ...machine }, undefined, "\t")}\n`,
  };
}

/** The commands that configure a zone in a directory of its name. */
export function zone(name: string, ...lines: readonly string[]): string {
  const brand = lines.some((line) => line.startsWith("set brand=")) ? [] : ["set brand=ipkg"];
  const stack = lines.some((line) => line.startsWith("set ip-type=")) ? [] : ["set ip-type=shared"];
  const all = [
    "create -b",
    `set zonename=${name}`,
    `set zonepath=/zones/${name}`,
    ...brand,
    ...stack,
    ...lines,
  ];
  return `${all.join("\n")}\n`;
}
