/** The list of papers that all views use: for search results, similar papers, papers of a topic and others. */
import type { Hit } from '../../server/schemas/papers.ts';
import { appendHighlightedText, createSemanticMatchesNote } from '../text/highlighted-text.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { append, el, onPlainClick, runAfterPaint } from '../ui/dom.ts';
import { createByline, createFactsLine, createPaperFacts, createRelevanceBadge } from './paper-facts.ts';

/** The most near-duplicates that an entry names. */
const MAX_DUPLICATES = 3;

/** The number of papers at the top of a list whose rank is also shown on the map. */
export const MAX_NUMBERED_PAPERS = 10;

/** The smallest height of an entry with a snippet, in CSS pixels. */
const MIN_ENTRY_HEIGHT = 90;

/** How a list looks, and what its entries do. */
export interface HitListInput {
  topicTags: TopicTags;
  /** Whether entries show a snippet and highlight query matches. */
  hasSnippets: boolean;
  /** Whether entries show a rank and a relevance. If not, the list has smaller type. */
  isRanked: boolean;
  paperHref(id: string): string;
  openPaper(id: string): void;
  /** Called with a paper when its entry is hovered or focused, and with null when that ends. */
  hoverPaper(id: string | null): void;
}

type PaperLink = Pick<Hit, 'id' | 'title'>;

/** A paper as an entry of a list. Only id and title are required; everything else is shown if it is known. */
export type ListedPaper = PaperLink & Partial<Hit>;

/** A list of papers, as an element with methods. */
export interface HitList {
  element: HTMLElement;
  /** Shows papers as the entries from position `offset` on, counted from 0. With 0 they replace all entries. */
  show(papers: readonly ListedPaper[], offset: number): void;
  /** Highlights the entry of a paper that is hovered on the map; null: no paper is. */
  highlight(id: string | null): void;
  /** Focuses the entry of a paper. False if the paper is not listed. */
  focus(id: string): boolean;
  /** The paper whose entry, or an element within it, has the focus; null if no entry has. */
  focused(): string | null;
}

const NO_HIGHLIGHTS: Hit['titleHighlights'] = { highlights: [], semanticHighlights: [] };

function snippetLine(snippet: Hit['snippet']): HTMLElement {
  const line = el('p', { class: 'hit-snippet', dir: 'auto' });
  appendHighlightedText(line, snippet.text, snippet);
  return line;
}

function titleLink(
  paper: PaperLink,
  className: string,
  input: HitListInput,
  highlights = NO_HIGHLIGHTS,
): HTMLAnchorElement {
  const link = el('a', { class: className, href: input.paperHref(paper.id), dir: 'auto' });
  appendHighlightedText(link, paper.title, highlights);
  onPlainClick(link, () => input.openPaper(paper.id));
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

/** Describes the semantic matches of an entry to screen readers, which do not announce underlines. */
function describeSemanticMatches(link: HTMLElement, { titleHighlights, title, snippet }: ListedPaper) {
  const description = createSemanticMatchesNote([
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
    const badge = input.isRanked ? createRelevanceBadge(paper.percentile ?? null) : null;
    // The link fills the whole entry, but the badge lies above it to have a tooltip. A click on the badge must open the
    // paper too.
    badge?.addEventListener('click', () => link.click());
    const authors = createByline(paper);
    const item = el(
      'li',
      { class: 'hit' },
      input.isRanked &&
        el(
          'span',
          { class: rank <= MAX_NUMBERED_PAPERS ? 'rank on-map' : 'rank', 'aria-hidden': 'true' },
          String(rank),
        ),
      link,
      authors,
      input.hasSnippets && paper.snippet?.text ? snippetLine(paper.snippet) : null,
      input.hasSnippets && describeSemanticMatches(link, paper),
      createFactsLine(
        input.topicTags.ofPaper(paper.id),
        createPaperFacts(authors ? { ...paper, date: null } : paper),
        badge,
      ),
      paper.duplicates?.length ? duplicatesLine(paper.duplicates, input) : null,
    );
    item.addEventListener('pointerenter', () => input.hoverPaper(paper.id));
    item.addEventListener('pointerleave', () => input.hoverPaper(null));
    entries.set(paper.id, { item, link });
    return item;
  };

  /** Adds the entries that are not visible without scrolling; null if all entries have been added. */
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
      // First only the entries that fit on the screen are added. They are then painted one frame earlier.
      const visible = Math.ceil(innerHeight / MIN_ENTRY_HEIGHT);
      add(papers.slice(0, visible), offset);
      if (papers.length <= visible) return;
      addRest = () => add(papers.slice(visible), offset + visible);
      runAfterPaint(complete);
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
