/** A person with two zones: the commands of `zonecfg` in files, mended, installed, booted and looked into. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  choose,
  confirm,
  fileTab,
  followLink,
  openFromExplorer,
  quickFix,
  row,
  see,
  showHosts,
  terminalShows,
  word,
} from "../page.mjs";

export const commandFiles = {
  "mail.zonecfg": `# A mail server with an address of its own.
create -b
set brand=lipkg
set zonepath=/zones/mail
set ip-type=exclusive
set limitpriv=default,!net_rawaccess,!net_icmpaccess
add net
    set physical=mail0
    set global-nic=auto
    set alowed-address=192.0.2.25/24
    set defrouter=192.0.2.1
end
`,
  "files.zonecfg": `# A file server that shares the stack of the host.
create -b
set brand=lipkg
set zonepath=/zones/files
set ip-type=shared
add net
    set physical=e1000g0
    set address=192.0.2.26/24
end
`,
};

const lens = (page, title) => page.locator(".codelens-decoration a", { hasText: title });

/** What every pass has. */
export const zones = [
  [
    "opens a command file of zonecfg, sees the mistake and mends it",
    async ({ page }) => {
      await openFromExplorer(page, "mail.zonecfg");
      await see(page, "a squiggle", page.locator(".squiggly-error"));
      // Lines move when they come.
      await see(page, "a code lens", lens(page, "Configured: install"));
      await word(page, "alowed-address").click();
      await quickFix(page, "allowed-address");
      await page.keyboard.press("Control+S");
    },
  ],
  [
    "installs and boots the zone by the code lenses above it",
    async ({ page }) => {
      await (await see(page, "a code lens", lens(page, "Configured: install"))).click();
      await (await see(page, "that it is installed", lens(page, /^Boot$/))).click();
      await see(page, "that it runs", lens(page, "Running: halt"));
      await showHosts(page);
      await see(page, "mail in the view", row(page, /\bzone mail\b.*running/));
    },
  ],
  [
    "logs in to the zone and looks around",
    async ({ page }) => {
      await choose(page, row(page, /\bzone mail\b.*running/).first(), "Open Console");
      await terminalShows(page, /root@mail:.*#\s*$/);
      await page.keyboard.type("zonename; ps -ef; ipadm show-addr\n", { delay: 5 });
      await terminalShows(page, /sshd[\s\S]*192\.0\.2\.25\/24/);
    },
  ],
  [
    "is told which line refuses a packet, and goes there by a click",
    async ({ page }) => {
      await page.keyboard.type("ping 192.0.2.1\n", { delay: 5 });
      await terminalShows(page, "[mail.zonecfg:6]");
      await followLink(page, "mail.zonecfg:6");
      await see(page, "the cursor in line 6", page.locator(".statusbar-item", { hasText: /Ln 6, Col \d+/ }));
    },
  ],
];

export const zonesInDepth = [
  [
    "watches the console of another zone while it boots",
    async ({ page }) => {
      await choose(page, row(page, /\bzone files\b/).first(), "Install");
      await see(page, "files installed", row(page, /\bzone files\b.*installed/));
      await choose(page, row(page, /\bzone files\b/).first(), "Open Zone Console");
      await terminalShows(page, "[Connected to zone 'files' console]");
      await choose(page, row(page, /\bzone files\b/).first(), "Boot");
      await see(page, "files running", row(page, /\bzone files\b.*running/));
      await terminalShows(page, /\[NOTICE: Zone booting up\][\s\S]*files console login:/);
    },
  ],
  [
    "configures a zone at the prompt of zonecfg, and the file has it",
    async ({ page, folder }) => {
      await choose(page, row(page, /\bzone mail\b/).first(), "Open zonecfg Prompt");
      await terminalShows(page, /zonecfg:mail>\s*$/);
      await page.keyboard.type("info net\n", { delay: 5 });
      await terminalShows(page, "allowed-address: 192.0.2.25/24");
      await page.keyboard.type("add attr\n", { delay: 5 });
      await terminalShows(page, /zonecfg:mail:attr>\s*$/);
      await page.keyboard.type("set name=comment\nset type=string\nset value=post\nend\nver", { delay: 5 });
      await page.keyboard.press("Tab");
      await terminalShows(page, /zonecfg:mail> verify\s*$/);
      await page.keyboard.type("\ncommit\nexit\n", { delay: 5 });
      await fileTab(page, "mail.zonecfg").click();
      await see(page, "the new lines", page.locator(".view-line", { hasText: "name=comment" }));
      await page.keyboard.press("Control+S");
      await see(
        page,
        "that the file is saved",
        page.locator(".tab.active:not(.dirty)", { hasText: "mail.zonecfg" }),
      );
      assert.match(
        await readFile(join(folder, "mail.zonecfg"), "utf8"),
        /add attr[\s\S]*name=comment[\s\S]*end/,
      );
    },
  ],
  [
    "looks at the effective configuration, and at the list of zones",
    async ({ page }) => {
      await choose(page, row(page, /\bzone mail\b/).first(), "Show Effective Configuration");
      await see(
        page,
        "the configuration",
        page.locator(".view-line", { hasText: "set zonepath=/zones/mail" }),
      );
      await choose(page, row(page, /OmniOS|illumos/).first(), "Show List of Jails and Zones");
      await see(
        page,
        "the list",
        page.locator(".view-line", { hasText: /\d\s+mail\s+running\s+\/zones\/mail/ }),
      );
    },
  ],
  [
    "halts a zone, and uninstalls it after a question",
    async ({ page }) => {
      await choose(page, row(page, /\bzone files\b/).first(), "Halt");
      await see(page, "that it is halted", row(page, /\bzone files\b.*installed/));
      await choose(page, row(page, /\bzone files\b/).first(), "Uninstall…");
      await confirm(page, "Uninstall");
      await see(page, "that it is gone", row(page, /\bzone files\b.*configured/));
    },
  ],
];
