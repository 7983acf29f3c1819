import { readdirSync } from "node:fs";
import { join } from "node:path";
import { boot } from "@zonewarden/server/cli/boot";
import { bootOptions } from "@zonewarden/server/cli/options";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..", "examples", "jail");
const started = (file: string) => boot([join(root, file)], bootOptions([join(root, file)]));

/** Folders whose jails all start. */
const right = [
  "01-first-jail",
  "02-shared-address",
  "03-vnet-bridge",
  "04-jail-conf.d",
  "05-hierarchy",
  "06-hosting",
];

describe("jails of the examples", () => {
  it("are all tried here", () => {
    expect(readdirSync(root).toSorted()).toEqual([...right, "07-broken", "08-not-ours"]);
  });

  it.each(right)("%s starts", (folder) => {
    const { containers, stderr, status } = started(`${folder}/jail.conf`);
    expect(containers.filter(({ state }) => state !== "running")).toEqual([]);
    expect(stderr).not.toMatch(/^jail: /m);
    expect(status).toBe(0);
    expect(containers.length).toBeGreaterThan(0);
  });

  it("07-broken/jail.conf starts nothing, because of its syntax", () => {
    expect(() => started("07-broken/jail.conf")).toThrow(/jail\.conf:\d+: .*nothing is started/);
  });

  it("07-broken/alone.jail.conf starts what is wrong only in its meaning", () => {
    const { containers, status } = started("07-broken/alone.jail.conf");
    const running = containers.filter(({ state }) => state === "running").map(({ name }) => name);
    expect(running).toEqual(["everywhere", "devices", "mounts", "literal"]);
    expect(containers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["nowhere", "nothing", "mixed", "shell"]),
    );
    expect(status).toBe(1);
  });
});
