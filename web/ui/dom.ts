/** Elements from text and nodes. Strings become text nodes, so nothing a paper says is ever read as HTML. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null>;

/** `el('a', { href: '?', class: 'link' }, 'text')`. An attribute of `false` or `null` is left out, `true` is empty. */
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
  for (const child of children) if (child) parent.appendChild(typeof child === 'string' ? text(child) : child);
}

function text(content: string): Text {
  return document.createTextNode(content);
}

/** The element of the page with this id; the page's own markup promises it. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`index.html lacks #${id}`);
  return element;
}

/** Presses of a link that mean this page; with Ctrl and its like they mean another tab, which is the browser's. */
export function onPress(link: HTMLAnchorElement, act: () => void): void {
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    act();
  });
}

/** Does what can wait when the page has painted what it has now. */
export function afterFrame(act: () => void): void {
  requestAnimationFrame(() => setTimeout(act, 0));
}

/** Says something to screen readers without moving anyone's focus. */
export function announce(message: string): void {
  byId('announce', HTMLElement).textContent = message;
}

export function prefersReducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** The focus is never lost: when what has it goes away, is hidden or can no longer be pressed, the list takes it. */

const canHold = (element: HTMLElement) =>
  element.isConnected && element.checkVisibility() && !element.matches(':disabled');

export function keepFocus(): void {
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    requestAnimationFrame(() => {
      // A press beside it, or another window, is a person's own wish.
      if (document.activeElement !== document.body || canHold(target)) return;
      byId('papers', HTMLElement).focus({ preventScroll: true });
    });
  });
}
