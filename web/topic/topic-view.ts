/** A topic's own page: where it stands among the topics, what it is about, how it grows, its papers and its neighbors. */
import type { TopicDetailAnswer } from '../../server/schemas/topics.ts';
import { isRefused } from '../app/api.ts';
import type { Atlas } from '../app/map-data.ts';
import { bones, trouble } from '../paper/hit-list.ts';
import type { Library } from '../paper/paper-cache.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { growthWords, monthBars } from './topic-history.ts';
import { neighborRow, type TopicRowsInput, topicLink, topicRow } from './topic-list.ts';
import { createOutline } from './topic-outline.ts';
import { createTopicPapers, type TopicOrder, type TopicPapers, type TopicPapersInput } from './topic-papers.ts';

export interface TopicInput extends TopicPapersInput, TopicRowsInput {
  atlas: Atlas;
  library: Library;
  /** The date of the newest paper; null where none has one. */
  newest: string | null;
  find(query: string): void;
  hrefOf(query: string): string;
  /** A way to more of a topic; null where there is none. */
  door(topic: number): HTMLElement | null;
  /** The topic's name is known, and stands there. */
  shown(name: string): void;
}

export interface TopicPage extends Pick<TopicPapers, 'listed' | 'light' | 'focus'> {
  /** Shows a topic; null does nothing. */
  show(topic: number | null, order: TopicOrder): void;
  /** Of the topic that is shown; null until it is there. */
  name(): string | null;
}

const NEIGHBORS = 5;

export function createTopicPage(host: HTMLElement, input: TopicInput): TopicPage {
  const papers = createTopicPapers(input);
  const above = el('div', {});
  const below = el('div', {});
  host.append(above, papers.element, below);
  let showing: number | null = null;
  let name: string | null = null;
  const isKnown = (id: number) => input.atlas.tree.topic(id) !== undefined;
  const arrived = (words: string) => {
    name = words;
    input.shown(words);
  };

  const load = async (id: number) => {
    try {
      const topic = await input.library.topic(id);
      if (showing !== id) return;
      above.replaceChildren(...headOf(topic, input), ...bodyOf(topic, input));
      below.replaceChildren(...aroundOf(topic, input));
      papers.element.hidden = !isKnown(id);
      arrived(topic.name);
    } catch (error) {
      if (showing !== id) return;
      papers.element.hidden = true;
      above.replaceChildren(
        el(
          'h2',
          { class: 'topic-title', tabindex: -1 },
          isRefused(error) ? 'No such topic' : 'The topic could not be had',
        ),
        el(
          'p',
          { class: 'quiet' },
          isRefused(error) && 'Topics can change when papers are added. The first view has all there are.',
        ),
        trouble(error, () => start(id)),
      );
      arrived(isRefused(error) ? 'No such topic' : 'A topic');
    }
  };
  const start = (id: number) => {
    name = null;
    // All of it comes at once: what stood here sooner would be pushed down by what comes above it.
    above.replaceChildren(bones(6));
    below.replaceChildren();
    papers.element.hidden = true;
    void load(id);
  };

  return {
    show(id, order) {
      if (id === null) return;
      const isNew = id !== showing;
      showing = id;
      if (isNew) start(id);
      if (isKnown(id)) papers.show(id, order);
    },
    name: () => name,
    listed: papers.listed,
    light: papers.light,
    focus: papers.focus,
  };
}

function titleOf(topic: { id: number; name: string }, { tags }: TopicInput): HTMLElement {
  return el('h2', { class: 'topic-title', tabindex: -1 }, tags.dot(topic.id), el('span', {}, topic.name));
}

function headOf(topic: TopicDetailAnswer, input: TopicInput): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (topic.path.length > 0) {
    const steps = topic.path.map((one) => el('li', {}, topicLink(one, '', input, el('span', {}, one.name))));
    parts.push(el('nav', { class: 'trail', 'aria-label': 'Part of' }, el('ol', {}, ...steps)));
  }
  const growth = growthWords(topic.growth);
  const door = input.door(topic.id);
  const facts = el('p', { class: 'topic-facts' }, count(topic.size, 'paper'), door && ' · ', door);
  parts.push(titleOf(topic, input), facts);
  if (topic.name !== topic.generatedName) {
    parts.push(el('p', { class: 'quiet small' }, `You named it. By its papers: ${topic.generatedName}.`));
  }
  if (growth) parts.push(el('p', { class: 'topic-growth' }, `${growth}.`));
  return parts;
}

function bodyOf(topic: TopicDetailAnswer, input: TopicInput): HTMLElement[] {
  const words = topic.keywords.map(({ text, weight }) => {
    const link = el('a', { class: 'word weighed', href: input.hrefOf(text) }, text);
    link.style.setProperty('--weight', String(weight));
    append(link, el('span', { class: 'unseen' }, ` (weight ${weight.toFixed(2)})`));
    onPress(link, () => input.find(text));
    return el('li', {}, link);
  });
  const parts = [sentenceOf(topic, input), monthBars(topic, input.newest)].filter((part) => part !== null);
  if (words.length > 0) {
    parts.push(
      el('h3', { class: 'section-title' }, 'Words that tell it apart'),
      el('ul', { class: 'words' }, ...words),
    );
  }
  return parts;
}

/** The sentence that says best what it is about, which leads to the paper that says it. */
function sentenceOf({ sentence }: TopicDetailAnswer, input: TopicInput): HTMLElement | null {
  if (!sentence) return null;
  const link = el('a', { href: input.href(sentence.id) }, 'from this paper');
  onPress(link, () => input.open(sentence.id));
  for (const event of ['pointerenter', 'focus']) link.addEventListener(event, () => input.point(sentence.id));
  for (const event of ['pointerleave', 'blur']) link.addEventListener(event, () => input.point(null));
  const quote = el('blockquote', { dir: 'auto' });
  appendMarked(quote, sentence.text);
  return el('figure', { class: 'told' }, quote, el('figcaption', { class: 'small' }, link));
}

function aroundOf(topic: TopicDetailAnswer, input: TopicInput): HTMLElement[] {
  const around: HTMLElement[] = [];
  if (topic.subtopics.length > 0) {
    const rows = topic.subtopics.map((part) => el('li', {}, topicRow(part, input)));
    around.push(el('h3', { class: 'section-title' }, 'Its parts'), el('ul', { class: 'topic-rows' }, ...rows));
  }
  if (topic.siblings.length > 0) {
    const rows = topic.siblings.slice(0, NEIGHBORS).map((other) => neighborRow(topic, other, input));
    around.push(el('h3', { class: 'section-title' }, 'Nearest topics'), el('ul', { class: 'topic-rows' }, ...rows));
  }
  const { tree } = input.atlas;
  const outline = createOutline({
    label: 'All topics',
    tree,
    dot: input.tags.dot,
    href: input.hrefOfTopic,
    open: input.openTopic,
    point: input.pointTopic,
    current: topic.id,
    opened: new Set(tree.pathTo(topic.id).map(({ id }) => id)),
  });
  around.push(el('details', { class: 'all-topics' }, el('summary', {}, 'Among all topics'), outline));
  return around;
}
