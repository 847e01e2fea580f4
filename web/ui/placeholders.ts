/** Placeholders for content: a skeleton while content is loading, and an error notice if loading failed. */
import { ApiError, errorMessage } from '../app/api.ts';
import { el } from './dom.ts';

/** Creates gray bars in the shape of `n` list entries. */
export function createSkeleton(n: number): HTMLElement {
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

/**
 * Creates a notice with the message of an error and a button 'Try again'. For a 404 there is no button, because
 * retrying does not help.
 */
export function createErrorNotice(error: unknown, retry: () => void): HTMLElement {
  const notice = el('div', { class: 'error-notice', role: 'alert' }, el('p', {}, errorMessage(error)));
  if (error instanceof ApiError && error.status === 404) return notice;
  const button = el('button', { type: 'button', class: 'button' }, 'Try again');
  button.addEventListener('click', retry);
  notice.append(button);
  return notice;
}
