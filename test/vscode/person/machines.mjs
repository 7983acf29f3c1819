/** A person who describes machines, and has expectations and tasks checked. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, notification, openFromExplorer, see, showHosts, terminalShows } from "../page.mjs";

const pick = (page, text) => page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();

const ifconfig = `em0: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500
	ether 58:9c:fc:00:11:22
	inet 192.0.2.1 netmask 0xffffff00 broadcast 192.0.2.255
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384
	inet 127.0.0.1 netmask 0xff000000
`;

const expectations = `#? web boots
#? web allows raw-ping
web { path = "/"; persist; }
`;

export const machines = [
  [
    "sees in the status bar which host a file is for, and chooses to describe one",
    async ({ page }) => {
      await openFromExplorer(page, "jail.conf");
      await page.locator("#status\\.languageStatus").hover();
      await see(page, "the host", page.locator(".hover-language-status", { hasText: "FreeBSD" }));
      await command(page, "Zonewarden: Choose Host…");
      await (await see(page, "a way to make one", pick(page, "Create a host file here"))).click();
      await (await see(page, "the systems", pick(page, "FreeBSD"))).click();
      await see(page, "the file", page.locator(".tab.active", { hasText: "zonewarden.host.json" }));
      await see(page, "its text", page.locator(".view-line", { hasText: '"system"' }));
      await page.keyboard.press("Control+S");
      await see(
        page,
        "the saved file",
        page.locator(".tab.active:not(.dirty)", { hasText: "zonewarden.host.json" }),
      );
    },
  ],
  [
    "describes the host by what ifconfig printed",
    async ({ page, folder }) => {
      await page.evaluate((text) => navigator.clipboard.writeText(text), ifconfig);
      await command(page, "Zonewarden: Describe Host by Clipboard");
      await see(page, "what was found", notification(page, "ifconfig"));
      await see(page, "the address", page.locator(".view-line", { hasText: "58:9c:fc:00:11:22" }));
      await page.keyboard.press("Control+S");
      await see(
        page,
        "the saved file",
        page.locator(".tab.active:not(.dirty)", { hasText: "zonewarden.host.json" }),
      );
      assert.match(await readFile(join(folder, "zonewarden.host.json"), "utf8"), /58:9c:fc:00:11:22/);
    },
  ],
  [
    "has the expectations in comments checked in the Test Explorer",
    async ({ page, folder }) => {
      await writeFile(join(folder, "expect.jail.conf"), expectations);
      await command(page, "Testing: Focus on Test Explorer View");
      await command(page, "Test: Refresh Tests");
      await see(
        page,
        "the file",
        page.locator(".test-explorer").getByRole("treeitem", { name: /expect\.jail\.conf/ }),
      );
      await command(page, "Test: Run All Tests");
      await see(
        page,
        "that one failed",
        page.locator(".test-explorer").getByRole("treeitem", { name: /expect\.jail\.conf.*[Ff]ailed/ }),
      );
    },
  ],
  [
    "runs the check as a task and finds its result among the problems",
    async ({ page, folder }) => {
      await writeFile(join(folder, "wrong.jail.conf"), "wrong {\n\tpath = /jails/wrong\n}\n");
      await command(page, "Tasks: Run Task");
      await (await see(page, "the kind", pick(page, "zonewarden"))).click();
      await (await see(page, "the task", pick(page, "check"))).click();
      const more = pick(page, "Continue without scanning");
      if (await more.isVisible({ timeout: 1000 }).catch(() => false)) await more.click();
      // The terminal of the task comes to the front when it begins, which may be later than this.
      await terminalShows(page, /Terminal will be reused/);
      await command(page, "Problems: Focus on Problems View");
      // A file that has been open before is above it, with much to say.
      await page.locator('.panel input[placeholder^="Filter"]').first().fill("wrong");
      await see(
        page,
        "the finding",
        page.locator(".markers-panel").getByRole("treeitem", { name: /wrong\.jail\.conf/ }),
      );
    },
  ],
  [
    "opens the walkthrough",
    async ({ page }) => {
      await command(page, "Welcome: Open Walkthrough...");
      await page.keyboard.type("Zonewarden");
      await (await see(page, "the walkthrough", pick(page, "Get Started with Zonewarden"))).click();
      await see(page, "its steps", page.locator(".getting-started-step", { hasText: "Describe your host" }));
    },
  ],
  [
    "is welcomed where there is nothing to show yet",
    async ({ page, server, folder }) => {
      const empty = join(folder, "nothing");
      await mkdir(empty);
      for (const [place, text] of [
        [undefined, "Open a folder to see those of all its files"],
        [empty, "defines a jail or zone in this workspace"],
      ]) {
        await page.goto(server.url(place), { timeout: 60_000 });
        await page.locator(".activitybar").waitFor({ timeout: 60_000 });
        await showHosts(page);
        await see(page, "a welcome", page.getByText(text), { timeout: 60_000 });
      }
    },
  ],
];
