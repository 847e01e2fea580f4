/** A button that puts a text on the clipboard, and says so. Where that is not allowed it shows the text to take by hand. */

import { trouble } from '../paper/hit-list.ts';
import { announce, el } from './dom.ts';

const SAID_MS = 2000;

/** @param place where the text is shown if it cannot be copied */
export function copyButton(words: string, text: () => Promise<string>, place: HTMLElement): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'button' }, words);
  const copy = async () => {
    try {
      const content = await text();
      place.replaceChildren();
      if (!(await putOnClipboard(content))) show(content);
    } catch (error) {
      place.replaceChildren(trouble(error, copy));
    }
  };
  const putOnClipboard = async (content: string) => {
    try {
      await navigator.clipboard.writeText(content);
    } catch {
      return false;
    }
    button.textContent = 'Copied';
    announce('Copied');
    setTimeout(() => {
      button.textContent = words;
    }, SAID_MS);
    return true;
  };
  const show = (content: string) => {
    const area = el('textarea', { class: 'to-copy', readonly: true, rows: 8, 'aria-label': 'Text to copy' });
    area.value = content;
    place.replaceChildren(area);
    area.select();
  };
  button.addEventListener('click', () => void copy());
  return button;
}
