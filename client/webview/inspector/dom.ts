/** Makes elements without a framework and without HTML as text: what the server says is only ever text. */

export type Child = Node | string | number | undefined | false | null;

type Value = string | number | boolean | undefined | ((event: never) => void);

/** Names as in HTML; a name like `onclick` with a function is a listener, `true` an empty attribute. */
export type Attributes = Readonly<Record<string, Value>>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** Puts other children into an element. */
export function put(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodes(children));
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== undefined && child !== false && child !== null)
    .map((child) => (typeof child === "number" ? String(child) : child));
}

/** As `put`, for parts with buttons: who has pressed one finds the same one, or the first, under the fingers again. */
export function putKeepingFocus(element: Element, ...children: readonly Child[]): void {
  const focused = element.contains(document.activeElement) ? document.activeElement?.textContent : undefined;
  put(element, ...children);
  if (focused === undefined) return;
  const buttons = [...element.querySelectorAll("button")];
  (buttons.find(({ textContent }) => textContent === focused) ?? buttons[0])?.focus();
}
