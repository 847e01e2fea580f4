/** Helpers for DOM elements: creating and finding them, clicks, hovering, focus and announcements to screen readers. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null>;

/**
 * Creates an element with attributes and children. An attribute that is `false` or `null` is left out; `true` becomes
 * an empty string. A child that is a string becomes a text node, so titles and abstracts are never parsed as HTML.
 *
 * @example el('a', { href: '?', class: 'link' }, 'text')
 */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    element.setAttribute(key, value === true ? '' : String(value));
  }
  append(element, ...children);
  return element;
}

/** Appends children to a node: nodes, and strings as text nodes. Falsy children are skipped. */
export function append(parent: Node, ...children: Child[]): void {
  for (const child of children) {
    if (child) parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
}

/**
 * Returns the element of index.html with this id.
 *
 * @throws Error if the element is missing or not of the given class
 */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`index.html lacks #${id}`);
  return element;
}

/**
 * Handles a plain click on a link without leaving the page. With Ctrl, Shift or Meta pressed, the browser opens a new
 * tab or window as usual.
 */
export function onPlainClick(link: HTMLAnchorElement, act: () => void): void {
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    act();
  });
}

/**
 * Calls `enter` when the pointer or the focus enters an element or one of its descendants, and `leave` when it leaves.
 */
export function onHoverOrFocus(element: HTMLElement, enter: () => void, leave: () => void): void {
  for (const event of ['pointerenter', 'focusin']) element.addEventListener(event, enter);
  for (const event of ['pointerleave', 'focusout']) element.addEventListener(event, leave);
}

/** Runs a function after the next paint of the page. */
export function runAfterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act, 0));
}

/** Announces a message to screen readers without moving the focus. */
export function announce(message: string): void {
  byId('announce', HTMLElement).textContent = message;
}

/** Whether the user has asked the system to avoid animations. */
export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

const canHoldFocus = (element: HTMLElement) =>
  element.isConnected && element.checkVisibility() && !element.matches(':disabled');

/**
 * When the focused element is removed, hidden or disabled, moves the focus to the panel of papers. Otherwise a keyboard
 * user would have to start at the top of the page again. To be called once, at the start of the page.
 */
export function installFocusRecovery(): void {
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    requestAnimationFrame(() => {
      // The focus was not lost if another element got it, or if this one can still have it (the user switched to
      // another window).
      if (document.activeElement !== document.body || canHoldFocus(target)) return;
      byId('papers', HTMLElement).focus({ preventScroll: true });
    });
  });
}
