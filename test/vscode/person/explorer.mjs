/** A person at the view of simulated hosts: filters, groups, goes to lines and back, does things to several at once. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answer,
  choose,
  chooseByKeys,
  command,
  fileTab,
  notification,
  openFromExplorer,
  row,
  see,
  showHosts,
  word,
} from "../page.mjs";

export const explorer = [
  [
    "filters the view by a part of a name, and clears the filter",
    async ({ page }) => {
      await openFromExplorer(page, "jail.conf");
      await openFromExplorer(page, "mail.zonecfg");
      await showHosts(page);
      await see(page, "jails and zones", row(page, /\bzone mail\b/));
      await command(page, "Zonewarden: Filter…");
      await answer(page, "Part of a name", "mail");
      await see(page, "what is filtered", page.getByText("Only what contains “mail”"));
      await row(page, /\bjail web\b/).waitFor({ state: "detached", timeout: 10_000 });
      await see(page, "mail", row(page, /\bzone mail\b/));
      await command(page, "Zonewarden: Clear Filter");
      await see(page, "all again", row(page, /\bjail web\b/));
    },
  ],
  [
    "groups by state and by file",
    async ({ page }) => {
      await command(page, "Zonewarden: Group by File");
      await see(page, "a group for a file", row(page, /^mail\.zonecfg/));
      await command(page, "Zonewarden: Group by State");
      await see(page, "a group for a state", row(page, /^stopped/));
      await see(page, "web in it", row(page, /\bjail web\b/));
      await command(page, "Zonewarden: Group by System");
      await row(page, /^mail\.zonecfg/).waitFor({ state: "detached", timeout: 10_000 });
    },
  ],
  [
    "goes from the line to its jail in the view and back, by keyboard",
    async ({ page }) => {
      await fileTab(page, "jail.conf").click();
      await word(page, "depend").click();
      await command(page, "Zonewarden: Reveal in Zonewarden Explorer");
      const web = row(page, /\bjail web\b/);
      await see(
        page,
        "web selected",
        page.locator('.pane-body [role="treeitem"][aria-selected="true"]', { hasText: "web" }),
      );
      await fileTab(page, "mail.zonecfg").click();
      await web.click();
      await page.keyboard.press("Shift+F10");
      await chooseByKeys(page, "Go to the Line");
      await see(page, "jail.conf again", page.locator(".tab.active", { hasText: "jail.conf" }));
    },
  ],
  [
    "boots two jails at once, and halts them",
    async ({ page }) => {
      await row(page, /\bjail db\b/).click();
      await row(page, /\bjail web\b/).click({ modifiers: ["Control"] });
      await choose(page, row(page, /\bjail web\b/), "Boot");
      await see(page, "web running", row(page, /\bjail web\b.*running/));
      await see(page, "db running", row(page, /\bjail db\b.*running/));
      await choose(page, row(page, /\bjail web\b/), "Halt");
      await see(page, "web halted", row(page, /\bjail web\b.*stopped/));
      await see(page, "db halted", row(page, /\bjail db\b.*stopped/));
    },
  ],
  [
    "boots a jail that fails, and is brought to the line",
    async ({ page, folder }) => {
      await writeFile(
        join(folder, "bad.jail.conf"),
        'bad {\n\tpath = "/jails/bad";\n\tpersist;\n\texec.start = "/usr/bin/false";\n}\n',
      );
      const bad = await see(page, "the new jail", row(page, /\bjail bad\b/));
      await choose(page, bad, "Boot");
      await see(page, "the reason", notification(page, "bad"));
      await see(page, "its file", page.locator(".tab.active", { hasText: "bad.jail.conf" }));
      await see(page, "its line", page.locator(".statusbar-item", { hasText: /Ln 4, Col \d+/ }));
      await see(page, "that it failed", row(page, /\bjail bad\b.*failed/));
    },
  ],
  [
    "boots five hundred jails and stops in the middle",
    async ({ page, folder, note }) => {
      const jails = Array.from(
        { length: 500 },
        (_, i) => `j${i} { path = "/jails/j${i}"; exec.start = "/bin/sh /etc/rc"; }`,
      );
      await writeFile(join(folder, "many.jail.conf"), `${jails.join("\n")}\n`);
      await showHosts(page);
      const start = Date.now();
      await see(page, "the jails", row(page, /\bjail j0\b/));
      const shown = Date.now() - start;
      await command(page, "Zonewarden: Boot All");
      const host = page.locator(".quick-input-list .monaco-list-row", { hasText: "FreeBSD" });
      await host.waitFor();
      await host.click();
      const cancel = notification(page, "Booting everything").getByRole("button", { name: "Cancel" });
      await cancel.click();
      await notification(page, "Booting everything").waitFor({ state: "detached", timeout: 10_000 });
      await command(page, "Zonewarden: Group by State");
      const running = await see(page, "that some run", row(page, /^running/));
      assert.ok(Number(/\d+/.exec(await running.textContent())?.[0]) < 500, "the others do not");
      const before = Date.now();
      await command(page, "Zonewarden: Group by System");
      await running.waitFor({ state: "detached" });
      await see(page, "the jails again", row(page, /\bjail j0\b/));
      note(
        `500 jails in the view ${shown} ms after the file was written, grouped anew in ${Date.now() - before} ms`,
      );
    },
  ],
];
