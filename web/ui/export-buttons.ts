import { bibtex, exportPapers } from '../app/api.ts';
import { trouble } from '../paper/hit-list.ts';
import { announce, el } from './dom.ts';
import { count } from './format.ts';

/** Files that the page hands over: made here or by the server, saved under a name that says what they hold. */

/** Letters and digits of a text in small letters, joined by hyphens; at most so many. */
export function fileWords(text: string, most = 40): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  let name = '';
  for (const word of words ?? []) {
    const longer = name === '' ? word : `${name}-${word}`;
    if (longer.length > most) break;
    name = longer;
  }
  return name;
}

/** Has the browser save a file. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(content);
  link.href = address;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  // A download begins after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Papers as a file of BibTeX, saved by a press. */

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

/** Selected papers as a file: CSV, JSON, BibTeX or RIS, made by the server. */

const formats = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
] as const;
type Format = (typeof formats)[number][0];

const endings: Readonly<Record<Format, string>> = { csv: 'csv', json: 'json', bibtex: 'bib', ris: 'ris' };

/** As many papers a file holds. */
const MOST = 5000;

/** `paperfield-42-papers-robot-grasping.bib`. @param about what most of them are about; may be empty */
export function exportName(papers: number, about: string, format: Format): string {
  const words = ['paperfield', String(papers), papers === 1 ? 'paper' : 'papers', fileWords(about)];
  return `${words.filter(Boolean).join('-')}.${endings[format]}`;
}

/** @param rows the papers, in the order in which the file is to hold them */
export function exportButtons(rows: Uint32Array, idOf: (row: number) => string, about: string): HTMLElement {
  const row = el('div', { class: 'actions', role: 'group', 'aria-label': 'Save as a file' });
  const below = el('div', {});
  const save = async (format: Format, button: HTMLButtonElement) => {
    button.disabled = true;
    below.replaceChildren();
    try {
      const some = Array.from(rows.subarray(0, MOST), idOf);
      saveFile(exportName(some.length, about, format), await exportPapers(some, format));
      announce(`Saved ${count(some.length, 'paper')}.`);
    } catch (error) {
      below.replaceChildren(trouble(error, () => void save(format, button)));
    }
    button.disabled = false;
  };
  for (const [format, words] of formats) {
    const button = el('button', { type: 'button', class: 'button', title: `Save the papers as ${words}` }, words);
    button.addEventListener('click', () => void save(format, button));
    row.appendChild(button);
  }
  const limit = rows.length > MOST && `A file holds the first ${count(MOST, 'paper')} of them.`;
  return el('div', { class: 'exports' }, row, limit && el('p', { class: 'quiet small' }, limit), below);
}
