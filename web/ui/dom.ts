/** Creates and finds elements. Strings become text nodes, so no title or abstract is ever parsed as HTML. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null>;

/**
 * Creates an element. An attribute that is `false` or `null` is left out, `true` is set to the empty string.
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

export function append(parent: Node, ...children: Child[]): void {
  for (const child of children) {
    if (child) parent.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
}

/**
 * The element with this id, which index.html contains.
 *
 * @throws Error if it is missing or of another kind
 */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`index.html lacks #${id}`);
  return element;
}

/** Handles a plain click on a link in the page; with Ctrl, Shift or Meta the browser opens a new tab or window as usual. */
export function onPress(link: HTMLAnchorElement, act: () => void): void {
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    act();
  });
}

/** Calls `enter` when the pointer or the focus enters an element or one inside of it, and `leave` when it leaves. */
export function onHover(element: HTMLElement, enter: () => void, leave: () => void): void {
  for (const event of ['pointerenter', 'focusin']) element.addEventListener(event, enter);
  for (const event of ['pointerleave', 'focusout']) element.addEventListener(event, leave);
}

/** Runs a task after the next paint. */
export function afterPaint(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act, 0));
}

/** Announces a message to screen readers without moving the focus. */
export function announce(message: string): void {
  byId('announce', HTMLElement).textContent = message;
}

export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

const canHoldFocus = (element: HTMLElement) =>
  element.isConnected && element.checkVisibility() && !element.matches(':disabled');

/** When the focused element is removed, hidden or disabled, the panel takes the focus, so that it is never lost. */
export function restoreLostFocus(): void {
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    requestAnimationFrame(() => {
      // The user clicked elsewhere or changed the window: the element could still have the focus.
      if (document.activeElement !== document.body || canHoldFocus(target)) return;
      byId('papers', HTMLElement).focus({ preventScroll: true });
    });
  });
}
