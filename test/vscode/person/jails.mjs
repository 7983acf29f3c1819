/** A person with two jails: sees a mistake and mends it, boots, enters, looks why something is denied, goes back in time. */
import assert from "node:assert/strict";
import {
  choose,
  command,
  fileTab,
  openFromExplorer,
  quickFix,
  row,
  see,
  showHosts,
  terminalShows,
  webview,
  word,
} from "../page.mjs";

export const jailConf = `# Two jails of a small web host.
exec.start = "/bin/sh /etc/rc";
exec.stop = "/bin/sh /etc/rc.shutdown jail";
exec.clean;
mount.devfs;
path = "/jails/$name";
interface = "em0";

db {
	ip4.addr = 192.0.2.11;
}

web {
	ip4.addr = 192.0.2.10
	depend = db;
}
`;

export const jails = [
  [
    "sees the mistake",
    async ({ page }) => {
      await openFromExplorer(page, "jail.conf");
      await see(page, "a squiggle", page.locator(".squiggly-error"));
      // Lines move when they come.
      await see(page, "code lenses", page.locator(".codelens-decoration a", { hasText: /^Boot$/ }).nth(1));
    },
  ],
  [
    "mends it with the offered fix, and saves",
    async ({ page }) => {
      await word(page, "192.0.2.10").click();
      await page.keyboard.press("End");
      await quickFix(page, "Insert");
      await page.keyboard.press("Control+S");
    },
  ],
  [
    "boots both jails by the code lens above the second",
    async ({ page }) => {
      const boot = page.locator(".codelens-decoration a", { hasText: /^Boot$/ });
      await see(page, "two code lenses", boot.nth(1));
      await boot.nth(1).click();
      await see(page, "that it runs", page.locator(".codelens-decoration a", { hasText: "Running: halt" }));
    },
  ],
  [
    "finds them running in the view of hosts",
    async ({ page }) => {
      await showHosts(page);
      await see(page, "web in the view", row(page, /\bweb\b.*running/));
      await see(page, "db in the view: web depends on it", row(page, /\bdb\b.*running/));
    },
  ],
  [
    "opens a console in a jail and types ps",
    async ({ page }) => {
      await choose(page, row(page, /\bweb\b.*running/).first(), "Open Console");
      await terminalShows(page, /#\s*$/);
      await page.keyboard.type("ps -ax\n", { delay: 10 });
      await terminalShows(page, /syslogd|cron/);
    },
  ],
  [
    "is told which rule refuses to load a module",
    async ({ page }) => {
      await page.keyboard.type("kldload zfs\n", { delay: 10 });
      await terminalShows(page, "↳");
    },
  ],
  [
    "opens the inspector and goes back in time",
    async ({ page }) => {
      await choose(page, row(page, /\bweb\b.*running/).first(), "Inspect");
      const frame = await webview(page);
      await frame.getByText("syslogd").first().waitFor({ timeout: 20_000 });
      const slider = frame.locator('input[type="range"]').first();
      const before = await slider.inputValue();
      await slider.focus();
      await page.keyboard.press("Home");
      await page.waitForTimeout(800);
      assert.notEqual(await slider.inputValue(), before);
    },
  ],
  [
    "reloads the window and finds all as it was",
    async ({ page }) => {
      await command(page, "Developer: Reload Window");
      // What is there is the old window until it goes.
      await page.waitForEvent("load", { timeout: 20_000 });
      await see(page, "web in the view, still running", row(page, /\bweb\b.*running/), { timeout: 60_000 });
      await see(page, "the inspector", page.locator(".tab", { hasText: "Inspect" }));
      await terminalShows(page, /root@.* #\s*$/);
    },
  ],
  [
    "changes the configuration and is told what that needs",
    async ({ page }) => {
      await fileTab(page, "jail.conf").click();
      await word(page, "192.0.2.10").click();
      await page.keyboard.press("End");
      await page.keyboard.type("\nallow.raw_sockets;", { delay: 10 });
      await page.keyboard.press("Escape");
      await see(page, "that the configuration changed", row(page, /\bweb\b.*configuration changed/));
    },
  ],
];
