/** One paper as it is read: title, facts, abstract, and what can be done with it. */
import type { PaperAnswer } from '../../server/contract.ts';
import { bibtex } from '../api.ts';
import { queryValue, withLike, withoutLike } from '../asking/query-text.ts';
import { append, el, onPress } from '../dom.ts';
import { pathDoor } from '../explore/doors.ts';
import { icon } from '../icons.ts';
import type { Store } from '../store.ts';
import { safeLink } from './addresses.ts';
import { arxivPdf } from './arxiv.ts';
import { authorLine } from './authors.ts';
import { copyButton } from './copy-button.ts';
import { facts, type HitListInput } from './hit-list.ts';
import { appendAnswering, appendMarked, nearWords } from './marked.ts';
import { type PlaceInput, placeOf } from './paper-place.ts';

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
function paragraphsOf({ abstract, why }: PaperAnswer): HTMLElement[] {
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
function topicsOf({ id, leaf, nearestTopic }: PaperAnswer, { tags }: PaperBodyInput): (HTMLElement | null)[] {
  const topic = tags.ofPaper(id);
  const part = leaf === null ? null : tags.ofTopic(leaf);
  if (topic) return part && part.textContent !== topic.textContent ? [topic, within(part)] : [topic];
  const near = nearestTopic && tags.ofTopic(nearestTopic.id);
  return near ? [el('span', { class: 'in-none' }, 'In no topic; the nearest:'), near] : [part];
}

/** A part of the topic before it: in its colour too, so a sign stands for the dot. */
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
  append(article, paper.why && nearWords([{ text: paper.abstract, near: paper.why.near }]));
  if (paper.categories?.length) append(article, el('p', { class: 'quiet small' }, paper.categories.join(' · ')));
  append(article, placeOf(paper, input));
  return article;
}
