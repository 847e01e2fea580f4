/** Something that a button above the list opens and closes: how an answer is narrowed, how it is saved. */
import { el } from './dom.ts';

export interface Fold {
  button: HTMLElement;
  element: HTMLElement;
  isOpen(): boolean;
  /** Whether there is anything to open; what stands open comes back with it. */
  offer(is: boolean): void;
}

/**
 * @param name on the button, and what screen readers call the whole
 * @param opened called when a person opens it
 */
export function createFold(id: string, name: string, opened: () => void): Fold {
  const element = el('div', { class: 'narrow', id, role: 'group', 'aria-label': name, hidden: true });
  const button = el(
    'button',
    { type: 'button', class: 'narrow-button', 'aria-expanded': 'false', 'aria-controls': id, hidden: true },
    name,
  );
  let [isOpen, isOffered] = [false, false];
  const refresh = () => {
    button.hidden = !isOffered;
    button.setAttribute('aria-expanded', String(isOpen));
    element.hidden = !isOffered || !isOpen;
  };
  button.addEventListener('click', () => {
    isOpen = !isOpen;
    refresh();
    if (isOpen) opened();
  });
  return {
    button,
    element,
    isOpen: () => isOpen,
    offer(is) {
      isOffered = is;
      refresh();
    },
  };
}
