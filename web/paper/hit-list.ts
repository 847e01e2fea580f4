/** Papers as a list: search results and similar papers look and behave alike. */
import type { Hit } from '../../server/schemas/search.ts';
import { ApiError, messageOf } from '../app/api.ts';
import { appendMarked, nearWords } from '../text/highlighted-text.ts';
import type { Tags } from '../topic/topic-tags.ts';
import { afterFrame, append, el, onPress } from '../ui/dom.ts';
import { count, wordDate } from '../ui/format.ts';
import { firstAuthors } from './authors.ts';
import { relevanceNote } from './relevance.ts';

/** As many near-duplicates are named under a hit. */
const ALSO = 3;

/** As many hits carry their number on the map too. */
export const NUMBERED = 10;

/** No entry with a sentence is less high, in pixels of the page. */
const LEAST_HEIGHT = 90;

export interface HitListInput {
  tags: Tags;
  /** Short lists leave the sentence out. */
  snippets: boolean;
  /** In order, with their places: else papers without a rank, set apart. */
  numbered: boolean;
  href(id: string): string;
  open(id: string): void;
  /** A paper of the list is pointed at, by pointer or focus; null: none is. */
  point(id: string | null): void;
}

/** What a list needs of a paper, and what it shows where it is known. */
export type Listed = Pick<Hit, 'id' | 'title'> & Partial<Hit>;

export interface HitList {
  element: HTMLElement;
  /** Replaces what the list shows from the place `from` on. */
  put(papers: readonly Listed[], from: number): void;
  /** Lights the entry of a paper pointed at elsewhere. */
  light(id: string | null): void;
  focus(id: string): boolean;
}

/** Date, organization, how many authors and comments, as far as known; of authors who are named elsewhere no number. */
export function facts(
  paper: Partial<Pick<Hit, 'date' | 'organization' | 'authors' | 'authorCount' | 'comments'>>,
  more: string | null = null,
): HTMLElement | null {
  const known = [
    paper.date && wordDate(paper.date),
    more,
    paper.organization?.name,
    !paper.authors?.length && paper.authorCount && count(paper.authorCount, 'author'),
    paper.comments && count(paper.comments, 'comment'),
  ].filter(Boolean);
  return known.length > 0 ? el('span', { dir: 'auto' }, known.join(' · ')) : null;
}

/** Who wrote it and when, on one line of their own; null where nobody is named. */
export function byLine({
  authors,
  authorCount,
  date,
}: Pick<Listed, 'authors' | 'authorCount' | 'date'>): HTMLElement | null {
  if (!authors?.length) return null;
  const { named, rest } = firstAuthors(authors, authorCount);
  const line = el('p', { class: 'hit-by' }, el('span', { class: 'hit-authors', dir: 'auto' }, named));
  append(
    line,
    rest > 0 && el('span', { title: `and ${rest} more` }, `+ ${rest}`),
    date && el('span', { class: 'hit-date' }, wordDate(date)),
  );
  return line;
}

/** What is known, side by side; no line where nothing is. */
export function factsLine(...known: readonly (HTMLElement | null)[]): HTMLElement | null {
  return known.some(Boolean) ? el('div', { class: 'hit-facts' }, ...known) : null;
}

function snippetLine(snippet: Hit['snippet']): HTMLElement {
  const line = el('p', { class: 'hit-snippet', dir: 'auto' });
  appendMarked(line, snippet.text, snippet);
  return line;
}

const NOTHING: Hit['titleHighlights'] = { highlights: [], semanticHighlights: [] };

type Named = Pick<Hit, 'id' | 'title'>;

function linkTo(paper: Named, look: string, input: HitListInput, matched = NOTHING): HTMLAnchorElement {
  const link = el('a', { class: look, href: input.href(paper.id), dir: 'auto' });
  appendMarked(link, paper.title, matched);
  onPress(link, () => input.open(paper.id));
  link.addEventListener('focus', () => input.point(paper.id));
  link.addEventListener('blur', () => input.point(null));
  return link;
}

/** Papers that are nearly the same text. */
function alsoLine(papers: readonly Named[], input: HitListInput): HTMLElement {
  const line = el('p', { class: 'hit-also' }, 'also as: ');
  for (const [i, paper] of papers.slice(0, ALSO).entries()) {
    append(line, i > 0 && ', ', linkTo(paper, 'also-link', input));
  }
  append(line, papers.length > ALSO && ` and ${papers.length - ALSO} more`);
  return line;
}

/** Tells screen readers which words of an entry are near in meaning. */
function describeNear(link: HTMLElement, { titleHighlights, title, snippet }: Listed): HTMLElement | null {
  const words = nearWords([
    { text: title, near: titleHighlights?.semanticHighlights ?? [] },
    { text: snippet?.text ?? '', near: snippet?.semanticHighlights ?? [] },
  ]);
  if (!words) return null;
  described++;
  words.id = `near-${described}`;
  link.setAttribute('aria-describedby', words.id);
  return words;
}
let described = 0;

export function createHitList(input: HitListInput): HitList {
  const element = el(input.numbered ? 'ol' : 'ul', { class: input.numbered ? 'hits' : 'hits apart' });
  const entries = new Map<string, { item: HTMLLIElement; link: HTMLAnchorElement }>();

  const entry = (paper: Listed, rank: number): HTMLLIElement => {
    // Beside a paper that is read, what its neighbors share with it is no answer to anything asked.
    const link = linkTo(paper, 'hit-title', input, input.snippets ? paper.titleHighlights : NOTHING);
    // Of papers about something else it would say nothing but that.
    const note = input.numbered ? relevanceNote(paper.percentile ?? null) : null;
    // It lies above the link that fills the entry, to explain itself; pressed, it is part of it.
    note?.addEventListener('click', () => link.click());
    const by = byLine(paper);
    const item = el(
      'li',
      { class: 'hit' },
      input.numbered &&
        el('span', { class: rank <= NUMBERED ? 'rank on-map' : 'rank', 'aria-hidden': 'true' }, String(rank)),
      link,
      by,
      input.snippets && paper.snippet?.text ? snippetLine(paper.snippet) : null,
      input.snippets && describeNear(link, paper),
      factsLine(input.tags.ofPaper(paper.id), facts(by ? { ...paper, date: null } : paper), note),
      paper.duplicates?.length ? alsoLine(paper.duplicates, input) : null,
    );
    item.addEventListener('pointerenter', () => input.point(paper.id));
    item.addEventListener('pointerleave', () => input.point(null));
    entries.set(paper.id, { item, link });
    return item;
  };

  let waiting: (() => void) | null = null;
  const come = () => {
    const add = waiting;
    waiting = null;
    add?.();
  };

  return {
    element,
    put(papers, from) {
      if (from === 0) {
        waiting = null;
        entries.clear();
        element.replaceChildren();
      } else come();
      const add = (some: readonly Listed[], at: number) =>
        element.append(...some.map((paper, i) => entry(paper, at + i + 1)));
      // What can be seen stands a frame sooner without what lies below it.
      const seen = Math.ceil(innerHeight / LEAST_HEIGHT);
      add(papers.slice(0, seen), from);
      if (papers.length <= seen) return;
      waiting = () => add(papers.slice(seen), from + seen);
      afterFrame(come);
    },
    light(id) {
      come();
      for (const [known, { item }] of entries) item.classList.toggle('lit', known === id);
    },
    focus(id) {
      come();
      const found = entries.get(id);
      found?.link.focus();
      return found !== undefined;
    },
  };
}

/** Gray bars where the papers of a list will stand. */
export function bones(n: number): HTMLElement {
  const block = el('div', { class: 'bones', 'aria-hidden': 'true' });
  for (let i = 0; i < n; i++) {
    block.appendChild(
      el(
        'div',
        { class: 'bone-hit' },
        el('span', { class: 'bone' }),
        el('span', { class: 'bone' }),
        el('span', { class: 'bone short' }),
      ),
    );
  }
  return block;
}

/** What went wrong and, where that may help, a button that tries again. */
export function trouble(error: unknown, again: () => void): HTMLElement {
  const message = el('p', {}, messageOf(error));
  if (error instanceof ApiError && error.status === 404) return el('div', { class: 'trouble', role: 'alert' }, message);
  const retry = el('button', { type: 'button', class: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  return el('div', { class: 'trouble', role: 'alert' }, message, retry);
}
