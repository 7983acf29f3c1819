import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runIn } from "../cli/run.ts";

const folder = join(import.meta.dirname, "../../examples/hosts/01-web");
const run = (args: string[]) => runIn(folder, args);

describe("the described web host", () => {
  it("is a right host file", () => {
    expect(run(["host", "check", "zonewarden.host.json"]).code).toBe(0);
  });

  it("is found by check, which tells what the machine refuses", () => {
    const { code, out } = run(["check", "--format", "json", "jail.conf"]);
    const { host, files } = JSON.parse(out);
    expect(code).toBe(1);
    expect(host).toEqual({ name: "web1.example.org", described: true });
    const found = files[0].diagnostics.map(
      (d: { severity: string; code: string }) => `${d.severity} ${d.code}`,
    );
    expect([...new Set(found)].sort()).toEqual([
      "error host/no-interface",
      "information host/wildcard-service",
      "warning host/own-address",
    ]);
  });

  it("starts the two jails that it can", () => {
    const { code, out } = run(["boot", "--host", "zonewarden.host.json", "--format", "json", "jail.conf"]);
    expect(code).toBe(1);
    const states = JSON.parse(out).containers.map(
      (c: { name: string; state: string }) => `${c.name} ${c.state}`,
    );
    expect(states.sort()).toEqual(["cache failed", "db running", "www running"]);
  });
});
