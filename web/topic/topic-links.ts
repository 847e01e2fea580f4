/**
 * Elements for topics in other views: a colored dot, a tag, a link, a row of a list, and a comparison of two topics.
 */
import type { CompareTopicsResponse, TopicResponse } from '../../server/schemas/topics.ts';
import { compareTopics } from '../app/api.ts';
import type { MapData } from '../app/map-data.ts';
import { OUTLIER_TONE, toneCssColor } from '../map/color/palette.ts';
import { appendHighlightedText } from '../text/highlighted-text.ts';
import { append, el, onHoverOrFocus, onPlainClick } from '../ui/dom.ts';
import { formatNumber } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { formatShare, similarityText } from './topic-share-by-month.ts';

/** Creates dots and tags of topics. */
export interface TopicTags {
  /** Creates a dot in the color of a topic; gray for null. */
  dot(topic: number | null): HTMLElement;
  /** Creates a tag of a topic (dot and name) that is not clickable; null for an unknown topic. */
  label(topic: number | null): HTMLElement | null;
  /** Creates a tag of a topic of any level. A click opens the topic. null for an unknown topic. */
  ofTopic(topic: number): HTMLElement | null;
  /** Creates a clickable tag of the paper's topic on the shown level; null if the paper is in none. */
  ofPaper(id: string): HTMLElement | null;
}

/**
 * Creates an object that makes dots and tags of topics.
 *
 * @param open called with a topic when its tag is clicked
 */
export function createTopicTags(mapData: MapData, open: (topic: number) => void): TopicTags {
  const dot = (topic: number | null) => {
    const tone = topic === null ? OUTLIER_TONE : mapData.toneOf(topic);
    // A topic above the shown level has no color of its own, because its subtopics have several colors.
    const element = el('span', { class: tone === null ? 'dot many' : 'dot', 'aria-hidden': 'true' });
    element.style.setProperty('--tone-light', toneCssColor(tone ?? OUTLIER_TONE, 'light'));
    element.style.setProperty('--tone-dark', toneCssColor(tone ?? OUTLIER_TONE, 'dark'));
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

/** What links to topics and papers do. */
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

/** Creates a link to a topic. While the link is hovered or focused, the topic is highlighted on the map. */
export function createTopicLink(
  topic: NamedTopic,
  className: string,
  input: TopicLinkInput,
  ...content: HTMLElement[]
) {
  const link = el('a', { class: className, href: input.topicHref(topic.id) }, ...content);
  onPlainClick(link, () => input.openTopic(topic.id));
  onHoverOrFocus(
    link,
    () => input.hoverTopic(topic.id),
    () => input.hoverTopic(null),
  );
  return link;
}

/** Creates a row of a list of topics: dot, name, optionally a note, and the number of papers. */
export function createTopicRow(topic: NamedTopic & { size: number }, input: TopicLinkInput, note = ''): HTMLElement {
  return createTopicLink(
    topic,
    'topic-row',
    input,
    input.topicTags.dot(topic.id),
    el('span', { class: 'topic-row-name' }, topic.name),
    el('span', { class: 'topic-row-size' }, note && `${note} · `, formatNumber(topic.size)),
  );
}

/**
 * Creates a list entry for a topic related to `topic`. It contains a comparison of the two, which is loaded when the
 * user opens it.
 */
export function createRelatedTopicRow(
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
    body.replaceChildren(createSkeleton(1));
    try {
      body.replaceChildren(...comparison(await compareTopics(topic.id, other.id), input));
    } catch (error) {
      body.replaceChildren(createErrorNotice(error, load));
    }
  };
  details.addEventListener('toggle', () => details.open && !isRequested && void load());
  return el('li', {}, createTopicRow(other, input, similarityText(other.similarity)), details);
}

function comparison(
  { a, b, sharedKeywords, interTopicEdgeShare }: CompareTopicsResponse,
  input: TopicLinkInput,
): HTMLElement[] {
  const terms = sharedKeywords.map(({ text }) => text).join(', ');
  const bridges = [...a.nearestToOther.slice(0, 2), ...b.nearestToOther.slice(0, 2)].map((paper) => {
    const link = el('a', { href: input.paperHref(paper.id), dir: 'auto' });
    appendHighlightedText(link, paper.title);
    onPlainClick(link, () => input.openPaper(paper.id));
    onHoverOrFocus(
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
