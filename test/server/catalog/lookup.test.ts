import {
  existsIn,
  findParameter,
  isOpenFamily,
  nativeNames,
  parameters,
} from "@zonewarden/server/catalog/jail-conf/lookup";
import { namedMarkdown } from "@zonewarden/server/catalog/jail-conf/markdown";
import { advice, suggest } from "@zonewarden/server/catalog/jail-conf/mistakes";
import { isList, type Parameter } from "@zonewarden/server/catalog/jail-conf/parameter";
import { describe, expect, it } from "vitest";

/** A name as it is found, in one line. */
function found(name: string): string | undefined {
  const named = findParameter(name);
  if (!named) return undefined;
  const marks = [named.negated && "negated", named.oddNegation && "odd", named.key && `key ${named.key}`];
  return [named.parameter.name, ...marks.filter(Boolean)].join(", ");
}

describe("findParameter", () => {
  it.each([
    ["path", "path"],
    ["allow.raw_sockets", "allow.raw_sockets"],
    ["nopersist", "persist, negated"],
    ["allow.noraw_sockets", "allow.raw_sockets, negated"],
    ["mount.nodevfs", "mount.devfs, negated"],
    ["nomount.devfs", "mount.devfs, odd"],
    ["noexec.clean", "exec.clean, odd"],
    ["meta.color", "meta.*, key color"],
    ["env.a.b", "env.*, key a.b"],
    ["meta", "meta"],
    ["meta.*", "meta.*, key *"],
  ])("finds %s", (name, expected) => {
    expect(found(name)).toBe(expected);
  });

  it.each([
    "novnet",
    "noip4",
    "nopath",
    "noallow.raw_sockets",
    "allow.mount.ext2fs",
    "meta.",
    "Path",
    "host.nohostname",
    "",
  ])("does not find %j", (name) => {
    expect(found(name)).toBeUndefined();
  });
});

describe("suggest", () => {
  it.each([
    ["hostname", ["host.hostname"]],
    ["ipv4.addr", ["ip4.addr"]],
    ["ip", ["ip4.addr", "ip6.addr"]],
    ["sysvipc", ["sysvmsg", "sysvsem", "sysvshm"]],
    ["include", [".include"]],
  ])("knows what %s means", (name, expected) => {
    expect(suggest(name)).toEqual(expected);
  });

  it.each([
    ["exec.strat", "exec.start"],
    ["mount.devf", "mount.devfs"],
    ["allow.raw_socket", "allow.raw_sockets"],
    ["persits", "persist"],
    ["enforce_stafs", "enforce_statfs"],
  ])("finds the name next to %s first", (name, expected) => {
    expect(suggest(name)[0]).toBe(expected);
  });

  it.each(["xyzzy", "acme.colour", "q"])("has nothing for %s", (name) => {
    expect(suggest(name)).toEqual([]);
  });

  it("gives no more than it is asked for", () => {
    expect(suggest("sysvipc", 1)).toEqual(["sysvmsg"]);
  });

  it("names only what exists", () => {
    for (const name of ["hostname", "rootdir", "devfs_rules", "timeout", "exec.strat", "allow.mount.nullf"])
      for (const suggestion of suggest(name)) expect(findParameter(suggestion), suggestion).toBeDefined();
  });
});

describe("advice", () => {
  it("is given where there is no counterpart", () => {
    expect(advice("novnet")).toContain("`vnet = inherit;`");
    expect(advice("hostname")).toBeUndefined();
  });
});

describe("existsIn", () => {
  const verdicts = (name: string) =>
    [12, 13, 14, 15]
      .map((release) => existsIn(findParameter(name)?.parameter as Parameter, release))
      .join(" ");

  it.each([
    ["path", "yes yes yes yes"],
    ["exec.prepare", "no yes yes yes"],
    ["zfs.dataset", "no no no yes"],
    // A backport is likely where the source for the first release is weak.
    ["meta", "no no unsure yes"],
    ["zfs.mount_snapshot", "no unsure unsure yes"],
    // Came with 12.1, which counts for 12.
    ["exec.created", "unsure yes yes yes"],
    // Only in the development branch so far.
    ["mac.label", "no no unsure unsure"],
  ])("%s in 12 to 15: %s", (name, expected) => {
    expect(verdicts(name)).toBe(expected);
  });
});

describe("isOpenFamily", () => {
  it("covers the names that modules add, and no others", () => {
    for (const name of ["allow.mount.ext2fs", "allow.mount.noext2fs", "linux.newthing", "mac.biba.label"])
      expect(isOpenFamily(name), name).toBe(true);
    for (const name of ["allow.mount", "allow.tun", "linux", "zfs.datasets"])
      expect(isOpenFamily(name), name).toBe(false);
  });
});

describe("the tables", () => {
  it("name each parameter and each negation once", () => {
    const names = parameters.flatMap((p) => (p.negation ? [p.name, p.negation] : [p.name]));
    expect(names.length).toBe(new Set(names).size);
  });

  it.each(parameters)("$name agrees with itself", (p) => {
    expect(p.kind === "pseudo").toBe(p.change === "not-applicable");
    if (p.negation) expect(p.type).toBe("boolean");
    if (p.type === "jailsys") expect(p.values).toBeDefined();
    if (p.type === "command-list") expect(p.runsIn && p.step).toBeTruthy();
    if (isList(p)) expect(p.kind === "pseudo" || p.name.endsWith(".addr")).toBe(true);
    if (p.synonymOf) expect(findParameter(p.synonymOf)).toBeDefined();
    if (p.range?.min !== undefined && p.range.max !== undefined)
      expect(p.range.min).toBeLessThan(p.range.max);
  });

  it.each(parameters)("$name reads well on its own", (p) => {
    const text = [p.doc, p.notes, p.security, p.deprecated].filter(Boolean).join("\n");
    expect(p.doc).toMatch(/^[A-Z0-9].*\.$/);
    expect(p.doc.length).toBeLessThan(330);
    // References to papers that a reader of the hover does not have.
    expect(text).not.toMatch(
      /\bsections? \d|this reference|this file|by reading|inferred|general knowledge/i,
    );
  });

  it("has the names that no variable may have", () => {
    for (const name of ["path", "interface", "depend", "mount", "command", "vnet"])
      expect(nativeNames.has(name), name).toBe(true);
    for (const name of ["host", "ip4", "persistent"]) expect(nativeNames.has(name), name).toBe(false);
  });
});

describe("namedMarkdown", () => {
  const hover = (name: string) => {
    const named = findParameter(name);
    return named ? namedMarkdown(named) : "";
  };

  it("says what a negated spelling does", () => {
    expect(hover("allow.noraw_sockets")).toContain("sets it to false");
    expect(hover("nomount.devfs")).toContain("still means **true**");
  });

  it("has type, default and first release", () => {
    expect(hover("exec.timeout")).toMatch(/\*\*exec\.timeout\*\*.*integer · default: no limit · since 9\.1/);
  });
});
