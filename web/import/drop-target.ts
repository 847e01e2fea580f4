/** Lets files be dropped anywhere on the page. */
import { el } from '../ui/dom.ts';

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
