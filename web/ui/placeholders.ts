/** Placeholders for content: a skeleton while it loads, and an error notice if loading failed. */
import { ApiError, errorMessage } from '../app/api.ts';
import { el } from './dom.ts';

/** Gray bars in the shape of `n` list entries. */
export function skeleton(n: number): HTMLElement {
  const block = el('div', { class: 'skeleton', 'aria-hidden': 'true' });
  for (let i = 0; i < n; i++) {
    block.appendChild(
      el(
        'div',
        { class: 'skeleton-hit' },
        el('span', { class: 'skeleton-line' }),
        el('span', { class: 'skeleton-line' }),
        el('span', { class: 'skeleton-line short' }),
      ),
    );
  }
  return block;
}

/** The error's message and a 'Try again' button; no button for a 404, where retrying does not help. */
export function errorNotice(error: unknown, retry: () => void): HTMLElement {
  const notice = el('div', { class: 'error-notice', role: 'alert' }, el('p', {}, errorMessage(error)));
  if (error instanceof ApiError && error.status === 404) return notice;
  const button = el('button', { type: 'button', class: 'button' }, 'Try again');
  button.addEventListener('click', retry);
  notice.append(button);
  return notice;
}
