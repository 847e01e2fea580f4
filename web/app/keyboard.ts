/** Keyboard shortcuts of the whole page: `/` to search, arrow keys through the list, Escape to go back. */
import { byId } from '../ui/dom.ts';

export interface ShortcutActions {
  search(): void;
  clear(): void;
  back(): void;
}

/**
 * The elements that the arrow keys move through: the papers of the visible view, and the button that shows more papers.
 */
const listStops = () => [
  ...document.querySelectorAll<HTMLElement>('#papers > section:not([hidden]) :is(a.hit-title, button.more)'),
];

/** Whether an element handles letters and arrow keys itself, like a text field. */
function takesKeys(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('textarea, select, input:not([type=radio], [type=checkbox])');
}

export function isTextField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('textarea, input[type=text]');
}

/** Moves the focus from a text field to the heading of its view, from where the next Escape goes back. */
function leaveField(field: HTMLElement): void {
  const heading = field.closest('#papers > section')?.querySelector<HTMLElement>('h2[tabindex]');
  if (heading) heading.focus({ preventScroll: true });
  else field.blur();
}

/** While a popover or dialog is open there are no shortcuts, because it handles keys itself. */
const isPopoverOpen = () => document.querySelector(':popover-open, dialog[open]') !== null;

export function installShortcuts(actions: ShortcutActions): void {
  const input = byId('q', HTMLInputElement);

  /** Moves the focus in the list of papers, by 1 or −1. Returns false if the arrow key has no effect on the list. */
  const moveFocus = (by: number): boolean => {
    const { activeElement } = document;
    const stops = listStops();
    // If a button within a list entry has the focus, the entry counts as focused.
    const entry = activeElement?.closest('.hit')?.querySelector<HTMLElement>('a.hit-title');
    const current = stops.indexOf(entry ?? (activeElement as HTMLElement));
    if (current < 0 && activeElement !== input && activeElement !== document.body) return false;
    if (current < 0 && by < 0) return false;
    const next = current + by;
    if (next < 0) input.focus();
    else stops[next]?.focus();
    return stops.length > 0;
  };

  document.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || isPopoverOpen()) return;
    const isInSearch = event.target === input;
    if (takesKeys(event.target) && !isInSearch) {
      if (event.key === 'Escape' && isTextField(event.target)) leaveField(event.target);
      return;
    }
    if (event.key === '/' && !isInSearch) {
      event.preventDefault();
      actions.search();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const isRadio = event.target instanceof HTMLInputElement && !isInSearch;
      if (!isRadio && moveFocus(event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (isInSearch && input.value !== '') actions.clear();
      else actions.back();
    }
  });
}
