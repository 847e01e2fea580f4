/** The view of one topic: its path in the hierarchy, key terms, history, papers, subtopics and related topics. */
import type { StatusResponse } from '../../server/schemas/status.ts';
import type { TopicPapersRequest, TopicPapersResponse, TopicResponse } from '../../server/schemas/topics.ts';
import { isAborted, isClientError, topicPapers } from '../app/api.ts';
import type { MapData } from '../app/map-data.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createHiddenGemsLink } from '../explore/entry-links.ts';
import { createHitList, type HitListInput, MAX_NUMBERED_PAPERS } from '../paper/hit-list.ts';
import { appendHighlightedText } from '../text/highlighted-text.ts';
import { announce, append, el, onHoverOrFocus, onPlainClick } from '../ui/dom.ts';
import { formatCount, formatNumber } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { createRelatedTopicRow, createTopicLink, createTopicRow } from './topic-links.ts';
import { createMonthShareChart, growthText } from './topic-share-by-month.ts';
import { createTopicTreeView } from './topic-tree-view.ts';

// The list of a topic's papers, which is loaded page by page in one of three orders.

/** The order of a topic's papers. */
export type TopicSort = TopicPapersRequest['sort'];

/** How many papers are shown at first. */
const FIRST_PAGE_SIZE = 5;
/** How many papers each press of 'Show more' adds. */
const PAGE_SIZE = 20;

/** The data and the callbacks of the list. */
export interface TopicPaperListInput extends Omit<HitListInput, 'isRanked' | 'hasSnippets'> {
  mapData: Pick<MapData, 'columns'>;
  columns: ViewInput['columns'];
  setSort(sort: TopicSort): void;
  /** Called with all listed papers whenever they have changed. */
  changed(papers: TopicPapersResponse['papers']): void;
}

/** The list of a topic's papers, as an element with methods. */
export interface TopicPaperList {
  element: HTMLElement;
  show(topic: number, sort: TopicSort): void;
  /** The papers that are listed so far. */
  listed(): readonly { id: string }[];
  highlight(id: string | null): void;
  focus(id: string): boolean;
}

const SORTS = [
  ['representative', 'Most representative'],
  ['date', 'Newest'],
  ['comments', 'Most discussed'],
  ['upvotes', 'Most upvoted'],
  ['citations', 'Most cited'],
] as const satisfies readonly (readonly [TopicSort, string])[];

function createTopicPaperList(input: TopicPaperListInput): TopicPaperList {
  let papers: TopicPapersResponse['papers'] = [];
  let shown: { topic: number; sort: TopicSort } | null = null;
  let request: AbortController | null = null;

  // All listed papers are in the topic of this view, so their tags show the subtopic instead.
  const subtopicTag = (id: string) => {
    const leaf = papers.find((paper) => paper.id === id)?.leafTopic;
    return leaf === undefined || leaf === shown?.topic ? null : input.topicTags.ofTopic(leaf);
  };
  const topicTags = { ...input.topicTags, ofPaper: subtopicTag };
  const list = createHitList({ ...input, topicTags, isRanked: true, hasSnippets: false });
  const heading = el('h3', { class: 'section-title' });
  const more = el('button', { type: 'button', class: 'button more' });
  const footer = el('div', {});
  const hasComments = input.mapData.columns.comments.some((comments) => comments >= 0);
  const hasNumbers = (column: string) => input.columns.some(({ name, type }) => name === column && type === 'number');
  const isKnown = (sort: TopicSort) =>
    sort === 'representative' || sort === 'date' || (sort === 'comments' && hasComments) || hasNumbers(sort);
  const radios = SORTS.filter(([value]) => isKnown(value)).map(([value, label]) => {
    const radio = el('input', { type: 'radio', name: 'topic-sort', value });
    radio.addEventListener('change', () => input.setSort(value));
    return { radio, label: el('label', {}, radio, el('span', {}, label)) };
  });
  const sortSwitch = el(
    'fieldset',
    { class: 'segmented topic-sort' },
    el('legend', { class: 'visually-hidden' }, 'Sort by'),
    ...radios.map(({ label }) => label),
  );
  const element = el('section', { 'aria-label': 'Papers' }, heading, sortSwitch, list.element, footer);

  const fetchPage = async ({ topic, sort }: { topic: number; sort: TopicSort }, offset: number) => {
    request?.abort();
    const current = new AbortController();
    request = current;
    if (offset === 0) footer.replaceChildren(createSkeleton(3));
    try {
      const limit = offset === 0 ? FIRST_PAGE_SIZE : PAGE_SIZE;
      const page = await topicPapers(topic, { sort, limit, offset }, current.signal);
      if (current !== request) return;
      papers = offset === 0 ? page.papers : [...papers, ...page.papers];
      list.show(page.papers, offset);
      heading.textContent = 'Papers';
      const rest = page.total - papers.length;
      more.textContent = `Show ${formatNumber(Math.min(rest, PAGE_SIZE))} more`;
      footer.replaceChildren(...(rest > 0 && page.papers.length > 0 ? [more] : []));
      if (offset > 0) announce(`${papers.length} of ${formatCount(page.total, 'paper')} listed`);
      input.changed(papers);
    } catch (error) {
      if (isAborted(error) || current !== request) return;
      footer.replaceChildren(createErrorNotice(error, () => void fetchPage({ topic, sort }, offset)));
    }
  };
  more.addEventListener('click', async () => {
    if (!shown) return;
    const listed = papers.length;
    await fetchPage(shown, listed);
    if (papers[listed]) list.focus(papers[listed].id);
  });

  return {
    element,
    show(topic, requested) {
      // An address may request the order by comments although no paper of this corpus has a number of comments.
      const sort = isKnown(requested) ? requested : 'date';
      if (shown?.topic === topic && shown.sort === sort) return;
      shown = { topic, sort };
      papers = [];
      list.show([], 0);
      for (const { radio } of radios) radio.checked = radio.value === sort;
      void fetchPage(shown, 0);
    },
    listed: () => papers,
    highlight: list.highlight,
    focus: list.focus,
  };
}

const MAX_RELATED = 5;

export function createTopicView(input: ViewInput, status: StatusResponse | null): PanelView {
  const { host, mapData, paperCache, store, rowsOf } = input;
  const papers = createTopicPaperList({
    ...input,
    setSort: (topicSort) => store.set({ topicSort }, 'replace'),
    changed(listed) {
      paperCache.add(listed);
      input.changed();
    },
  });
  const head = el('div', {});
  const tail = el('div', {});
  host.append(head, papers.element, tail);
  let shown: number | null = null;
  /** The name of the shown topic; null until it is loaded. */
  let name: string | null = null;
  const isKnown = (id: number) => mapData.tree.topic(id) !== undefined;
  const setName = (loadedName: string) => {
    name = loadedName;
    input.loaded(`${loadedName} · paperfield`);
  };

  const load = async (id: number) => {
    try {
      const topic = await paperCache.topic(id);
      if (shown !== id) return;
      head.replaceChildren(...header(topic, input), ...description(topic, input, status?.dates.to ?? null));
      tail.replaceChildren(...relatedTopics(topic, input));
      papers.element.hidden = !isKnown(id);
      setName(topic.name);
    } catch (error) {
      if (shown !== id) return;
      papers.element.hidden = true;
      const isMissing = isClientError(error);
      const title = isMissing ? 'Topic not found' : 'Couldn’t load the topic';
      head.replaceChildren(
        el('h2', { class: 'topic-title', tabindex: -1 }, title),
        el(
          'p',
          { class: 'muted' },
          isMissing && 'Topics can change when papers are added. The start page lists all of them.',
        ),
        createErrorNotice(error, () => start(id)),
      );
      setName(isMissing ? title : 'Topic');
    }
  };
  const start = (id: number) => {
    name = null;
    head.replaceChildren(createSkeleton(6));
    tail.replaceChildren();
    // The papers are shown together with the head of the view. If they were shown earlier, the head would push them
    // down.
    papers.element.hidden = true;
    void load(id);
  };
  const show = (id: number, sort: TopicSort) => {
    const isNew = id !== shown;
    shown = id;
    if (isNew) start(id);
    if (isKnown(id)) papers.show(id, sort);
  };

  return {
    update({ topic, topicSort }) {
      if (topic !== null) show(topic, topicSort);
    },
    pageKey: ({ topic }) => String(topic),
    title: () => (name === null ? null : `${name} · paperfield`),
    isInner: true,
    mapHighlights({ topic }) {
      const rows = topic === null ? [] : mapData.papers.rowsOfTopic(topic);
      return {
        highlighted: rows.length > 0 ? rows : null,
        numbered: rowsOf(papers.listed()).slice(0, MAX_NUMBERED_PAPERS),
      };
    },
    moveMap(map, { topic }, before) {
      if (topic !== null && topic !== before?.topic) map.zoomToTopic(topic, before !== null);
    },
    highlight: papers.highlight,
    focus: ({ paper }) => paper !== null && papers.focus(paper),
  };
}

/** Creates the head of the view: breadcrumb, name and size of the topic. */
function header(topic: TopicResponse, input: ViewInput): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (topic.ancestors.length > 0) {
    const items = topic.ancestors.map((ancestor) =>
      el('li', {}, createTopicLink(ancestor, '', input, el('span', {}, ancestor.name))),
    );
    parts.push(el('nav', { class: 'breadcrumb', 'aria-label': 'Breadcrumb' }, el('ol', {}, ...items)));
  }
  const gems = createHiddenGemsLink(input, topic.id, 'subtle-link');
  parts.push(
    el('h2', { class: 'topic-title', tabindex: -1 }, input.topicTags.dot(topic.id), el('span', {}, topic.name)),
    el('p', { class: 'topic-facts' }, formatCount(topic.size, 'paper'), gems && ' · ', gems),
  );
  if (topic.name !== topic.generatedName) {
    parts.push(el('p', { class: 'muted small' }, `You named this topic. Automatic name: ${topic.generatedName}.`));
  }
  const growth = growthText(topic.growth);
  if (growth) parts.push(el('p', { class: 'topic-growth' }, `${growth}.`));
  return parts;
}

/** Creates the description of the topic: a representative sentence, its history and its key terms. */
function description(topic: TopicResponse, input: ViewInput, newest: string | null): HTMLElement[] {
  const keywords = topic.keywords.map(({ text, weight }) => {
    const link = el('a', { class: 'chip weighted', href: input.searchHref(text) }, text);
    link.style.setProperty('--weight', String(weight));
    append(link, el('span', { class: 'visually-hidden' }, ` (weight ${weight.toFixed(2)})`));
    onPlainClick(link, () => input.search(text));
    return el('li', {}, link);
  });
  const parts = [representativeSentence(topic, input), createMonthShareChart(topic, newest)].filter(
    (part) => part !== null,
  );
  if (keywords.length > 0) {
    parts.push(el('h3', { class: 'section-title' }, 'Key terms'), el('ul', { class: 'chips' }, ...keywords));
  }
  return parts;
}

function representativeSentence({ sentence }: TopicResponse, input: ViewInput): HTMLElement | null {
  if (!sentence) return null;
  const link = el('a', { href: input.paperHref(sentence.id) }, 'from this paper');
  onPlainClick(link, () => input.openPaper(sentence.id));
  onHoverOrFocus(
    link,
    () => input.hoverPaper(sentence.id),
    () => input.hoverPaper(null),
  );
  const quote = el('blockquote', { dir: 'auto' });
  appendHighlightedText(quote, sentence.text);
  return el('figure', { class: 'topic-quote' }, quote, el('figcaption', { class: 'small' }, link));
}

function relatedTopics(topic: TopicResponse, input: ViewInput): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (topic.subtopics.length > 0) {
    const rows = topic.subtopics.map((subtopic) => el('li', {}, createTopicRow(subtopic, input)));
    parts.push(el('h3', { class: 'section-title' }, 'Subtopics'), el('ul', { class: 'topic-rows' }, ...rows));
  }
  if (topic.relatedTopics.length > 0) {
    const rows = topic.relatedTopics.slice(0, MAX_RELATED).map((other) => createRelatedTopicRow(topic, other, input));
    parts.push(el('h3', { class: 'section-title' }, 'Related topics'), el('ul', { class: 'topic-rows' }, ...rows));
  }
  const { tree } = input.mapData;
  const treeView = createTopicTreeView({
    label: 'All topics',
    tree,
    dot: input.topicTags.dot,
    href: input.topicHref,
    open: input.openTopic,
    hover: input.hoverTopic,
    current: topic.id,
    expanded: new Set(tree.pathTo(topic.id).map(({ id }) => id)),
  });
  parts.push(el('details', { class: 'all-topics' }, el('summary', {}, 'All topics'), treeView));
  return parts;
}
