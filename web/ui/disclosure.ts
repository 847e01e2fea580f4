/** A disclosure: a button that opens and closes a section of the page (WAI-ARIA Authoring Practices, 'Disclosure'). */
import { el } from './dom.ts';

/** The button, and `element`, the section that it opens. */
export interface Disclosure {
  button: HTMLElement;
  element: HTMLElement;
  isOpen(): boolean;
  /**
   * Shows or hides button and section together. When they are shown again, the section is as open or closed as before.
   */
  setAvailable(isAvailable: boolean): void;
}

/**
 * Creates a closed disclosure.
 *
 * @param id the id of the section's element
 * @param label text of the button and accessible name of the section
 * @param opened called when the user opens the section
 */
export function createDisclosure(id: string, label: string, opened: () => void): Disclosure {
  const element = el('div', { class: 'disclosure', id, role: 'group', 'aria-label': label, hidden: true });
  const button = el(
    'button',
    { type: 'button', class: 'disclosure-button', 'aria-expanded': 'false', 'aria-controls': id, hidden: true },
    label,
  );
  let isOpen = false;
  let isAvailable = false;
  const refresh = () => {
    button.hidden = !isAvailable;
    button.setAttribute('aria-expanded', String(isOpen));
    element.hidden = !isAvailable || !isOpen;
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
    setAvailable(available) {
      isAvailable = available;
      refresh();
    },
  };
}
