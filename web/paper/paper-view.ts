import type { Hit, PaperAnswer, SearchMode } from '../../server/schemas/search.ts';
import { bibtex, isRefused, messageOf } from '../app/api.ts';
import type { Store } from '../app/store.ts';
import { pathDoor } from '../explore/entry-links.ts';
import { queryValue, withLike, withoutLike } from '../search/query-text.ts';
import { formulasOf } from '../text/formulas.ts';
import { appendAnswering, appendMarked, nearWords } from '../text/highlighted-text.ts';
import { arxivPdf, safeLink } from '../text/links.ts';
import { loadTypesetting } from '../text/typeset.ts';
import { copyButton } from '../ui/copy-button.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { shortened } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { authorLine } from './authors.ts';
import { bones, createHitList, facts, type HitListInput, trouble } from './hit-list.ts';
import { type PlaceInput, placeOf } from './map-accuracy.ts';
import type { Library } from './paper-cache.ts';

/** One paper as it is read: title, facts, abstract, and what can be done with it. */

export interface PaperBodyInput extends HitListInput, PlaceInput {
  /** The query that led here; empty where none did. */
  asked(): string;
  find(query: string): void;
  /** The address of a query. */
  hrefOf(query: string): string;
  store: Pick<Store, 'href' | 'set'>;
}

/** A button that leads to the web, beside the page; none without an address. */
function outward(words: string, href: string | null): HTMLElement | null {
  if (href === null) return null;
  const title = new URL(href).hostname;
  return el('a', { class: 'button', href, target: '_blank', rel: 'noopener noreferrer', title }, words, icon('out'));
}

/** From a paper to the paper itself, to a query, and to a list of references. */
function actionsOf(paper: PaperAnswer, { asked, find, store }: PaperBodyInput): HTMLElement[] {
  const row = el('div', { class: 'actions' });
  const below = el('div', {});
  append(row, outward('Open the paper', safeLink(paper.url)), outward('PDF', arxivPdf(paper)));
  row.appendChild(copyButton('Copy BibTeX', () => bibtex([paper.id]), below));
  const add = (words: string, title: string, query: () => string) => {
    const button = el('button', { type: 'button', class: 'button', title }, words);
    button.addEventListener('click', () => find(query()));
    row.appendChild(button);
  };
  const more = asked() ? 'Search again, for papers like this one' : 'Search for papers like this one';
  add('More like this', more, () => withLike(asked(), paper.id));
  if (asked()) add('Not like this', 'Search again without papers like this one', () => withoutLike(asked(), paper.id));
  row.appendChild(pathDoor(store, paper.id));
  return [row, below];
}

/** The abstract, with the sentence that answers what was asked. */
function paragraphsOf({ abstract, highlight: why }: PaperAnswer): HTMLElement[] {
  let from = 0;
  // Every other part is the blank line between two paragraphs.
  return abstract.split(/(\n\s*\n)/).flatMap((text, i) => {
    const paragraph = el('p', { class: 'abstract', dir: 'auto' });
    appendAnswering(paragraph, text, why, from);
    from += text.length;
    return i % 2 === 0 ? [paragraph] : [];
  });
}

/** The topics that it is in; for a paper of none, the one it lies nearest to. */
function topicsOf(
  { id, leafTopic: leaf, nearestTopic }: PaperAnswer,
  { tags }: PaperBodyInput,
): (HTMLElement | null)[] {
  const topic = tags.ofPaper(id);
  const part = leaf === null ? null : tags.ofTopic(leaf);
  if (topic) return part && part.textContent !== topic.textContent ? [topic, within(part)] : [topic];
  const near = nearestTopic && tags.ofTopic(nearestTopic.id);
  return near ? [el('span', { class: 'in-none' }, 'In no topic; the nearest:'), near] : [part];
}

/** A part of the topic before it: in its color too, so a sign stands for the dot. */
function within(part: HTMLElement): HTMLElement {
  part.querySelector('.dot')?.replaceWith(el('span', { class: 'part-sign', 'aria-hidden': 'true' }, '›'));
  return part;
}

/** Leads to what an author wrote. */
function authorLink(name: string, { find, hrefOf }: PaperBodyInput): HTMLElement {
  const query = `author:${queryValue(name)}`;
  const link = el('a', { href: hrefOf(query), class: 'author' }, name);
  onPress(link, () => find(query));
  return link;
}

export function paperBody(paper: PaperAnswer, input: PaperBodyInput): HTMLElement {
  const title = el('h2', { class: 'paper-title', tabindex: -1, dir: 'auto' });
  appendMarked(title, paper.title);
  const article = el(
    'article',
    { class: 'paper' },
    title,
    paper.authors?.length ? authorLine(paper.authors, (name) => authorLink(name, input)) : null,
    el('div', { class: 'hit-facts' }, facts(paper, paper.venue)),
    el('div', { class: 'hit-facts' }, ...topicsOf(paper, input)),
    ...actionsOf(paper, input),
    ...paragraphsOf(paper),
  );
  append(article, paper.highlight && nearWords([{ text: paper.abstract, near: paper.highlight.semanticHighlights }]));
  if (paper.categories?.length) append(article, el('p', { class: 'quiet small' }, paper.categories.join(' · ')));
  append(article, placeOf(paper, input));
  return article;
}

/** One paper to read, and the papers most like it. */

export interface PaperView {
  /** Shows a paper; null empties the view. */
  show(id: string | null): void;
  similar(): readonly Hit[];
  /** The papers nearest to it by meaning. */
  neighbors(): PaperAnswer['neighbors'];
  light(id: string | null): void;
}

export interface PaperInput extends PaperBodyInput {
  library: Library;
  mode(): SearchMode;
  /** The title is there: the page's title and focus follow. */
  shown(paper: PaperAnswer): void;
  /** There is no such paper. */
  lost(): void;
  hrefOf(query: string): string;
  /** The similar papers or the neighbors are there, or gone. */
  changed(): void;
}

export function createPaperView(host: HTMLElement, input: PaperInput): PaperView {
  const { library } = input;
  const list = createHitList(input);
  const body = el('div', {});
  const below = el('div', {});
  const heading = el('h3', { class: 'section-title' }, 'Similar papers');
  host.append(body, heading, list.element, below);

  let showing: string | null = null;
  let similar: readonly Hit[] = [];
  let neighbors: PaperAnswer['neighbors'] = [];

  const load = async (id: string) => {
    try {
      const paper = await library.paper(id, { q: input.asked(), mode: input.mode() });
      // Set from the start: what is read first as TeX and then as a formula would move the lines below it.
      if (formulasOf(`${paper.title}\n\n${paper.abstract}`).length > 0) await loadTypesetting();
      if (showing !== id) return;
      neighbors = paper.neighbors;
      body.replaceChildren(paperBody(paper, input));
      // Not sooner: the paper would push them down when it comes.
      heading.hidden = false;
      below.replaceChildren(bones(3));
      input.shown(paper);
      input.changed();
    } catch (error) {
      if (showing !== id) return;
      body.replaceChildren(...(isRefused(error) ? missing(id, error) : [trouble(error, () => start(id))]));
      heading.hidden = true;
      if (isRefused(error)) input.lost();
      below.replaceChildren();
      return;
    }
    try {
      const hits = await library.similar(id);
      if (showing !== id) return;
      similar = hits;
      list.put(hits, 0);
      heading.hidden = hits.length === 0;
      below.replaceChildren();
    } catch (error) {
      if (showing === id) below.replaceChildren(trouble(error, () => start(id)));
    }
    if (showing === id) input.changed();
  };

  /** A paper that is not there: it may have been, when the link was made. */
  const missing = (id: string, error: unknown): HTMLElement[] => {
    const again = el('a', { href: input.hrefOf(id) }, `Search for “${shortened(id, 40)}”`);
    onPress(again, () => input.find(id));
    return [
      el('h2', { class: 'paper-title', tabindex: -1 }, 'No such paper'),
      el('p', { role: 'alert' }, messageOf(error)),
      el('p', { class: 'quiet' }, 'It may have been here when the link to it was made. ', again, '.'),
    ];
  };

  const start = (id: string) => {
    const known = library.known(id);
    const title = el('h2', { class: 'paper-title', dir: 'auto' }, known?.title ?? '');
    body.replaceChildren(known ? title : '', bones(5));
    heading.hidden = true;
    list.put([], 0);
    similar = [];
    neighbors = [];
    below.replaceChildren();
    void load(id);
  };

  return {
    show(id) {
      if (id === showing) return;
      showing = id;
      similar = [];
      neighbors = [];
      if (id !== null) start(id);
      input.changed();
    },
    similar: () => similar,
    neighbors: () => neighbors,
    light: list.light,
  };
}
