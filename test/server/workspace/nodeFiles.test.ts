import { nodeFiles } from "@zonewarden/server/cli/nodeFiles";
import { afterAll, describe, expect, it } from "vitest";
import { Folder } from "../../wire/folder.ts";

const home = new Folder({
  "jail.conf": "exec.clean;\n",
  empty: "",
  "d/x": "x",
  program: new Uint8Array([0x7f, 0x45, 0]),
});
afterAll(() => home.remove());

describe("files of this machine", () => {
  it("are read if they are regular", () => {
    expect(nodeFiles.read(`${home.path}/jail.conf`)).toBe("exec.clean;\n");
    expect(nodeFiles.read(`${home.path}/empty`)).toBe("");
    expect(nodeFiles.read(`${home.path}/d`)).toBeUndefined();
    expect(nodeFiles.read(`${home.path}/missing`)).toBeUndefined();
    expect(nodeFiles.stamp(`${home.path}/missing`)).toBeUndefined();
  });

  it("that are no texts are not read", () => {
    expect(nodeFiles.read(`${home.path}/program`)).toBeUndefined();
  });

  it("that are devices are not read", () => {
    expect(nodeFiles.read("/dev/zero")).toBeUndefined();
    expect(nodeFiles.list("/dev/zero")).toEqual([]);
  });

  it("that a kernel makes up, and that may wait for ever, are empty", () => {
    // On systems without /proc it is missing, which is as good.
    expect(nodeFiles.read("/proc/self/status") ?? "").toBe("");
  });
});
