/** What goes wrong around a person: the server dies, what was stored is damaged, files are renamed and deleted. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { glob, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  choose,
  command,
  notification,
  openFromExplorer,
  row,
  see,
  showHosts,
  terminalShows,
  terminalText,
} from "../page.mjs";

/** The processes of language servers that run out of a folder of extensions. Linux only. */
function languageServers(extensions) {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return words.some((word) => word.startsWith(extensions) && word.endsWith("/dist/server.js"));
    } catch {
      // It ended in the meantime.
      return false;
    }
  });
}

const web = (page, state) => row(page, new RegExp(`\\bjail web\\b.*${state}`));

export const accidents = [
  [
    "goes on with running jails and an open console after the language server died",
    async ({ page, server }) => {
      await openFromExplorer(page, "jail.conf");
      await showHosts(page);
      await choose(page, row(page, /\bjail web\b/), "Boot");
      await see(page, "web running", web(page, "running"));
      await choose(page, web(page, "running"), "Open Console");
      await terminalShows(page, /#\s*$/);
      await page.keyboard.type("touch /tmp/mine\n", { delay: 10 });
      await terminalShows(page, /touch \/tmp\/mine\n.*#\s*$/);
      // What happened is stored a moment later.
      await page.waitForTimeout(600);
      const processes = languageServers(server.extensions);
      assert.equal(processes.length, 1);
      process.kill(Number(processes[0]), "SIGKILL");
      await terminalShows(page, /The language server was restarted\.\n.*#\s*$/);
      await see(page, "web running again", web(page, "running"));
      await page.keyboard.type("ls /tmp\n", { delay: 10 });
      await terminalShows(page, /ls \/tmp\nmine/);
    },
  ],
  [
    "has two windows that do not disturb each other",
    async ({ page, server, folder }) => {
      const other = await page.context().newPage();
      await other.goto(server.url(folder), { timeout: 60_000 });
      await openFromExplorer(other, "jail.conf");
      await showHosts(other);
      await see(other, "web, which does not run there", web(other, "stopped"), { timeout: 60_000 });
      await choose(other, row(other, /\bjail db\b/), "Boot");
      await see(other, "db running there", row(other, /\bjail db\b.*running/));
      await see(page, "web running here", web(page, "running"));
      assert.doesNotMatch(await terminalText(other), /Nobody can log in/);
      await other.close();
    },
  ],
  [
    "renames a configuration and deletes it while its jails run",
    async ({ page, folder }) => {
      // An open file is there as long as it is open.
      await command(page, "View: Close All Editors");
      await rename(join(folder, "jail.conf"), join(folder, "hosting.jail.conf"));
      await command(page, "Zonewarden: Group by File");
      await see(page, "the new name", row(page, /^hosting\.jail\.conf/));
      await see(page, "web running", web(page, "running"));
      await rm(join(folder, "hosting.jail.conf"));
      await see(page, "that it is no longer configured", web(page, "running.*no longer configured"));
      await command(page, "Zonewarden: Group by System");
      await choose(page, web(page, "running"), "Halt");
      await web(page, "running").waitFor({ state: "detached", timeout: 10_000 });
    },
  ],
  [
    "is told when what was stored is damaged, and begins afresh",
    async ({ page, folder, server }) => {
      await writeFile(join(folder, "jail.conf"), 'web {\n\tpath = "/jails/web";\n\tpersist;\n}\n');
      await choose(page, await see(page, "web again", web(page, "stopped")), "Boot");
      await see(page, "web running", web(page, "running"));
      await page.waitForTimeout(600);
      const stored = await Array.fromAsync(
        glob("*/zonewarden.zonewarden/hosts/*.json", { cwd: server.storage }),
      );
      assert.ok(stored.length > 0);
      for (const file of stored)
        await writeFile(join(server.storage, file), "zonewarden host, but not whole");
      await command(page, "Developer: Reload Window");
      await page.waitForEvent("load", { timeout: 20_000 });
      await see(page, "the message", notification(page, "damaged"), { timeout: 60_000 });
      await see(page, "that web does not run", web(page, "stopped"));
      const kept = await Array.fromAsync(
        glob("*/zonewarden.zonewarden/hosts/*.damaged", { cwd: server.storage }),
      );
      assert.ok(kept.length > 0);
    },
  ],
];
