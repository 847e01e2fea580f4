/** The view of one paper: title, facts, actions, abstract, map accuracy and similar papers. */
import type { Hit, PaperResponse } from '../../server/schemas/papers.ts';
import { bibtex, errorMessage, isClientError } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createReadingPathLink } from '../explore/entry-links.ts';
import { authorQuery, withLike, withUnlike } from '../search/edit-query.ts';
import { findFormulas } from '../text/find-tex.ts';
import {
  appendAbstractPart,
  appendHighlightedText,
  createSemanticMatchesNote,
  loadKatex,
} from '../text/highlighted-text.ts';
import { arxivPdfUrl, safeUrl } from '../text/links.ts';
import { append, el, onHoverOrFocus, onPlainClick } from '../ui/dom.ts';
import { createCopyButton } from '../ui/export-buttons.ts';
import { columnTitle, formatDate, formatDecimal, truncate } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { createHitList, type HitListInput, MAX_NUMBERED_PAPERS } from './hit-list.ts';
import { createAuthorLine, createPaperFacts } from './paper-facts.ts';

// Map accuracy: how many of a paper's nearest papers are also near it on the map, and which.

/** Smallest neighbor recall of a position that is called accurate, and of one that is called approximate. */
const MIN_ACCURATE = 0.6;
const MIN_APPROXIMATE = 0.3;

/**
 * Says in words how accurate a position on the map is.
 *
 * @param mapNeighbors how many of the nearest papers are also near on the map
 * @param neighbors the number of nearest papers
 * @example positionAccuracyText(7, 15) // '7 of 15 closest papers are nearby; position is approximate.'
 */
export function positionAccuracyText(mapNeighbors: number, neighbors: number): string {
  const nearby = `${mapNeighbors} of ${neighbors} closest papers ${mapNeighbors === 1 ? 'is' : 'are'} nearby`;
  const recall = mapNeighbors / neighbors;
  if (recall >= MIN_ACCURATE) return `${nearby}; position is accurate.`;
  if (recall >= MIN_APPROXIMATE) return `${nearby}; position is approximate.`;
  return `${nearby}; position is unreliable. Lines lead to its closest papers.`;
}

/** What the links of the section on map accuracy do. */
export interface MapAccuracyInput extends Pick<HitListInput, 'paperHref' | 'openPaper' | 'hoverPaper'> {
  zoomTo(papers: readonly { id: string }[]): void;
}

/**
 * Creates the section on map accuracy: the accuracy in words and a list of the paper's neighbors. null if it has none.
 */
function createMapAccuracySection(
  { id: paperId, neighbors }: PaperResponse,
  { paperHref, openPaper, hoverPaper, zoomTo }: MapAccuracyInput,
): HTMLElement | null {
  if (neighbors.length === 0) return null;
  const items = neighbors.map(({ id, title, isMapNeighbor }) => {
    const link = el('a', { href: paperHref(id), dir: 'auto' });
    appendHighlightedText(link, title);
    onPlainClick(link, () => openPaper(id));
    const item = el('li', {}, link, !isMapNeighbor && el('span', { class: 'far-neighbor' }, 'far away on the map'));
    onHoverOrFocus(
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
    el('p', { class: 'muted' }, `${positionAccuracyText(mapNeighbors, neighbors.length)} `, zoom),
    el(
      'details',
      {},
      el('summary', {}, `${neighbors.length} closest papers by meaning`),
      el('ol', { class: 'neighbors' }, ...items),
    ),
  );
}

/** Creates a link that opens in a new tab; null without an address. */
function externalLink(label: string, href: string | null): HTMLElement | null {
  if (href === null) return null;
  const title = new URL(href).hostname;
  return el(
    'a',
    { class: 'button', href, target: '_blank', rel: 'noopener noreferrer', title },
    label,
    createIcon('external'),
  );
}

function actions(paper: PaperResponse, { store, search }: ViewInput): HTMLElement[] {
  const query = () => store.get().q;
  const row = el('div', { class: 'actions' });
  const copied = el('div', {});
  append(row, externalLink('Open paper', safeUrl(paper.url)), externalLink('PDF', arxivPdfUrl(paper)));
  row.appendChild(createCopyButton('Copy BibTeX', () => bibtex([paper.id]), copied));
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
  row.appendChild(createReadingPathLink(store, paper.id));
  return [row, copied];
}

/** Creates the paragraphs of the abstract. The sentence that matches the query is set off. */
function abstractParagraphs({ abstract, highlight }: PaperResponse): HTMLElement[] {
  let offset = 0;
  // Because of the capture group, `split` also returns the blank lines: every other part is a paragraph.
  return abstract.split(/(\n\s*\n)/).flatMap((text, i) => {
    const paragraph = el('p', { class: 'abstract', dir: 'auto' });
    appendAbstractPart(paragraph, text, highlight, offset);
    offset += text.length;
    return i % 2 === 0 ? [paragraph] : [];
  });
}

/** Creates tags for the topic and the subtopic of a paper or, for an outlier, for the nearest topic. */
function topicTagsOf({ id, leafTopic, nearestTopic }: PaperResponse, { topicTags }: ViewInput): (HTMLElement | null)[] {
  const topic = topicTags.ofPaper(id);
  const leaf = leafTopic === null ? null : topicTags.ofTopic(leafTopic);
  if (topic) return leaf && leaf.textContent !== topic.textContent ? [topic, subtopicTag(leaf)] : [topic];
  const nearest = nearestTopic && topicTags.ofTopic(nearestTopic.id);
  return nearest ? [el('span', { class: 'no-topic' }, 'Unassigned; closest topic:'), nearest] : [leaf];
}

/**
 * Replaces the dot of a subtopic's tag by an arrow. A dot would only repeat the color of the topic's dot next to it.
 */
function subtopicTag(tag: HTMLElement): HTMLElement {
  tag.querySelector('.dot')?.replaceWith(el('span', { class: 'subtopic-arrow', 'aria-hidden': 'true' }, '›'));
  return tag;
}

function authorLink(name: string, { search, searchHref }: ViewInput): HTMLElement {
  const query = authorQuery(name);
  const link = el('a', { href: searchHref(query), class: 'author' }, name);
  onPlainClick(link, () => search(query));
  return link;
}

/** Creates the list of the other fields of the user's data; null if there are none. */
function createFieldList(fields: PaperResponse['fields']): HTMLElement | null {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  const list = el('dl', { class: 'paper-fields' });
  for (const [name, value] of entries) {
    const values = typeof value === 'object' ? value : [value];
    append(list, el('dt', {}, columnTitle(name)), el('dd', { dir: 'auto' }, values.map(fieldText).join(', ')));
  }
  return list;
}

/** A value for readers: a date or timestamp as a day. */
function fieldText(value: number | string | boolean): string {
  if (typeof value === 'number') return formatDecimal(value);
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d\S*)?)?$/.test(value) ? formatDate(value.slice(0, 10)) : value;
}

function paperArticle(paper: PaperResponse, input: ViewInput): HTMLElement {
  const title = el('h2', { class: 'paper-title', tabindex: -1, dir: 'auto' });
  appendHighlightedText(title, paper.title);
  const article = el(
    'article',
    { class: 'paper' },
    title,
    paper.authors?.length ? createAuthorLine(paper.authors, (name) => authorLink(name, input)) : null,
    el('div', { class: 'hit-facts' }, createPaperFacts(paper, paper.venue)),
    el('div', { class: 'hit-facts' }, ...topicTagsOf(paper, input)),
    ...actions(paper, input),
    ...abstractParagraphs(paper),
  );
  const { abstract, highlight } = paper;
  append(
    article,
    highlight && createSemanticMatchesNote([{ text: abstract, semanticHighlights: highlight.semanticHighlights }]),
  );
  if (paper.categories?.length) append(article, el('p', { class: 'muted small' }, paper.categories.join(' · ')));
  append(article, createFieldList(paper.fields), createMapAccuracySection(paper, input));
  return article;
}

export function createPaperView(input: ViewInput): PanelView {
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
      // KaTeX is loaded before the paper is shown. If formulas were typeset later, the lines below them would move.
      if (findFormulas(`${paper.title}\n\n${paper.abstract}`).length > 0) await loadKatex();
      if (shown !== id) return;
      neighbors = paper.neighbors;
      body.replaceChildren(paperArticle(paper, input));
      // The heading is shown together with the article. If it were shown earlier, the article would push it down.
      heading.hidden = false;
      footer.replaceChildren(createSkeleton(3));
      input.loaded(`${paper.title} · paperfield`);
      input.changed();
    } catch (error) {
      if (shown !== id) return;
      heading.hidden = true;
      footer.replaceChildren();
      if (isClientError(error)) {
        body.replaceChildren(...notFound(id, error));
        input.loaded('Paper not found · paperfield');
      } else body.replaceChildren(createErrorNotice(error, () => start(id)));
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
      if (shown === id) footer.replaceChildren(createErrorNotice(error, () => start(id)));
    }
    if (shown === id) input.changed();
  };

  const notFound = (id: string, error: unknown): HTMLElement[] => {
    const searchLink = el('a', { href: input.searchHref(id) }, `Search for “${truncate(id, 40)}”`);
    onPlainClick(searchLink, () => input.search(id));
    return [
      el('h2', { class: 'paper-title', tabindex: -1 }, 'Paper not found'),
      el('p', { role: 'alert' }, errorMessage(error)),
      el('p', { class: 'muted' }, 'It may have been removed since the link was made. ', searchLink, '.'),
    ];
  };

  const start = (id: string) => {
    const known = paperCache.known(id);
    const title = el('h2', { class: 'paper-title', dir: 'auto' }, known?.title ?? '');
    body.replaceChildren(known ? title : '', createSkeleton(5));
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
        numbered: similarRows.slice(0, MAX_NUMBERED_PAPERS),
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
