/** The papers of a topic, page by page, in one of three orders. */
import type { TopicPapersRequest, TopicPapersResponse } from '../../server/schemas/topics.ts';
import { isAborted, topicPapers } from '../app/api.ts';
import type { MapData } from '../app/map-data.ts';
import { createHitList, type HitListInput } from '../paper/hit-list.ts';
import { announce, el } from '../ui/dom.ts';
import { formatCount, formatNumber } from '../ui/format.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';

export type TopicSort = TopicPapersRequest['sort'];

const FIRST_PAGE = 5;
const PAGE = 20;

export interface TopicPapersInput extends Omit<HitListInput, 'isRanked' | 'hasSnippets'> {
  mapData: Pick<MapData, 'columns'>;
  setSort(sort: TopicSort): void;
  /** Called when other papers are listed. */
  changed(papers: TopicPapersResponse['papers']): void;
}

export interface TopicPapers {
  element: HTMLElement;
  show(topic: number, sort: TopicSort): void;
  listed(): readonly { id: string }[];
  highlight(id: string | null): void;
  focus(id: string): boolean;
}

const SORTS = [
  ['representative', 'Most representative'],
  ['date', 'Newest'],
  ['comments', 'Most discussed'],
] as const;

export function createTopicPapers(input: TopicPapersInput): TopicPapers {
  let papers: TopicPapersResponse['papers'] = [];
  let shown: { topic: number; sort: TopicSort } | null = null;
  let request: AbortController | null = null;

  // All papers are in the topic of the view, so their tag is the subtopic.
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
  const radios = SORTS.filter(([value]) => hasComments || value !== 'comments').map(([value, label]) => {
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
    if (offset === 0) footer.replaceChildren(skeleton(3));
    try {
      const limit = offset === 0 ? FIRST_PAGE : PAGE;
      const page = await topicPapers(topic, { sort, limit, offset }, current.signal);
      if (current !== request) return;
      papers = offset === 0 ? page.papers : [...papers, ...page.papers];
      list.show(page.papers, offset);
      heading.textContent = 'Papers';
      const rest = page.total - papers.length;
      more.textContent = `Show ${formatNumber(Math.min(rest, PAGE))} more`;
      footer.replaceChildren(...(rest > 0 && page.papers.length > 0 ? [more] : []));
      if (offset > 0) announce(`${papers.length} of ${formatCount(page.total, 'paper')} listed`);
      input.changed(papers);
    } catch (error) {
      if (isAborted(error) || current !== request) return;
      footer.replaceChildren(errorNotice(error, () => void fetchPage({ topic, sort }, offset)));
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
      // An address may ask for comments that this corpus does not have.
      const sort = requested === 'comments' && !hasComments ? 'date' : requested;
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
