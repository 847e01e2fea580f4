/** The view of one paper: title, facts, actions, abstract, map accuracy and similar papers. */
import type { Hit, PaperResponse } from '../../server/schemas/papers.ts';
import { bibtex, errorMessage, isClientError } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { pathLink } from '../explore/entry-links.ts';
import { authorQuery, withLike, withUnlike } from '../search/edit-query.ts';
import { appendAbstractPart, appendHighlighted, loadTypesetting, semanticMatches } from '../text/highlighted-text.ts';
import { arxivPdf, safeLink } from '../text/links.ts';
import { findFormulas } from '../text/tex.ts';
import { append, el, onHover, onPress } from '../ui/dom.ts';
import { copyButton } from '../ui/export-buttons.ts';
import { truncate } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';
import { createHitList, type HitListInput, MAX_NUMBERED } from './hit-list.ts';
import { authorLine, paperFacts } from './paper-facts.ts';

// How accurate a paper's position on the map is: how many of its nearest papers are near it there, and which.

/** Lower bounds of neighbor recall. */
const MIN_ACCURATE = 0.6;
const MIN_APPROXIMATE = 0.3;

/** @example positionText(7, 15) // '7 of 15 closest papers are nearby; position is approximate.' */
export function positionText(mapNeighbors: number, neighbors: number): string {
  const nearby = `${mapNeighbors} of ${neighbors} closest papers ${mapNeighbors === 1 ? 'is' : 'are'} nearby`;
  const recall = mapNeighbors / neighbors;
  if (recall >= MIN_ACCURATE) return `${nearby}; position is accurate.`;
  if (recall >= MIN_APPROXIMATE) return `${nearby}; position is approximate.`;
  return `${nearby}; position is unreliable. Lines lead to its closest papers.`;
}

export interface MapAccuracyInput extends Pick<HitListInput, 'paperHref' | 'openPaper' | 'hoverPaper'> {
  zoomTo(papers: readonly { id: string }[]): void;
}

/** The accuracy in words, and the paper's neighbors; null if it has none. */
export function mapAccuracy(
  { id: paperId, neighbors }: PaperResponse,
  { paperHref, openPaper, hoverPaper, zoomTo }: MapAccuracyInput,
): HTMLElement | null {
  if (neighbors.length === 0) return null;
  const items = neighbors.map(({ id, title, isMapNeighbor }) => {
    const link = el('a', { href: paperHref(id), dir: 'auto' });
    appendHighlighted(link, title);
    onPress(link, () => openPaper(id));
    const item = el('li', {}, link, !isMapNeighbor && el('span', { class: 'far-neighbor' }, 'far away on the map'));
    onHover(
      item,
      () => hoverPaper(id),
      () => hoverPaper(null),
    );
    return item;
  });
  const zoom = el('button', { type: 'button', class: 'link' }, 'Show on map');
  zoom.addEventListener('click', () => zoomTo([{ id: paperId }, ...neighbors]));
  const mapNeighbors = neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length;
  return el(
    'section',
    { class: 'map-accuracy', 'aria-label': 'Map accuracy' },
    el('p', { class: 'muted' }, `${positionText(mapNeighbors, neighbors.length)} `, zoom),
    el(
      'details',
      {},
      el('summary', {}, `${neighbors.length} closest papers by meaning`),
      el('ol', { class: 'neighbors' }, ...items),
    ),
  );
}

/** A link that opens in a new tab; null without an address. */
function externalLink(label: string, href: string | null): HTMLElement | null {
  if (href === null) return null;
  const title = new URL(href).hostname;
  return el(
    'a',
    { class: 'button', href, target: '_blank', rel: 'noopener noreferrer', title },
    label,
    icon('external'),
  );
}

function actions(paper: PaperResponse, { store, search }: ViewInput): HTMLElement[] {
  const query = () => store.get().q;
  const row = el('div', { class: 'actions' });
  const copied = el('div', {});
  append(row, externalLink('Open paper', safeLink(paper.url)), externalLink('PDF', arxivPdf(paper)));
  row.appendChild(copyButton('Copy BibTeX', () => bibtex([paper.id]), copied));
  const addSearch = (label: string, title: string, newQuery: () => string) => {
    const button = el('button', { type: 'button', class: 'button', title }, label);
    button.addEventListener('click', () => search(newQuery()));
    row.appendChild(button);
  };
  const moreTitle = query() ? 'Add papers like this one to the search' : 'Search for papers like this one';
  addSearch('More like this', moreTitle, () => withLike(query(), paper.id));
  if (query()) {
    addSearch('Less like this', 'Avoid papers like this one in the search', () => withUnlike(query(), paper.id));
  }
  row.appendChild(pathLink(store, paper.id));
  return [row, copied];
}

/** The paragraphs of the abstract, with the sentence that matches the query set off. */
function abstractParagraphs({ abstract, highlight }: PaperResponse): HTMLElement[] {
  let offset = 0;
  // The capture group keeps the blank lines between paragraphs: every other part is one.
  return abstract.split(/(\n\s*\n)/).flatMap((text, i) => {
    const paragraph = el('p', { class: 'abstract', dir: 'auto' });
    appendAbstractPart(paragraph, text, highlight, offset);
    offset += text.length;
    return i % 2 === 0 ? [paragraph] : [];
  });
}

/** Topic and subtopic of the paper, or the topic closest to it. */
function topicTagsOf({ id, leafTopic, nearestTopic }: PaperResponse, { topicTags }: ViewInput): (HTMLElement | null)[] {
  const topic = topicTags.ofPaper(id);
  const leaf = leafTopic === null ? null : topicTags.ofTopic(leafTopic);
  if (topic) return leaf && leaf.textContent !== topic.textContent ? [topic, subtopicTag(leaf)] : [topic];
  const nearest = nearestTopic && topicTags.ofTopic(nearestTopic.id);
  return nearest ? [el('span', { class: 'no-topic' }, 'Unassigned; closest topic:'), nearest] : [leaf];
}

/** An arrow instead of the dot, which would have the color of the topic beside it. */
function subtopicTag(tag: HTMLElement): HTMLElement {
  tag.querySelector('.dot')?.replaceWith(el('span', { class: 'subtopic-arrow', 'aria-hidden': 'true' }, '›'));
  return tag;
}

function authorLink(name: string, { search, searchHref }: ViewInput): HTMLElement {
  const query = authorQuery(name);
  const link = el('a', { href: searchHref(query), class: 'author' }, name);
  onPress(link, () => search(query));
  return link;
}

function paperArticle(paper: PaperResponse, input: ViewInput): HTMLElement {
  const title = el('h2', { class: 'paper-title', tabindex: -1, dir: 'auto' });
  appendHighlighted(title, paper.title);
  const article = el(
    'article',
    { class: 'paper' },
    title,
    paper.authors?.length ? authorLine(paper.authors, (name) => authorLink(name, input)) : null,
    el('div', { class: 'hit-facts' }, paperFacts(paper, paper.venue)),
    el('div', { class: 'hit-facts' }, ...topicTagsOf(paper, input)),
    ...actions(paper, input),
    ...abstractParagraphs(paper),
  );
  const { abstract, highlight } = paper;
  append(article, highlight && semanticMatches([{ text: abstract, semanticHighlights: highlight.semanticHighlights }]));
  if (paper.categories?.length) append(article, el('p', { class: 'muted small' }, paper.categories.join(' · ')));
  append(article, mapAccuracy(paper, input));
  return article;
}

export function paperView(input: ViewInput): PanelView {
  const { host, store, paperCache, rowsOf } = input;
  const list = createHitList({ ...input, hasSnippets: false, isRanked: true });
  const body = el('div', {});
  const footer = el('div', {});
  const heading = el('h3', { class: 'section-title' }, 'Similar papers');
  host.append(body, heading, list.element, footer);

  let shown: string | null = null;
  let similar: readonly Hit[] = [];
  let neighbors: PaperResponse['neighbors'] = [];

  const load = async (id: string) => {
    try {
      const { q, mode } = store.get();
      const paper = await paperCache.paper(id, { q, mode });
      // Formulas that are typeset later would move the lines below them.
      if (findFormulas(`${paper.title}\n\n${paper.abstract}`).length > 0) await loadTypesetting();
      if (shown !== id) return;
      neighbors = paper.neighbors;
      body.replaceChildren(paperArticle(paper, input));
      // With the article, which would push the similar papers down if they came first.
      heading.hidden = false;
      footer.replaceChildren(skeleton(3));
      input.loaded(`${paper.title} · paperfield`);
      input.changed();
    } catch (error) {
      if (shown !== id) return;
      heading.hidden = true;
      footer.replaceChildren();
      if (isClientError(error)) {
        body.replaceChildren(...notFound(id, error));
        input.loaded('Paper not found · paperfield');
      } else body.replaceChildren(errorNotice(error, () => start(id)));
      return;
    }
    try {
      const hits = await paperCache.similar(id);
      if (shown !== id) return;
      similar = hits;
      list.show(hits, 0);
      heading.hidden = hits.length === 0;
      footer.replaceChildren();
    } catch (error) {
      if (shown === id) footer.replaceChildren(errorNotice(error, () => start(id)));
    }
    if (shown === id) input.changed();
  };

  const notFound = (id: string, error: unknown): HTMLElement[] => {
    const searchLink = el('a', { href: input.searchHref(id) }, `Search for “${truncate(id, 40)}”`);
    onPress(searchLink, () => input.search(id));
    return [
      el('h2', { class: 'paper-title', tabindex: -1 }, 'Paper not found'),
      el('p', { role: 'alert' }, errorMessage(error)),
      el('p', { class: 'muted' }, 'It may have been removed since the link was made. ', searchLink, '.'),
    ];
  };

  const start = (id: string) => {
    const known = paperCache.known(id);
    const title = el('h2', { class: 'paper-title', dir: 'auto' }, known?.title ?? '');
    body.replaceChildren(known ? title : '', skeleton(5));
    heading.hidden = true;
    list.show([], 0);
    footer.replaceChildren();
    void load(id);
  };

  const mapRows = (id: string | null) => rowsOf(id === null ? [] : [{ id }]);

  return {
    update({ paper }) {
      if (paper === shown) return;
      shown = paper;
      similar = [];
      neighbors = [];
      if (paper !== null) start(paper);
      input.changed();
    },
    pageKey: ({ paper }) => paper ?? '',
    title: () => null,
    isInner: true,
    mapHighlights({ paper }) {
      const selected = mapRows(paper);
      const similarRows = rowsOf(similar);
      const linked = rowsOf(neighbors);
      return {
        highlighted: selected.length > 0 ? [...selected, ...similarRows, ...linked] : null,
        numbered: similarRows.slice(0, MAX_NUMBERED),
        linked,
        farLinked: rowsOf(neighbors.filter(({ isMapNeighbor }) => !isMapNeighbor)),
      };
    },
    moveMap(map, { paper }) {
      const [row] = mapRows(paper);
      if (row !== undefined) map.reveal(row);
    },
    highlight: list.highlight,
  };
}
