import { commandGroups } from "@zonewarden/server/host/illumos/commands/groups";
import { ioStatCommands } from "@zonewarden/server/host/illumos/commands/ioStats";
import { describe, expect, test } from "vitest";
import { machine } from "./world.ts";

const omnios = machine("omnios", { web: { properties: { "ip-type": "shared" } } });
const smartos = machine("smartos", { web: { properties: { brand: "joyent" } } });
const ofSmartos = new Set(ioStatCommands.map(({ name }) => name));
const commands = commandGroups().flatMap(([, all]) => all);

describe("every modelled program", () => {
  test("has its name once", () => {
    const names = commands.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test.each(commands.map(({ name }) => name).filter((name) => !["[", "kill"].includes(name)))(
    "%s is on the disk of the host and of a zone",
    (name) => {
      const { type, inside } = ofSmartos.has(name) ? smartos : omnios;
      expect(type(`which '${name}'`)).toMatch(/^\//);
      expect(inside("web", `which '${name}'`)).toMatch(/^\//);
    },
  );

  test.each(
    commands
      .filter(({ name }) => !/^(?:sh|bash|ksh|ksh93|halt|poweroff|reboot)$/.test(name))
      .map(({ name }) => name),
  )("%s says something sensible to an option that nobody knows", (name) => {
    const own = machine("omnios", {});
    const said = own.type(`'${name}' -\x01 2>&1; true`);
    expect(said).not.toMatch(/undefined|\[object|NaN/);
  });
});
