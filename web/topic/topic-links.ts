/** Topics as they appear in other views: a colored dot, a tag, a link in a row, and a comparison of two. */
import type { CompareTopicsResponse, TopicResponse } from '../../server/schemas/topics.ts';
import { compareTopics } from '../app/api.ts';
import type { MapData } from '../app/map-data.ts';
import { OUTLIER_TONE, toneCss } from '../map/color/palette.ts';
import { appendHighlighted } from '../text/highlighted-text.ts';
import { append, el, onHover, onPress } from '../ui/dom.ts';
import { formatNumber } from '../ui/format.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';
import { formatShare, similarityText } from './topic-history.ts';

export interface TopicTags {
  /** A dot in the topic's color; gray for null. */
  dot(topic: number | null): HTMLElement;
  /** Dot and name, not clickable; null for an unknown topic. */
  label(topic: number | null): HTMLElement | null;
  /** Dot and name of a topic of any level, which opens when clicked; null for an unknown topic. */
  ofTopic(topic: number): HTMLElement | null;
  /** As `ofTopic`, for the topic of a paper on the shown level; null if the paper is in none. */
  ofPaper(id: string): HTMLElement | null;
}

export function createTopicTags(mapData: MapData, open: (topic: number) => void): TopicTags {
  const dot = (topic: number | null) => {
    const tone = topic === null ? OUTLIER_TONE : mapData.toneOf(topic);
    // A topic above the shown level has no color of its own: its papers have several.
    const element = el('span', { class: tone === null ? 'dot many' : 'dot', 'aria-hidden': 'true' });
    element.style.setProperty('--tone-light', toneCss(tone ?? OUTLIER_TONE, 'light'));
    element.style.setProperty('--tone-dark', toneCss(tone ?? OUTLIER_TONE, 'dark'));
    return element;
  };
  const ofTopic = (id: number) => {
    const topic = mapData.tree.topic(id);
    if (!topic) return null;
    const button = el('button', { type: 'button', class: 'tag' }, dot(id), el('span', {}, topic.name));
    button.title = `Topic: ${topic.name}`;
    button.addEventListener('click', () => open(id));
    return button;
  };
  return {
    dot,
    label(id) {
      const topic = mapData.topic(id);
      return topic ? el('span', { class: 'tag' }, dot(id), el('span', {}, topic.name)) : null;
    },
    ofTopic,
    ofPaper(id) {
      const topic = mapData.topicOf(id);
      return topic === null ? null : ofTopic(topic);
    },
  };
}

export interface TopicLinkInput {
  topicTags: TopicTags;
  topicHref(topic: number): string;
  openTopic(topic: number): void;
  hoverTopic(topic: number | null): void;
  paperHref(id: string): string;
  openPaper(id: string): void;
  hoverPaper(id: string | null): void;
}

type NamedTopic = Pick<TopicResponse, 'id' | 'name'>;

/** A link to a topic, which highlights the topic on the map while it is hovered or focused. */
export function topicLink(topic: NamedTopic, className: string, input: TopicLinkInput, ...content: HTMLElement[]) {
  const link = el('a', { class: className, href: input.topicHref(topic.id) }, ...content);
  onPress(link, () => input.openTopic(topic.id));
  onHover(
    link,
    () => input.hoverTopic(topic.id),
    () => input.hoverTopic(null),
  );
  return link;
}

/** A topic as a row: dot, name, a note if there is one, and the number of papers. */
export function topicRow(topic: NamedTopic & { size: number }, input: TopicLinkInput, note = ''): HTMLElement {
  return topicLink(
    topic,
    'topic-row',
    input,
    input.topicTags.dot(topic.id),
    el('span', { class: 'topic-row-name' }, topic.name),
    el('span', { class: 'topic-row-size' }, note && `${note} · `, formatNumber(topic.size)),
  );
}

/** A related topic as a row, with a comparison that loads when it is opened. */
export function relatedTopicRow(
  topic: TopicResponse,
  other: TopicResponse['relatedTopics'][number],
  input: TopicLinkInput,
): HTMLElement {
  const body = el('div', { class: 'comparison-body' });
  const details = el(
    'details',
    { class: 'comparison' },
    el('summary', {}, 'Compare', el('span', { class: 'visually-hidden' }, `: ${topic.name} and ${other.name}`)),
    body,
  );
  let isRequested = false;
  const load = async () => {
    isRequested = true;
    body.replaceChildren(skeleton(1));
    try {
      body.replaceChildren(...comparison(await compareTopics(topic.id, other.id), input));
    } catch (error) {
      body.replaceChildren(errorNotice(error, load));
    }
  };
  details.addEventListener('toggle', () => details.open && !isRequested && void load());
  return el('li', {}, topicRow(other, input, similarityText(other.similarity)), details);
}

function comparison(
  { a, b, sharedKeywords, interTopicEdgeShare }: CompareTopicsResponse,
  input: TopicLinkInput,
): HTMLElement[] {
  const terms = sharedKeywords.map(({ text }) => text).join(', ');
  const bridges = [...a.nearestToOther.slice(0, 2), ...b.nearestToOther.slice(0, 2)].map((paper) => {
    const link = el('a', { href: input.paperHref(paper.id), dir: 'auto' });
    appendHighlighted(link, paper.title);
    onPress(link, () => input.openPaper(paper.id));
    onHover(
      link,
      () => input.hoverPaper(paper.id),
      () => input.hoverPaper(null),
    );
    return el('li', {}, link);
  });
  const text = el(
    'p',
    { class: 'muted small' },
    `${formatShare(interTopicEdgeShare)} of their papers’ closest papers are in the other topic. `,
  );
  append(text, terms ? `Shared terms: ${terms}.` : 'No distinctive terms in common.');
  return bridges.length === 0 ? [text] : [text, el('ul', { class: 'bridges' }, ...bridges)];
}
