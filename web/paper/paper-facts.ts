/** The facts of a paper, as lists and the paper's own view show them: authors, date, counts, relevance. */
import type { Hit } from '../../server/schemas/papers.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';

/** Authors named in a paper's view before the rest is folded away: about four lines. */
const MAX_NAMED = 12;

/**
 * The authors that fit on one line of a list, and the number of those that are not named.
 *
 * @param names the first authors
 * @param total the number of all authors, if known
 * @example firstAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 6) // { named: 'Ada Li, Bo Wu', rest: 4 }
 */
export function firstAuthors(
  names: readonly string[],
  total: number | null | undefined,
): { named: string; rest: number } {
  const count = Math.max(total ?? 0, names.length);
  // '+ 1' takes as much room as a third name.
  const shown = count <= names.length ? names : names.slice(0, 2);
  return { named: shown.join(', '), rest: count - shown.length };
}

/**
 * All authors of a paper. If there are very many, the rest is shown on demand.
 *
 * @param authorLink makes a link to what the author wrote
 */
export function authorLine(names: readonly string[], authorLink: (name: string) => HTMLElement): HTMLElement {
  const links = (some: readonly string[]) =>
    some.flatMap((name, i) => (i > 0 ? [', ', authorLink(name)] : [authorLink(name)]));
  const line = el('p', { class: 'paper-authors', dir: 'auto', tabindex: -1 });
  if (names.length <= MAX_NAMED + 2) {
    append(line, ...links(names));
    return line;
  }
  const more = el('button', { type: 'button', class: 'link' }, `and ${names.length - MAX_NAMED} more`);
  more.addEventListener('click', () => {
    line.replaceChildren(...links(names));
    line.focus();
  });
  append(line, ...links(names.slice(0, MAX_NAMED)), ' ', more);
  return line;
}

/** Authors and date on one line; null if no author is known. */
export function byline({
  authors,
  authorCount,
  date,
}: Partial<Pick<Hit, 'authors' | 'authorCount' | 'date'>>): HTMLElement | null {
  if (!authors?.length) return null;
  const { named, rest } = firstAuthors(authors, authorCount);
  const line = el('p', { class: 'hit-byline' }, el('span', { class: 'hit-authors', dir: 'auto' }, named));
  append(
    line,
    rest > 0 && el('span', { title: `and ${rest} more` }, `+ ${rest}`),
    date && el('span', { class: 'hit-date' }, formatDate(date)),
  );
  return line;
}

/**
 * Date, venue, organization, number of authors and comments, as far as known; null if nothing is. The number of authors is
 * left out if they are named elsewhere.
 */
export function paperFacts(
  paper: Partial<Pick<Hit, 'date' | 'organization' | 'authors' | 'authorCount' | 'comments'>>,
  venue: string | null = null,
): HTMLElement | null {
  const known = [
    paper.date && formatDate(paper.date),
    venue,
    paper.organization?.name,
    !paper.authors?.length && paper.authorCount && formatCount(paper.authorCount, 'author'),
    paper.comments && formatCount(paper.comments, 'comment'),
  ].filter(Boolean);
  return known.length > 0 ? el('span', { dir: 'auto' }, known.join(' · ')) : null;
}

/** Facts side by side; null if there are none. */
export function factsLine(...facts: readonly (HTMLElement | null)[]): HTMLElement | null {
  return facts.some(Boolean) ? el('div', { class: 'hit-facts' }, ...facts) : null;
}

type RelevanceLevel = 'strong' | 'possible' | 'weak';

/** Lower bounds of a hit's percentile among the best answers to off-topic queries. */
const MIN_STRONG = 0.99;
const MIN_POSSIBLE = 0.9;

/** @param percentile as the API returns it; null if not known */
export function relevanceLevel(percentile: number | null): RelevanceLevel | null {
  if (percentile === null) return null;
  return percentile >= MIN_STRONG ? 'strong' : percentile >= MIN_POSSIBLE ? 'possible' : 'weak';
}

/** The percentile behind the level. Rounded down, so that only 100% reads 'any'. */
export function relevanceText(percentile: number): string {
  if (percentile >= 1) return 'Stronger match than any unrelated search';
  return `Stronger match than ${Math.floor(percentile * 1000 + 1e-6) / 10}% of unrelated searches`;
}

/** Three bars and the level, with an explanation as tooltip. */
export function relevanceBadge(percentile: number | null): HTMLElement | null {
  const level = relevanceLevel(percentile);
  if (level === null || percentile === null) return null;
  const bars = el('span', { class: 'bars', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
  const match = el('span', { class: 'visually-hidden' }, ' match');
  return el('span', { class: `relevance ${level}`, title: relevanceText(percentile) }, bars, level, match);
}
