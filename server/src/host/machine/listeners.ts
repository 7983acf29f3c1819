import type { Listener } from "./types.ts";

/** A socket as sockstat(1) prints it: `tcp4 *:22`, `udp6 [::1]:123`, `unix /var/run/log`. The shape is checked before. */
export function parseListener(text: string): Listener {
  const [kind = "", place = ""] = text.split(" ");
  if (kind === "unix") return { family: "local", protocol: "stream", address: place, port: 0 };
  const colon = place.lastIndexOf(":");
  return {
    family: kind.endsWith("6") ? "inet6" : "inet",
    protocol: kind.startsWith("udp") ? "udp" : "tcp",
    address: place.slice(0, colon).replace(/^\[|\]$/g, ""),
    port: Number(place.slice(colon + 1)),
  };
}

export function listenerText({ family, protocol, address, port }: Listener): string {
  if (family === "local") return `unix ${address}`;
  const version = family === "inet6" ? "6" : "4";
  return `${protocol}${version} ${family === "inet6" && address !== "*" ? `[${address}]` : address}:${port}`;
}
