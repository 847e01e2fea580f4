/** Search tips, in a popover beside the search field: the keys of docs/queries.md that people type, each with an example. */
import { append, byId, el } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

export const examples: readonly (readonly [query: string, meaning: string])[] = [
  ['"reversal curse"', 'exact phrase'],
  ['transf*', 'words starting so'],
  ['-survey', 'without this word'],
  ['since:2025-01', 'from this date on'],
  ['until:2024', 'through 2024'],
  ['like:2501.12948', 'similar to a paper'],
  ['not:2501.12948', 'unlike a paper'],
  ['topic:3', 'in a topic'],
  ['org:"Google DeepMind"', 'from an organization'],
  ['author:"Geoffrey Hinton"', 'by an author'],
  ['category:cs.CL', 'in a category'],
  ['has:code', 'with code'],
  ['authors:<=2', 'at most 2 authors'],
  ['comments:>5', 'over 5 comments'],
  ['sort:date', 'newest first'],
];

export function createSearchTips(): void {
  const popover = byId('search-tips', HTMLElement);
  const title = el('h2', { id: 'search-tips-title', tabindex: -1, autofocus: true }, 'Search tips');
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Close' });
  close.appendChild(icon('close'));
  close.addEventListener('click', () => popover.hidePopover());
  const list = el('dl', { class: 'tips-examples' });
  for (const [query, meaning] of examples) {
    append(list, el('dt', {}, el('code', {}, query)), el('dd', {}, meaning));
  }
  append(
    popover,
    el('div', { class: 'tips-head' }, title, close),
    el(
      'p',
      { class: 'muted' },
      'Describe what you are looking for, or paste a title or abstract. Narrow it down with any of these, without a space after the colon; names and IDs are suggested as you type:',
    ),
    list,
    el('p', { class: 'muted small' }, 'All conditions apply. Use – to exclude: ', el('code', {}, '-topic:3'), '.'),
    el(
      'p',
      { class: 'muted small' },
      'A strong match beats the best results of 99% of unrelated searches, a possible match those of 90%.',
    ),
  );
}
