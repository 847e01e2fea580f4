/** The papers that an answer lists as a file, from the line above them. */
import { el } from '../dom.ts';
import { exportButtons } from '../selection/exports.ts';
import { count } from '../wording.ts';

export interface SaveListed {
  /** Opens and closes the formats. */
  button: HTMLElement;
  element: HTMLElement;
  /** Other papers are listed; null: none are. */
  show(query: string | null): void;
}

/** @param listed the papers as they are listed when a file is asked for, in their order */
export function createSaveListed(listed: () => readonly { id: string }[]): SaveListed {
  const element = el('div', { class: 'narrow', id: 'save-listed', role: 'group', 'aria-label': 'Save', hidden: true });
  const button = el(
    'button',
    { type: 'button', class: 'narrow-button', 'aria-expanded': 'false', 'aria-controls': 'save-listed' },
    'Save',
  );
  let isOpen = false;
  let asked: string | null = null;

  const refresh = () => {
    button.hidden = asked === null;
    button.setAttribute('aria-expanded', String(isOpen));
    element.hidden = asked === null || !isOpen;
    if (asked === null || !isOpen) return;
    const papers = listed();
    element.replaceChildren(
      el('p', { class: 'narrow-title' }, `${count(papers.length, 'listed paper')} as a file`),
      exportButtons(Uint32Array.from(papers.keys()), (at) => papers[at]!.id, asked),
    );
  };
  button.addEventListener('click', () => {
    isOpen = !isOpen;
    refresh();
  });
  return {
    button,
    element,
    show(query) {
      asked = query;
      refresh();
    },
  };
}
