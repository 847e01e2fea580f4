/** Selected papers as a file: CSV, JSON, BibTeX or RIS, made by the server. */
import { exportPapers } from '../api.ts';
import { announce, el } from '../dom.ts';
import { fileWords, saveFile } from '../downloads.ts';
import { trouble } from '../papers/hit-list.ts';
import { count } from '../wording.ts';

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
