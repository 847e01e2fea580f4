/** What the page has of adding papers while the dialog is not loaded: where files are dropped, and what was added last. */
import { el } from '../ui/dom.ts';
import { createIcon } from '../ui/icons.ts';

/**
 * Shows where files that are dragged over the page will go, and takes them when they are dropped.
 *
 * @param drop called with the files; folders that were dropped with them are left out
 */
export function installDropTarget(drop: (files: readonly File[]) => void): void {
  const overlay = el('div', { class: 'drop-overlay', hidden: true }, el('p', {}, 'Drop files to add papers'));
  // Within a modal dialog, only what is on top of it is seen.
  overlay.popover = 'manual';
  document.body.append(overlay);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  const show = (isShown: boolean) => {
    overlay.hidden = !isShown;
    if (isShown !== overlay.matches(':popover-open')) overlay.togglePopover(isShown);
  };
  document.addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(true);
  });
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  document.addEventListener('dragleave', (event) => {
    // Only when the pointer leaves the window is there no element that it enters.
    if (event.relatedTarget === null) show(false);
  });
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    const files = filesOf(event.dataTransfer);
    if (files.length > 0) drop(files);
  });
}

function filesOf(transfer: DataTransfer | null): File[] {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  // A folder also counts as a file, which cannot be read.
  return items.flatMap((item) => (item.webkitGetAsEntry?.()?.isDirectory ? [] : (item.getAsFile() ?? [])));
}

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
