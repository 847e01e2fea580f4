/** All papers of a topic by page, the most central, the newest or the most discussed first. */
import type { TopicPapersAnswer, TopicPapersRequest } from '../../server/schemas/topics.ts';
import { isAborted, topicPapers } from '../app/api.ts';
import type { Atlas } from '../app/map-data.ts';
import { bones, createHitList, type HitListInput, trouble } from '../paper/hit-list.ts';
import { announce, el } from '../ui/dom.ts';
import { count, grouped } from '../ui/format.ts';

export type TopicOrder = TopicPapersRequest['sort'];

const FIRST = 5;
const PAGE = 20;

export interface TopicPapersInput extends Omit<HitListInput, 'numbered' | 'snippets'> {
  atlas: Pick<Atlas, 'columns'>;
  reorder(order: TopicOrder): void;
  /** Other papers are listed. */
  changed(papers: TopicPapersAnswer['papers']): void;
}

export interface TopicPapers {
  element: HTMLElement;
  show(topic: number, order: TopicOrder): void;
  listed(): readonly { id: string }[];
  light(id: string | null): void;
  focus(id: string): boolean;
}

const orders = [
  ['central', 'Central first'],
  ['date', 'Newest first'],
  ['comments', 'Most discussed'],
] as const;

export function createTopicPapers(input: TopicPapersInput): TopicPapers {
  let papers: TopicPapersAnswer['papers'] = [];
  let shown: { topic: number; order: TopicOrder } | null = null;
  let underway: AbortController | null = null;

  // That they are in this topic is said once, above; what is new is the part of it.
  const partOf = (id: string) => {
    const leaf = papers.find((paper) => paper.id === id)?.leafTopic;
    return leaf === undefined || leaf === shown?.topic ? null : input.tags.ofTopic(leaf);
  };
  const tags = { ...input.tags, ofPaper: partOf };
  const list = createHitList({ ...input, tags, numbered: true, snippets: false });
  const heading = el('h3', { class: 'section-title' });
  const more = el('button', { type: 'button', class: 'button more' });
  const below = el('div', {});
  const hasComments = input.atlas.columns.comments.some((comments) => comments >= 0);
  const radios = orders
    .filter(([value]) => hasComments || value !== 'comments')
    .map(([value, words]) => {
      const radio = el('input', { type: 'radio', name: 'topic-order', value });
      radio.addEventListener('change', () => input.reorder(value));
      return { radio, label: el('label', {}, radio, el('span', {}, words)) };
    });
  const switches = el(
    'fieldset',
    { class: 'modes topic-orders' },
    el('legend', { class: 'unseen' }, 'Order of the papers'),
    ...radios.map(({ label }) => label),
  );
  const element = el('section', { 'aria-label': 'Its papers' }, heading, switches, list.element, below);

  const fetchPage = async (from: number) => {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    const { topic, order } = shown!;
    if (from === 0) below.replaceChildren(bones(3));
    try {
      const limit = from === 0 ? FIRST : PAGE;
      const answer = await topicPapers(topic, { sort: order, limit, offset: from }, mine.signal);
      if (mine !== underway) return;
      papers = from === 0 ? answer.papers : [...papers, ...answer.papers];
      list.put(answer.papers, from);
      heading.textContent = 'Its papers';
      const rest = answer.total - papers.length;
      more.textContent = `Show ${grouped(Math.min(rest, PAGE))} more`;
      below.replaceChildren(...(rest > 0 && answer.papers.length > 0 ? [more] : []));
      if (from > 0) announce(`${papers.length} of ${count(answer.total, 'paper')} listed`);
      input.changed(papers);
    } catch (error) {
      if (isAborted(error) || mine !== underway) return;
      below.replaceChildren(trouble(error, () => void fetchPage(from)));
    }
  };
  more.addEventListener('click', async () => {
    const last = papers.length;
    await fetchPage(last);
    if (papers[last]) list.focus(papers[last].id);
  });

  return {
    element,
    show(topic, wanted) {
      // By comments that nobody knows papers stand by date.
      const order = wanted === 'comments' && !hasComments ? 'date' : wanted;
      if (shown?.topic === topic && shown.order === order) return;
      shown = { topic, order };
      papers = [];
      list.put([], 0);
      for (const { radio } of radios) radio.checked = radio.value === order;
      void fetchPage(0);
    },
    listed: () => papers,
    light: list.light,
    focus: list.focus,
  };
}
