/** Buttons that export papers, to the clipboard or as a file that the browser downloads. */
import { bibtex, exportPapers } from '../app/api.ts';
import { announce, el } from './dom.ts';
import { formatCount } from './format.ts';
import { createErrorNotice } from './placeholders.ts';

/** How many milliseconds a button says 'Copied' after it was pressed. */
const COPIED_MS = 2000;

/**
 * Creates a button that copies a text to the clipboard. If the browser does not allow that, the text is shown so that
 * the user can copy it.
 *
 * @param text makes the text when the button is pressed
 * @param fallback the element in which the text, or an error, is shown
 */
export function createCopyButton(label: string, text: () => Promise<string>, fallback: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, label);
  const copy = async () => {
    try {
      const content = await text();
      fallback.replaceChildren();
      if (!(await writeToClipboard(content))) show(content);
    } catch (error) {
      fallback.replaceChildren(createErrorNotice(error, copy));
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

/**
 * Turns a text into a slug: its words in lower case, without accents, joined by hyphens, and as many as fit into
 * `maxLength`.
 */
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

/** Makes the browser download a file. */
export function downloadFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(content);
  link.href = url;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  // The URL must stay valid for a while, because the download starts only after `click` has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * Creates a button that downloads papers as a BibTeX file.
 *
 * @param errors the element in which an error is shown
 */
export function createBibtexButton(label: string, ids: readonly string[], errors: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, label);
  const save = async () => {
    try {
      downloadFile('papers.bib', new Blob([await bibtex(ids)], { type: 'application/x-bibtex' }));
      errors.replaceChildren();
      announce('Exported');
    } catch (error) {
      errors.replaceChildren(createErrorNotice(error, () => void save()));
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

/** The most papers in one export, a limit of the server. */
const MAX_PAPERS = 5000;

/**
 * Names an export file: `paperfield-42-papers-robot-grasping.bib`.
 *
 * @param papers the number of papers in the file
 * @param subject what the papers are about; may be empty
 */
export function exportFileName(papers: number, subject: string, format: Format): string {
  const words = ['paperfield', String(papers), papers === 1 ? 'paper' : 'papers', slugify(subject)];
  return `${words.filter(Boolean).join('-')}.${EXTENSIONS[format]}`;
}

/**
 * Creates one download button per file format. The server makes the file.
 *
 * @param rows map rows of the papers, in the order of the file
 * @param subject what the papers are about, for the file name
 */
export function createExportButtons(rows: Uint32Array, idOf: (row: number) => string, subject: string): HTMLElement {
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
      errors.replaceChildren(createErrorNotice(error, () => void save(format, button)));
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
