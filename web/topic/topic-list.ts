/** Other topics as links in rows: the parts of a topic, and its neighbors with what they share. */
import type { CompareAnswer, TopicDetailAnswer } from '../../server/schemas/topics.ts';
import { compareTopics } from '../app/api.ts';
import { bones, trouble } from '../paper/hit-list.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { grouped } from '../ui/format.ts';
import { nearnessWords, percent } from './topic-history.ts';
import type { Tags } from './topic-tags.ts';

export interface TopicRowsInput {
  tags: Tags;
  hrefOfTopic(topic: number): string;
  openTopic(topic: number): void;
  pointTopic(topic: number | null): void;
  href(id: string): string;
  open(id: string): void;
  point(id: string | null): void;
}

type Named = Pick<TopicDetailAnswer, 'id' | 'name'>;

/** A topic's name as a link, which lights it on the map. */
export function topicLink(topic: Named, look: string, input: TopicRowsInput, ...more: HTMLElement[]) {
  const link = el('a', { class: look, href: input.hrefOfTopic(topic.id) }, ...more);
  onPress(link, () => input.openTopic(topic.id));
  for (const event of ['pointerenter', 'focus']) link.addEventListener(event, () => input.pointTopic(topic.id));
  for (const event of ['pointerleave', 'blur']) link.addEventListener(event, () => input.pointTopic(null));
  return link;
}

export function topicRow(topic: Named & { size: number }, input: TopicRowsInput, note = ''): HTMLElement {
  return topicLink(
    topic,
    'topic-row',
    input,
    input.tags.dot(topic.id),
    el('span', { class: 'topic-row-name' }, topic.name),
    el('span', { class: 'topic-row-size' }, note && `${note} · `, grouped(topic.size)),
  );
}

/** A neighbor, and on demand what it shares with the topic: words, and the papers of either that stand nearest the other. */
export function neighborRow(
  topic: TopicDetailAnswer,
  other: TopicDetailAnswer['siblings'][number],
  input: TopicRowsInput,
): HTMLElement {
  const body = el('div', { class: 'between' });
  const details = el(
    'details',
    { class: 'topic-between' },
    el('summary', {}, 'Between them', el('span', { class: 'unseen' }, `: ${topic.name} and ${other.name}`)),
    body,
  );
  let asked = false;
  const load = async () => {
    asked = true;
    body.replaceChildren(bones(1));
    try {
      body.replaceChildren(...betweenOf(await compareTopics(topic.id, other.id), input));
    } catch (error) {
      body.replaceChildren(trouble(error, load));
    }
  };
  details.addEventListener('toggle', () => details.open && !asked && void load());
  return el('li', {}, topicRow(other, input, nearnessWords(other.similarity)), details);
}

function betweenOf({ a, b, sharedKeywords, crossing }: CompareAnswer, input: TopicRowsInput): HTMLElement[] {
  const words = sharedKeywords.map(({ text }) => text).join(', ');
  const bridges = [...a.bridges.slice(0, 2), ...b.bridges.slice(0, 2)].map((paper) => {
    const link = el('a', { href: input.href(paper.id), dir: 'auto' });
    appendMarked(link, paper.title);
    onPress(link, () => input.open(paper.id));
    for (const event of ['pointerenter', 'focus']) link.addEventListener(event, () => input.point(paper.id));
    for (const event of ['pointerleave', 'blur']) link.addEventListener(event, () => input.point(null));
    return el('li', {}, link);
  });
  const said = el(
    'p',
    { class: 'quiet small' },
    `Of the papers nearest to those of either, ${percent(crossing)} are in the other. `,
  );
  append(said, words ? `Both speak of ${words}.` : 'They share none of their telling words.');
  return bridges.length === 0 ? [said] : [said, el('ul', { class: 'bridges' }, ...bridges)];
}
