/** One topic: its words and the papers at its centre. */
import type { TopicAnswer } from '../server/contract.ts';
import { append, el, onPress } from './dom.ts';
import type { Tags } from './tags.ts';
import { count } from './wording.ts';

export interface TopicInput {
  tags: Tags;
  href(id: string): string;
  open(id: string): void;
  point(id: string | null): void;
  find(query: string): void;
}

const KEYWORDS = 10;

function keyword(text: string, find: (query: string) => void): HTMLElement {
  const button = el('button', { type: 'button', class: 'word' }, text);
  button.title = `Search for ${text}`;
  button.addEventListener('click', () => find(text));
  return el('li', {}, button);
}

function central(paper: TopicAnswer['central'][number], rank: number, input: TopicInput): HTMLElement {
  const link = el('a', { class: 'hit-title', href: input.href(paper.id), dir: 'auto' }, paper.title);
  onPress(link, () => input.open(paper.id));
  const number = el('span', { class: 'rank on-map', 'aria-hidden': 'true' }, String(rank));
  const item = el('li', { class: 'hit' }, number, link);
  for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => input.point(paper.id));
  for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => input.point(null));
  return item;
}

export function showTopic(host: HTMLElement, topic: TopicAnswer | undefined, input: TopicInput): void {
  host.replaceChildren();
  if (!topic) {
    append(
      host,
      el('h2', { class: 'paper-title', tabindex: -1 }, 'No such topic'),
      el(
        'p',
        { class: 'quiet' },
        'This snapshot has no topic with that number. Topics can change when papers are added.',
      ),
    );
    return;
  }
  const title = el('h2', { class: 'topic-title', tabindex: -1 }, input.tags.dot(topic.id), el('span', {}, topic.name));
  append(
    host,
    title,
    el('p', { class: 'quiet' }, count(topic.size, 'paper')),
    el('h3', { class: 'section-title' }, 'Words that tell it apart'),
    el('ul', { class: 'words' }, ...topic.keywords.slice(0, KEYWORDS).map(({ text }) => keyword(text, input.find))),
    el('h3', { class: 'section-title' }, 'At its centre'),
    el('ol', { class: 'hits' }, ...topic.central.map((paper, i) => central(paper, i + 1, input))),
  );
}
