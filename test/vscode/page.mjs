/** What a person does in a window of VS Code, with Playwright's page as hands and eyes. */

const patience = 20_000;

/** Runs a command by its name in the palette. */
export async function command(page, name) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input");
  await input.waitFor({ timeout: patience });
  await input.fill(`>${name}`);
  // What Enter would take may still be a row of the list before.
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
  await row.waitFor({ timeout: patience });
  await row.click();
}

/** Answers a question at the top of the window, known by what its empty input says. */
export async function answer(page, placeholder, text) {
  const input = page.locator(`.quick-input-widget input[placeholder^="${placeholder}"]`);
  await input.waitFor({ timeout: patience });
  await input.fill(text);
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
  const item = page.locator(".monaco-menu .action-label").getByText(label, { exact: true });
  // Whatever takes the focus meanwhile closes the menu, and one that was opened just before is that of an older state.
  for (let tries = 1; ; tries++)
    try {
      await on.click({ button: "right", timeout: patience });
      await item.waitFor({ timeout: 3_000 });
      // A menu takes no click in its first moment: the one that opened it could be meant.
      await page.waitForTimeout(300);
      await item.click({ timeout: 2_000 });
      return;
    } catch (error) {
      if (tries === 4) throw error;
      await page.keyboard.press("Escape");
    }
}

/** Goes down an open menu to an entry, and takes it. */
export async function chooseByKeys(page, label) {
  const entries = page.locator(".monaco-menu .action-item");
  await entries.getByText(label, { exact: true }).waitFor({ timeout: patience });
  await page.waitForTimeout(300);
  for (let i = await entries.count(); i > 0; i--) {
    await page.keyboard.press("ArrowDown");
    const focused = await page.locator(".monaco-menu .action-item.focused").textContent();
    if (focused?.trim() === label) break;
  }
  await page.keyboard.press("Enter");
}

/** Takes a quick fix for what the cursor is in. */
export async function quickFix(page, text) {
  const fix = page.locator(".action-widget .monaco-list-row", { hasText: text });
  // As long as findings are still coming there may be no fix yet.
  for (let tries = 0; tries < 3 && !(await fix.isVisible()); tries++) {
    await page.keyboard.press("Control+.");
    await fix.waitFor({ timeout: 4_000 }).catch(() => page.keyboard.press("Escape"));
  }
  await see(page, "the offered fix", fix);
  await page.keyboard.press("Enter");
  await page.locator(".squiggly-error").first().waitFor({ state: "detached", timeout: 10_000 });
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

/** Opens a file of the folder by a double click, as the only way that every host has. */
export async function openFromExplorer(page, name) {
  const tab = page.locator('.activitybar .action-item[role="tab"]:has([aria-label^="Explorer"])').first();
  await tab.waitFor({ timeout: 60_000 });
  const file = page.locator(".explorer-folders-view").getByRole("treeitem", { name, exact: true });
  if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
  await file.waitFor({ timeout: 60_000 });
  await file.dblclick();
  await page.locator(".tab.active", { hasText: name }).waitFor({ timeout: 60_000 });
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 });
}

/** The tab of a file in the editor. */
export const fileTab = (page, name) => page.locator(`.tab[data-resource-name="${name}"]`).first();

/** Presses a button of the dialog that asks. */
export async function confirm(page, button) {
  const found = page.locator(".monaco-dialog-box").getByRole("button", { name: button, exact: true });
  await found.waitFor({ timeout: patience });
  await found.click();
}

/** Follows a link on the console that is in front. */
export async function followLink(page, text) {
  const box = await page.locator(".terminal-wrapper.active .xterm-rows").evaluate((rows, wanted) => {
    const walker = document.createTreeWalker(rows, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    return undefined;
  }, text);
  if (!box) throw new Error(`There is no ${text} on the console`);
  // A link is looked for under the mouse when it moves, and says what it does when it is found.
  await page.mouse.move(box.x - 3, box.y);
  await page.mouse.move(box.x, box.y);
  await page.locator(".workbench-hover", { hasText: "Go to the line" }).waitFor({ timeout: patience });
  await page.keyboard.down("Control");
  await page.mouse.click(box.x, box.y);
  await page.keyboard.up("Control");
}

/** A message in the corner. */
export const notification = (page, text) =>
  page.locator(".notification-list-item", { hasText: text }).first();
