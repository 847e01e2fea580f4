/** How to ask, in a popover beside the search field: the keys of docs/queries.md that people write, each with an example. */
import { append, byId, el } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

export const examples: readonly (readonly [written: string, meaning: string])[] = [
  ['"reversal curse"', 'these words together'],
  ['transf*', 'words that begin so'],
  ['-survey', 'none with this word'],
  ['since:2025-01', 'from that time on'],
  ['until:2024', 'to the end of that time'],
  ['like:2501.12948', 'papers like that one, by its id'],
  ['not:2501.12948', 'papers unlike it'],
  ['topic:3', 'of a topic: number or name'],
  ['org:"Google DeepMind"', 'of an organization'],
  ['author:"Geoffrey Hinton"', 'of an author: name or part of it'],
  ['category:cs.CL', 'of a category'],
  ['has:code', 'with code'],
  ['authors:<=2', 'at most two authors'],
  ['comments:>5', 'more than five comments'],
  ['sort:date', 'the newest first'],
];

export function createQueryHelp(): void {
  const popover = byId('query-help', HTMLElement);
  const title = el('h2', { id: 'query-help-title', tabindex: -1, autofocus: true }, 'How to ask');
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Close' });
  close.appendChild(icon('close'));
  close.addEventListener('click', () => popover.hidePopover());
  const list = el('dl', { class: 'help-keys' });
  for (const [written, meaning] of examples) {
    append(list, el('dt', {}, el('code', {}, written)), el('dd', {}, meaning));
  }
  append(
    popover,
    el('div', { class: 'help-head' }, title, close),
    el(
      'p',
      { class: 'quiet' },
      'Write what you look for, or paste a title or an abstract. Add any of these, no space after the colon; names and ids are offered as you type:',
    ),
    list,
    el('p', { class: 'quiet small' }, 'Everything must hold. A minus leaves out: ', el('code', {}, '-topic:3'), '.'),
    el(
      'p',
      { class: 'quiet small' },
      'Strong, possible or weak says how sure it is that a paper is about the question: strong is closer than the answers to 99 in 100 unrelated questions, possible than 90.',
    ),
  );
}
