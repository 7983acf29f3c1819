/** What a person does in a window of VS Code, with Playwright's page as hands and eyes. */

const patience = 20_000;

/** Runs a command by its name in the palette. */
export async function command(page, name) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input");
  await input.waitFor({ timeout: patience });
  await input.fill(`>${name}`);
  const row = page
    .locator(".quick-input-list .monaco-list-row", { hasText: name.replace(/^.*?: /, "") })
    .first();
  await row.waitFor({ timeout: patience });
  await page.keyboard.press("Enter");
}

/** A word in the editor. */
export const word = (page, text) =>
  page.locator(".monaco-editor .view-line span span", { hasText: text }).first();

/** Opens a file of the folder by its name. */
export async function openFile(page, name) {
  await page.keyboard.press("Control+P");
  await page.locator(".quick-input-widget input").fill(name);
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor({ timeout: patience });
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: name }).waitFor({ timeout: patience });
}

/** Waits for something on the page; what is there instead is told. */
export async function see(page, what, locator, options = {}) {
  try {
    await locator.first().waitFor({ timeout: patience, ...options });
  } catch {
    // biome-ignore lint/performance/useDomNodeTextContent: what is not shown must not be told
    const text = await page.evaluate(() => document.body.innerText).catch(() => "");
    throw new Error(`Looked in vain for ${what}. The window says:\n${text.slice(0, 3000)}`);
  }
  return locator.first();
}

/** A row of the view of simulated hosts, by what a screen reader says of it. */
export const row = (page, name) => page.locator(".pane-body").getByRole("treeitem", { name });

/** Chooses from the context menu of something. */
export async function choose(page, on, label) {
  await on.click({ button: "right" });
  const item = page.locator(".monaco-menu .action-label").getByText(label, { exact: true });
  await item.waitFor({ timeout: patience });
  // A menu takes no click in its first moment: the one that opened it could be meant.
  await page.waitForTimeout(300);
  await item.click();
}

/** The view of simulated hosts in the side bar. */
export async function showHosts(page) {
  const tab = page.locator('.activitybar .action-item[role="tab"]:has([aria-label^="Zonewarden"])').first();
  if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
}

/** The text of the console that is in front. */
export const terminalText = async (page) => {
  const rows = await page.locator(".terminal-wrapper.active .xterm-rows > div").allInnerTexts();
  return rows.join("\n").replaceAll("\u00a0", " ");
};

/** Waits until the console shows a text. */
export async function terminalShows(page, text) {
  const end = Date.now() + patience;
  let shown = "";
  while (Date.now() < end) {
    shown = await terminalText(page);
    if (text instanceof RegExp ? text.test(shown) : shown.includes(text)) return shown;
    await page.waitForTimeout(100);
  }
  throw new Error(`The console does not show ${text}, but:\n${shown}`);
}

/** The document inside of a webview's two frames, once it is there. */
export async function webview(page) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    for (const frame of page.frames())
      if (frame.name() !== "" || frame.parentFrame()?.url().includes("webview"))
        if (
          (await frame
            .locator("[data-zonewarden-inspector], main")
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
    await page.waitForTimeout(200);
  }
  throw new Error(`No webview came up; frames: ${page.frames().map((frame) => frame.url().slice(0, 80))}`);
}
