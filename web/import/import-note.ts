/** What an import did, kept while the page loads anew and shown once. */
import { el } from '../ui/dom.ts';
import { createIcon } from '../ui/icons.ts';

/** The key in sessionStorage. */
const NOTE_KEY = 'paperfield-imported';

export function keepImportNote(text: string): void {
  try {
    sessionStorage.setItem(NOTE_KEY, text);
  } catch {
    // Storage is forbidden: the new papers are shown without the note.
  }
}

/** Shows once what the import did after which the page was loaded anew. */
export function showImportNote(host: HTMLElement): void {
  let text: string | null = null;
  try {
    text = sessionStorage.getItem(NOTE_KEY);
    sessionStorage.removeItem(NOTE_KEY);
  } catch {
    // Without storage there is no note.
  }
  if (text === null) return;
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Dismiss' }, createIcon('close'));
  const note = el('div', { class: 'import-note', role: 'status' }, el('span', {}, text), close);
  close.addEventListener('click', () => note.remove());
  host.append(note);
}
