import { buildHost } from "@zonewarden/server/host/machine/build";
import { freshInstallation } from "@zonewarden/server/host/machine/default";
import { ShellSession } from "@zonewarden/server/host/shell/session";
import { expect, test } from "vitest";

/** Root on a Solaris 11.4 with a kernel zone that was configured from its template. */
function solaris() {
  const session = new ShellSession(buildHost(freshInstallation("solaris")));
  const type = (line: string): string => {
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  type("zonecfg -z kz 'create -t SYSsolaris-kz'");
  return type;
}

test("a kernel zone boots as one process of the host, which mounts nothing for it", () => {
  const type = solaris();
  const before = type("mount");
  expect(type("zoneadm -z kz install && zoneadm -z kz boot && zoneadm list -v | grep kz")).toMatch(
    /\n {3}1 kz {15}running {4}- {30}solaris-kz excl {2}\n$/,
  );
  expect(type("ps -o comm= -z kz")).toBe("zsched\nkzhost\n");
  expect(type("svcs -z kz -H ssh")).toMatch(/doesn't match any instances/);
  const mounted = type("mount")
    .split("\n")
    .filter((line) => !before.includes(line));
  expect(mounted.filter((line) => line.includes("zonepath/root/"))).toEqual([]);
  expect(type("zoneadm -z kz halt; ps -z kz -o comm=")).toMatch(/^ps: unknown zone kz/);
});

test("nobody gets into its system with the model", () => {
  const type = solaris();
  type("zoneadm -z kz install; zoneadm -z kz boot");
  expect(type("zlogin kz zonename")).toMatch(/not modelled/);
});
