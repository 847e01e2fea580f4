/** Keys that work anywhere on the page: `/` to search, arrows through the list, Escape back. */
import { byId } from '../ui/dom.ts';

export interface KeyboardEvents {
  search(): void;
  clear(): void;
  back(): void;
}

/** What arrows walk: the papers of the view that is shown, and the button for more of them. */
const stops = () => [
  ...document.querySelectorAll<HTMLElement>('#papers > section:not([hidden]) :is(a.hit-title, button.more)'),
];

/** Where letters and arrows are for the text that is written. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('textarea, select, input:not([type=radio], [type=checkbox])');
}

/** Where text is written. */
export function isText(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('textarea, input[type=text]');
}

/** From a text to the view around it, as it is: the next Escape goes back from there. */
function leave(text: HTMLElement): void {
  const heading = text.closest('#papers > section')?.querySelector<HTMLElement>('h2[tabindex]');
  if (heading) heading.focus({ preventScroll: true });
  else text.blur();
}

/** Something lies over the page: Escape closes it and does nothing else. */
const isCovered = () => document.querySelector(':popover-open') !== null;

export function watchKeyboard(events: KeyboardEvents): void {
  const input = byId('q', HTMLInputElement);

  const step = (by: number): boolean => {
    const active = document.activeElement;
    const all = stops();
    // From a button within an entry one goes on from that entry.
    const entry = active?.closest('.hit')?.querySelector<HTMLElement>('a.hit-title');
    const at = all.indexOf(entry ?? (active as HTMLElement));
    if (at < 0 && active !== input && active !== document.body) return false;
    if (at < 0 && by < 0) return false;
    const next = at + by;
    if (next < 0) input.focus();
    else all[next]?.focus();
    return all.length > 0;
  };

  document.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || isCovered()) return;
    const inInput = event.target === input;
    if (isField(event.target) && !inInput) {
      if (event.key === 'Escape' && isText(event.target)) leave(event.target);
      return;
    }
    if (event.key === '/' && !inInput) {
      event.preventDefault();
      events.search();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const radio = event.target instanceof HTMLInputElement && !inInput;
      if (!radio && step(event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (inInput && input.value !== '') events.clear();
      else events.back();
    }
  });
}
