/** Buttons that export papers: to the clipboard, or as a file that the browser saves. */
import { bibtex, exportPapers } from '../app/api.ts';
import { announce, el } from './dom.ts';
import { formatCount } from './format.ts';
import { errorNotice } from './placeholders.ts';

/** How long a button says 'Copied'. */
const COPIED_MS = 2000;

/**
 * A button that copies a text. Where the clipboard may not be written, the text is shown for copying by hand.
 *
 * @param fallback where the text, or an error, is shown
 */
export function copyButton(label: string, text: () => Promise<string>, fallback: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, label);
  const copy = async () => {
    try {
      const content = await text();
      fallback.replaceChildren();
      if (!(await writeToClipboard(content))) show(content);
    } catch (error) {
      fallback.replaceChildren(errorNotice(error, copy));
    }
  };
  const writeToClipboard = async (content: string) => {
    try {
      await navigator.clipboard.writeText(content);
    } catch {
      return false;
    }
    button.textContent = 'Copied';
    announce('Copied');
    setTimeout(() => {
      button.textContent = label;
    }, COPIED_MS);
    return true;
  };
  const show = (content: string) => {
    const area = el('textarea', { class: 'copy-text', readonly: true, rows: 8, 'aria-label': 'Text to copy' });
    area.value = content;
    fallback.replaceChildren(area);
    area.select();
  };
  button.addEventListener('click', () => void copy());
  return button;
}

/** Lower-case letters and digits of a text, words joined by hyphens, cut at a word. */
export function slugify(text: string, maxLength = 40): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  let slug = '';
  for (const word of words ?? []) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > maxLength) break;
    slug = longer;
  }
  return slug;
}

/** Has the browser save a file. */
export function downloadFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(content);
  link.href = url;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  // The download starts after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * A button that saves papers as a BibTeX file.
 *
 * @param errors where an error is shown
 */
export function bibtexButton(label: string, ids: readonly string[], errors: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, label);
  const save = async () => {
    try {
      downloadFile('papers.bib', new Blob([await bibtex(ids)], { type: 'application/x-bibtex' }));
      errors.replaceChildren();
      announce('Exported');
    } catch (error) {
      errors.replaceChildren(errorNotice(error, () => void save()));
    }
  };
  button.addEventListener('click', () => void save());
  return button;
}

const FORMATS = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
] as const;
type Format = (typeof FORMATS)[number][0];

const EXTENSIONS: Readonly<Record<Format, string>> = { csv: 'csv', json: 'json', bibtex: 'bib', ris: 'ris' };

/** The server's limit for one export. */
const MAX_PAPERS = 5000;

/** `paperfield-42-papers-robot-grasping.bib`. @param subject what the papers are about; may be empty */
export function exportFileName(papers: number, subject: string, format: Format): string {
  const words = ['paperfield', String(papers), papers === 1 ? 'paper' : 'papers', slugify(subject)];
  return `${words.filter(Boolean).join('-')}.${EXTENSIONS[format]}`;
}

/**
 * One button for each file format; the server makes the file.
 *
 * @param rows the papers, in the order of the file
 * @param subject what they are about, for the file name
 */
export function exportButtons(rows: Uint32Array, idOf: (row: number) => string, subject: string): HTMLElement {
  const buttons = el('div', { class: 'actions', role: 'group', 'aria-label': 'File format' });
  const errors = el('div', {});
  const save = async (format: Format, button: HTMLButtonElement) => {
    button.disabled = true;
    errors.replaceChildren();
    try {
      const ids = Array.from(rows.subarray(0, MAX_PAPERS), idOf);
      downloadFile(exportFileName(ids.length, subject, format), await exportPapers(ids, format));
      announce(`Exported ${formatCount(ids.length, 'paper')}.`);
    } catch (error) {
      errors.replaceChildren(errorNotice(error, () => void save(format, button)));
    }
    button.disabled = false;
  };
  for (const [format, label] of FORMATS) {
    const button = el('button', { type: 'button', class: 'button', title: `Export as ${label}` }, label);
    button.addEventListener('click', () => void save(format, button));
    buttons.appendChild(button);
  }
  const limit = rows.length > MAX_PAPERS && `Only the first ${formatCount(MAX_PAPERS, 'paper')} are exported.`;
  return el('div', { class: 'exports' }, buttons, limit && el('p', { class: 'muted small' }, limit), errors);
}
