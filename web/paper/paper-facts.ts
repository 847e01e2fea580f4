/** Elements and texts for the facts of a paper, in lists and in its own view: authors, date, counts, relevance. */
import { attentionMeasures } from '../../pipeline/core/field-columns.ts';
import type { Hit } from '../../server/schemas/papers.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate, formatDecimal, truncate } from '../ui/format.ts';

/** The most authors that the view of a paper names before the others are shown on demand: about four lines. */
const MAX_NAMED = 12;

/**
 * Selects the authors that fit on one line of a list, and counts the others.
 *
 * @param names the first authors
 * @param total the number of all authors; null or undefined if not known
 * @example abbreviateAuthors(['Ada Li', 'Bo Wu', 'Cy Xu'], 6) // { named: 'Ada Li, Bo Wu', rest: 4 }
 */
export function abbreviateAuthors(
  names: readonly string[],
  total: number | null | undefined,
): { named: string; rest: number } {
  const count = Math.max(total ?? 0, names.length);
  // If all names are known, all are shown: '+ 1' in place of the third name would take as much room.
  const shown = count <= names.length ? names : names.slice(0, 2);
  return { named: shown.join(', '), rest: count - shown.length };
}

/**
 * Creates a line with all authors of a paper. If there are very many, those at the end are shown on demand.
 *
 * @param authorLink creates a link to the papers of an author
 */
export function createAuthorLine(names: readonly string[], authorLink: (name: string) => HTMLElement): HTMLElement {
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

/** Creates a line with authors and date; null if no author is known. */
export function createByline({
  authors,
  authorCount,
  date,
}: Partial<Pick<Hit, 'authors' | 'authorCount' | 'date'>>): HTMLElement | null {
  if (!authors?.length) return null;
  const { named, rest } = abbreviateAuthors(authors, authorCount);
  const line = el('p', { class: 'hit-byline' }, el('span', { class: 'hit-authors', dir: 'auto' }, named));
  append(
    line,
    rest > 0 && el('span', { title: `and ${rest} more` }, `+ ${rest}`),
    date && el('span', { class: 'hit-date' }, formatDate(date)),
  );
  return line;
}

/**
 * Lists the known facts of a paper: date, venue, organization, number of authors, number of comments, since when no source gives it. null if none is
 * known. The number of authors is left out if their names are known, because they are shown elsewhere.
 */
export function createPaperFacts(
  paper: Partial<Pick<Hit, 'date' | 'organization' | 'authors' | 'authorCount' | 'comments'>> & {
    readonly goneSince?: string | null;
    readonly fields?: Hit['fields'];
  },
  venue: string | null = null,
): HTMLElement | null {
  const known = [
    paper.date && formatDate(paper.date),
    venue,
    paper.organization?.name,
    !paper.authors?.length && paper.authorCount && formatCount(paper.authorCount, 'author'),
    paper.comments && formatCount(paper.comments, 'comment'),
    ...Object.entries(paper.fields ?? {}).map(([name, value]) => columnFact(name, value)),
    paper.goneSince && `in no source since ${formatDate(paper.goneSince)}`,
  ].filter(Boolean);
  return known.length > 0 ? el('span', { dir: 'auto' }, known.join(' · ')) : null;
}

/** The longest value of a column in a line of facts, in UTF-16 code units. */
const MAX_VALUE_LENGTH = 40;

/** A value of a column in a few words: `397 upvotes`, `tags: robotics, vision`, `peer reviewed`; `not peer reviewed`. */
export function columnFact(name: string, value: Hit['fields'][string]): string {
  const title = name.replace(/_/g, ' ');
  if (typeof value === 'boolean') return value ? title : `not ${title}`;
  const isCount = (attentionMeasures as readonly string[]).includes(name);
  if (typeof value === 'number') {
    return isCount ? formatCount(value, name.replace(/s$/, '')) : `${title}: ${formatDecimal(value)}`;
  }
  const text = typeof value === 'object' ? value.join(', ') : formatDate(value);
  return `${title}: ${truncate(text, MAX_VALUE_LENGTH)}`;
}

/** Creates a line of facts, side by side; null if there are no facts. */
export function createFactsLine(...facts: readonly (HTMLElement | null)[]): HTMLElement | null {
  return facts.some(Boolean) ? el('div', { class: 'hit-facts' }, ...facts) : null;
}

type RelevanceLevel = 'strong' | 'possible' | 'weak';

/**
 * Smallest percentiles of a strong and of a possible match: the share of off-topic queries whose best answer scores
 * lower.
 */
const MIN_STRONG = 0.99;
const MIN_POSSIBLE = 0.9;

/**
 * The relevance level of a hit; null if its percentile is not known.
 *
 * @param percentile as in the API, from 0 to 1
 */
export function relevanceLevel(percentile: number | null): RelevanceLevel | null {
  if (percentile === null) return null;
  return percentile >= MIN_STRONG ? 'strong' : percentile >= MIN_POSSIBLE ? 'possible' : 'weak';
}

/** Says in words what a percentile means. It is rounded down, so that only 100% becomes 'any'. */
export function relevanceText(percentile: number): string {
  if (percentile >= 1) return 'Stronger match than any unrelated search';
  return `Stronger match than ${Math.floor(percentile * 1000 + 1e-6) / 10}% of unrelated searches`;
}

/**
 * Creates a badge for the relevance of a hit: three bars, the level, and an explanation as tooltip. null if not known.
 */
export function createRelevanceBadge(percentile: number | null): HTMLElement | null {
  const level = relevanceLevel(percentile);
  if (level === null || percentile === null) return null;
  const bars = el('span', { class: 'bars', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
  const match = el('span', { class: 'visually-hidden' }, ' match');
  return el('span', { class: `relevance ${level}`, title: relevanceText(percentile) }, bars, level, match);
}
