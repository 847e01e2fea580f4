/** A list of papers: search results, similar papers, papers of a topic and others look and behave alike. */
import type { Hit } from '../../server/schemas/papers.ts';
import { appendHighlighted, semanticMatches } from '../text/highlighted-text.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { afterPaint, append, el, onPress } from '../ui/dom.ts';
import { byline, factsLine, paperFacts, relevanceBadge } from './paper-facts.ts';

/** Near-duplicates named under a hit. */
const MAX_DUPLICATES = 3;

/** Papers of a list whose rank is shown on the map too. */
export const MAX_NUMBERED = 10;

/** Height of the lowest possible entry with a snippet, in CSS pixels. */
const MIN_ENTRY_HEIGHT = 90;

export interface HitListInput {
  topicTags: TopicTags;
  /** Whether entries show a snippet and highlight query matches. */
  hasSnippets: boolean;
  /** Whether entries have a rank and a relevance; without, the list is set in smaller type. */
  isRanked: boolean;
  paperHref(id: string): string;
  openPaper(id: string): void;
  /** Called when an entry is hovered or focused; with null when that ends. */
  hoverPaper(id: string | null): void;
}

type PaperLink = Pick<Hit, 'id' | 'title'>;

/** An entry needs an id and a title; everything else is shown if known. */
export type ListedPaper = PaperLink & Partial<Hit>;

export interface HitList {
  element: HTMLElement;
  /** Shows papers as the entries from `offset` on; 0 replaces all. */
  show(papers: readonly ListedPaper[], offset: number): void;
  /** Highlights the entry of a paper that is hovered on the map; null: none is. */
  highlight(id: string | null): void;
  /** Focuses the entry of a paper; false if it is not listed. */
  focus(id: string): boolean;
  /** The paper of the entry that has the focus, itself or something in it; null for none. */
  focused(): string | null;
}

const NO_HIGHLIGHTS: Hit['titleHighlights'] = { highlights: [], semanticHighlights: [] };

function snippetLine(snippet: Hit['snippet']): HTMLElement {
  const line = el('p', { class: 'hit-snippet', dir: 'auto' });
  appendHighlighted(line, snippet.text, snippet);
  return line;
}

function titleLink(
  paper: PaperLink,
  className: string,
  input: HitListInput,
  highlights = NO_HIGHLIGHTS,
): HTMLAnchorElement {
  const link = el('a', { class: className, href: input.paperHref(paper.id), dir: 'auto' });
  appendHighlighted(link, paper.title, highlights);
  onPress(link, () => input.openPaper(paper.id));
  link.addEventListener('focus', () => input.hoverPaper(paper.id));
  link.addEventListener('blur', () => input.hoverPaper(null));
  return link;
}

function duplicatesLine(papers: readonly PaperLink[], input: HitListInput): HTMLElement {
  const line = el('p', { class: 'hit-duplicates' }, 'Near-duplicates: ');
  for (const [i, paper] of papers.slice(0, MAX_DUPLICATES).entries()) {
    append(line, i > 0 && ', ', titleLink(paper, 'duplicate-link', input));
  }
  append(line, papers.length > MAX_DUPLICATES && ` and ${papers.length - MAX_DUPLICATES} more`);
  return line;
}

let descriptions = 0;

/** Describes an entry's semantic matches to screen readers. */
function describeSemanticMatches(link: HTMLElement, { titleHighlights, title, snippet }: ListedPaper) {
  const description = semanticMatches([
    { text: title, semanticHighlights: titleHighlights?.semanticHighlights ?? [] },
    { text: snippet?.text ?? '', semanticHighlights: snippet?.semanticHighlights ?? [] },
  ]);
  if (!description) return null;
  description.id = `semantic-matches-${++descriptions}`;
  link.setAttribute('aria-describedby', description.id);
  return description;
}

export function createHitList(input: HitListInput): HitList {
  const element = el(input.isRanked ? 'ol' : 'ul', { class: input.isRanked ? 'hits' : 'hits unranked' });
  const entries = new Map<string, { item: HTMLLIElement; link: HTMLAnchorElement }>();

  const createEntry = (paper: ListedPaper, rank: number): HTMLLIElement => {
    const link = titleLink(paper, 'hit-title', input, input.hasSnippets ? paper.titleHighlights : NO_HIGHLIGHTS);
    const badge = input.isRanked ? relevanceBadge(paper.percentile ?? null) : null;
    // The badge is above the link that fills the entry, to have a tooltip; a click on it opens the paper as well.
    badge?.addEventListener('click', () => link.click());
    const authors = byline(paper);
    const item = el(
      'li',
      { class: 'hit' },
      input.isRanked &&
        el('span', { class: rank <= MAX_NUMBERED ? 'rank on-map' : 'rank', 'aria-hidden': 'true' }, String(rank)),
      link,
      authors,
      input.hasSnippets && paper.snippet?.text ? snippetLine(paper.snippet) : null,
      input.hasSnippets && describeSemanticMatches(link, paper),
      factsLine(input.topicTags.ofPaper(paper.id), paperFacts(authors ? { ...paper, date: null } : paper), badge),
      paper.duplicates?.length ? duplicatesLine(paper.duplicates, input) : null,
    );
    item.addEventListener('pointerenter', () => input.hoverPaper(paper.id));
    item.addEventListener('pointerleave', () => input.hoverPaper(null));
    entries.set(paper.id, { item, link });
    return item;
  };

  /** Adds the entries below the fold; null if all are there. */
  let addRest: (() => void) | null = null;
  const complete = () => {
    const add = addRest;
    addRest = null;
    add?.();
  };

  return {
    element,
    show(papers, offset) {
      if (offset === 0) {
        addRest = null;
        entries.clear();
        element.replaceChildren();
      } else complete();
      const add = (some: readonly ListedPaper[], from: number) =>
        element.append(...some.map((paper, i) => createEntry(paper, from + i + 1)));
      // What is visible is painted one frame earlier if the entries below the fold come after it.
      const visible = Math.ceil(innerHeight / MIN_ENTRY_HEIGHT);
      add(papers.slice(0, visible), offset);
      if (papers.length <= visible) return;
      addRest = () => add(papers.slice(visible), offset + visible);
      afterPaint(complete);
    },
    highlight(id) {
      complete();
      for (const [paper, { item }] of entries) item.classList.toggle('highlighted', paper === id);
    },
    focused() {
      const focusedEntry = [...entries].find(([, { item }]) => item.contains(document.activeElement));
      return focusedEntry?.[0] ?? null;
    },
    focus(id) {
      complete();
      const entry = entries.get(id);
      entry?.link.focus();
      return entry !== undefined;
    },
  };
}
