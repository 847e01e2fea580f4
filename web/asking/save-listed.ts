/** The papers that an answer lists as a file, from the line above them. */
import { el } from '../dom.ts';
import { exportButtons } from '../selection/exports.ts';
import { count } from '../wording.ts';
import { createFold } from './fold.ts';

export interface SaveListed {
  /** Opens and closes the formats. */
  button: HTMLElement;
  element: HTMLElement;
  /** Other papers are listed; null: none are. */
  show(query: string | null): void;
}

/** @param listed the papers as they are listed when a file is asked for, in their order */
export function createSaveListed(listed: () => readonly { id: string }[]): SaveListed {
  const { button, element, isOpen, offer } = createFold('save-listed', 'Save', () => tell());
  let asked: string | null = null;

  const tell = () => {
    if (asked === null || !isOpen()) return;
    const papers = listed();
    element.replaceChildren(
      el('p', { class: 'narrow-title' }, `${count(papers.length, 'listed paper')} as a file`),
      exportButtons(Uint32Array.from(papers.keys()), (at) => papers[at]!.id, asked),
    );
  };
  return {
    button,
    element,
    show(query) {
      asked = query;
      offer(asked !== null);
      tell();
    },
  };
}
