import { fileSystemTypes } from "@zonewarden/server/catalog/freebsd/fileSystemTypes";
import { kldload, kldunload } from "@zonewarden/server/host/freebsd/modules";
import { knowsBit } from "@zonewarden/server/host/freebsd/permissions";
import { describe, expect, test } from "vitest";
import { hostRoot, ok, testHost } from "../harness.ts";

describe("permissions that modules bring", () => {
  test.each(
    fileSystemTypes.flatMap(({ name, module, jail }) => (module === null ? [] : [{ name, module, jail }])),
  )("allow.mount.$name is there once $module is loaded: $jail", ({ name, module, jail }) => {
    const host = testHost();
    const { machine } = host.state;
    if (!machine.modules.includes(module)) {
      if (!machine.loadable.includes(module)) machine.loadable.push(module);
      expect(knowsBit(host, `mount.${name}`)).toBe(false);
      ok(kldload(host, hostRoot(host), module));
    }
    expect(knowsBit(host, `mount.${name}`)).toBe(jail);
  });

  test.each(["tmpfs", "nullfs"])("those of %s stay when it is unloaded, until reboot", (module) => {
    const host = testHost();
    if (!host.state.machine.modules.includes(module)) ok(kldload(host, hostRoot(host), module));
    Object.values(host.state.files.mounts)
      .filter(({ type }) => type === module)
      .forEach((mount) => {
        mount.type = "other";
      });
    ok(kldunload(host, hostRoot(host), module));
    expect(knowsBit(host, `mount.${module}`)).toBe(true);
  });
});
