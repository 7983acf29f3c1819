import { ShellSession } from "@zonewarden/server/host/shell/session";
import { expect, test } from "vitest";
import { world } from "./world.ts";

test("a snapshot is mounted as it was", () => {
  const { host } = world();
  const session = new ShellSession(host);
  const type = (line: string): string => {
    const { stdout, stderr } = session.run(line).result;
    return stdout + stderr;
  };
  type("zfs create -o mountpoint=/data zroot/data; echo old > /data/x; zfs snapshot zroot/data@monday");
  type("echo new > /data/x; mount -t zfs zroot/data@monday /mnt");
  expect(type("cat /data/x /mnt/x")).toBe("new\nold\n");
  expect(type("echo more > /mnt/x")).toBe("cannot create /mnt/x: Read-only file system\n");
  expect(type("mount | grep monday")).toBe("zroot/data@monday on /mnt (zfs, local, read-only)\n");
  expect(type("df /mnt | tail -1")).toMatch(/^zroot\/data@monday .* \/mnt\n$/);
  expect(type("umount /mnt; ls /mnt")).toBe("");
  expect(type("mount -t zfs zroot/data@friday /mnt")).toContain("No such file or directory");
});
