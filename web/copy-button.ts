/** A button that puts a text on the clipboard, and says so. Where that is not allowed it shows the text to take by hand. */
import { announce, el } from './dom.ts';

const SAID_MS = 2000;

/** @param place where the text is shown if it cannot be copied */
export function copyButton(words: string, text: () => string, place: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, words);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
      announce('Copied');
      setTimeout(() => {
        button.textContent = words;
      }, SAID_MS);
    } catch {
      const area = el('textarea', { class: 'to-copy', readonly: true, rows: 8, 'aria-label': 'Text to copy' });
      area.value = text();
      place.replaceChildren(area);
      area.select();
    }
  });
  return button;
}
