/** Papers as a file of BibTeX, saved by a press. */
import { bibtex } from '../api.ts';
import { announce, el } from '../dom.ts';
import { trouble } from '../papers/hit-list.ts';

/** @param place where it is said what went wrong */
export function bibtexButton(words: string, ids: readonly string[], place: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, words);
  const save = async () => {
    try {
      const text = await bibtex(ids);
      const address = URL.createObjectURL(new Blob([text], { type: 'application/x-bibtex' }));
      const link = el('a', { href: address, download: 'papers.bib' });
      link.click();
      URL.revokeObjectURL(address);
      place.replaceChildren();
      announce('Saved');
    } catch (error) {
      place.replaceChildren(trouble(error, () => void save()));
    }
  };
  button.addEventListener('click', () => void save());
  return button;
}
