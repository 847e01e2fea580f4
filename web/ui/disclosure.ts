/** A button that opens and closes a section (WAI-ARIA Authoring Practices, 'Disclosure'). */
import { el } from './dom.ts';

export interface Disclosure {
  button: HTMLElement;
  element: HTMLElement;
  isOpen(): boolean;
  /** Shows or hides button and section together; whether the section is open is remembered. */
  setAvailable(isAvailable: boolean): void;
}

/**
 * @param label on the button, and the accessible name of the section
 * @param opened called when the user opens it
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
