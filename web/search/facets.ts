/** Filters for an answer: the topics, organizations, authors, categories, dates and columns of its papers. */
import type { Filter } from '../../pipeline/core/query/ast.ts';
import type { ColumnFacet } from '../../server/schemas/columns.ts';
import type { FacetsResponse } from '../../server/schemas/search.ts';
import { facets } from '../app/api.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { createDisclosure } from '../ui/disclosure.ts';
import { el } from '../ui/dom.ts';
import { columnTitle, formatDate, formatDecimal, formatNumber } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { datesOf, filtersOf, hasFilter, toggleFilter, toggleRange, withDates, withoutDates } from './edit-query.ts';
import { createHistogram, datesBetween, fillGaps, numberBinsBetween } from './facet-histogram.ts';
import { appendRegionFilter, type DisplayedAnswer } from './search-request.ts';

/** How many values of each facet are shown at most. */
const MAX_VALUES = 5;

/** How many columns of the user's data are shown at most, those in most papers first. */
const MAX_COLUMNS = 12;

export interface FacetPanel {
  /** The button that opens and closes the panel. */
  button: HTMLElement;
  element: HTMLElement;
  /** Shows the facets of an answer; null: there is nothing to filter. */
  show(answer: FilteredAnswer | null): void;
}

interface FacetValue {
  readonly label: string;
  readonly count: number;
  readonly dot?: HTMLElement;
  /** Whether the query has the filter for this value. */
  readonly isActive: boolean;
  /** The query with the filter added, or with the filter removed if it is active. */
  readonly toggledQuery: string;
}

type FilteredAnswer = Pick<DisplayedAnswer, 'query' | 'mode' | 'total' | 'region'>;

export interface FacetPanelInput {
  topicTags: TopicTags;
  /** The name of a topic; null if the topic is unknown. */
  topicName(topic: number): string | null;
  search(query: string): void;
}

export function createFacetPanel({ topicTags, topicName, search }: FacetPanelInput): FacetPanel {
  const { button, element, isOpen, setAvailable } = createDisclosure('facets', 'Filter', () => void load());
  let current: FilteredAnswer | null = null;
  /** The answer whose facets are shown. */
  let loaded: FilteredAnswer | null = null;

  const load = async () => {
    const answer = current;
    if (answer === null || !isOpen() || loaded === answer) return;
    if (element.childElementCount === 0) element.replaceChildren(createSkeleton(1));
    try {
      const response = await facets({ q: appendRegionFilter(answer.query, answer.region), mode: answer.mode });
      if (current !== answer) return;
      loaded = answer;
      fill(answer.query, response);
    } catch (error) {
      if (current === answer) element.replaceChildren(createErrorNotice(error, () => void load()));
    }
  };

  const fill = (query: string, response: FacetsResponse) => {
    const { activeElement } = document;
    const focused = activeElement instanceof HTMLElement && element.contains(activeElement) ? activeElement : null;
    const groups = [
      facetGroup('Topics', topicValues(query, response, topicTags, topicName), search),
      facetGroup('Organizations', organizationValues(query, response), search),
      facetGroup('Authors', authorValues(query, response), search),
      facetGroup('Categories', categoryValues(query, response), search),
      facetGroup('Dates', dateValues(query, response), search),
      ...response.columns.slice(0, MAX_COLUMNS).map((column) => columnGroup(query, response, column, search)),
    ].filter((group) => group !== null);
    element.replaceChildren(
      ...(groups.length > 0
        ? groups
        : [el('p', { class: 'muted' }, 'Nothing to filter by: these papers have no differences.')]),
    );
    if (!focused) return;
    // The pressed value keeps the focus, although its button was replaced.
    const replaced = [...element.querySelectorAll<HTMLElement>('button')].find(
      (one) => one.dataset.value === focused.dataset.value,
    );
    (replaced ?? button).focus({ preventScroll: true });
  };

  return {
    button,
    element,
    show(answer) {
      current = answer && answer.total > 0 ? answer : null;
      setAvailable(current !== null);
      void load();
    },
  };
}

function facetGroup(title: string, values: readonly FacetValue[], search: (query: string) => void): HTMLElement | null {
  if (values.length === 0) return null;
  const list = el('ul', { class: 'facet-values', 'aria-label': title });
  for (const { label, count, dot, isActive, toggledQuery } of values) {
    const button = el(
      'button',
      { type: 'button', class: 'facet-value', 'aria-pressed': String(isActive), 'data-value': `${title} ${label}` },
      dot,
      el('span', { class: 'facet-label', dir: 'auto' }, label),
      el('span', { class: 'facet-count' }, formatNumber(count)),
    );
    button.addEventListener('click', () => search(toggledQuery));
    list.append(el('li', {}, button));
  }
  return el('section', {}, el('h3', { class: 'facet-title' }, title), list);
}

/** Drops facet values that all papers have, which would filter nothing, unless they are active. */
function usefulValues(values: readonly FacetValue[], { total }: FacetsResponse): FacetValue[] {
  return values.filter(({ count, isActive }) => count < total || isActive).slice(0, MAX_VALUES);
}

function facetValue(query: string, filter: Filter, label: string, count: number): FacetValue {
  return { label, count, isActive: hasFilter(query, filter), toggledQuery: toggleFilter(query, filter) };
}

function topicValues(
  query: string,
  response: FacetsResponse,
  topicTags: TopicTags,
  topicName: FacetPanelInput['topicName'],
): FacetValue[] {
  const topicValue = (topic: number, name: string, count: number) => ({
    ...facetValue(query, { kind: 'topic', topic, excluded: false }, name, count),
    dot: topicTags.dot(topic),
  });
  const values = response.topics.map(({ id, name, count }) => topicValue(id, name, count));
  // If the query has a topic filter, the response has the subtopics of that topic. The topic itself is added, so that
  // the filter can be removed.
  const active = filtersOf(query).flatMap((filter) => {
    if (filter.kind !== 'topic' || filter.excluded || typeof filter.topic !== 'number') return [];
    const { topic } = filter;
    const name = topicName(topic);
    if (name === null || response.topics.some(({ id }) => id === topic)) return [];
    return [topicValue(topic, name, response.total)];
  });
  return usefulValues([...active, ...values], response);
}

function organizationValues(query: string, response: FacetsResponse): FacetValue[] {
  const values = response.organizations.map(({ slug, name, count }) =>
    facetValue(query, { kind: 'org', org: slug, excluded: false }, name, count),
  );
  return usefulValues(values, response);
}

/** Authors of the papers. Authors of a single paper are left out, because there are very many of them. */
function authorValues(query: string, response: FacetsResponse): FacetValue[] {
  const values = response.authors
    .map(({ name, count }) => facetValue(query, { kind: 'author', author: name, excluded: false }, name, count))
    .filter(({ count, isActive }) => count > 1 || isActive);
  return usefulValues(values, response);
}

function categoryValues(query: string, response: FacetsResponse): FacetValue[] {
  const values = response.categories.map(({ name, count }) =>
    facetValue(query, { kind: 'category', category: name, excluded: false }, name, count),
  );
  return usefulValues(values, response);
}

/** Years of the papers, the newest first; months if all papers are of one year. */
function dateValues(query: string, response: FacetsResponse): FacetValue[] {
  const years = new Map<string, number>();
  for (const { date, count } of response.dates) {
    const year = date.slice(0, 4);
    years.set(year, (years.get(year) ?? 0) + count);
  }
  const periods = years.size > 1 ? [...years] : response.dates.map(({ date, count }) => [date, count] as const);
  const active = datesOf(query);
  const values = periods.map(([date, count]): FacetValue => {
    const isActive = active?.from === date && active.to === date;
    const toggledQuery = isActive ? withoutDates(query) : withDates(query, date, date);
    return { label: formatDate(date), count, isActive, toggledQuery };
  });
  if (active === null || values.some(({ isActive }) => isActive)) return usefulValues(values, response);
  const { from, to } = active;
  const label = from === to ? formatDate(from) : `${formatDate(from)} – ${formatDate(to)}`;
  const range = { label, count: response.total, isActive: true, toggledQuery: withoutDates(query) };
  return usefulValues([range, ...values], response);
}

/** A column as a histogram of numbers or dates, or as the names that occur in it. null if it has nothing to filter by. */
function columnGroup(
  query: string,
  response: FacetsResponse,
  column: ColumnFacet,
  search: (query: string) => void,
): HTMLElement | null {
  const title = columnTitle(column.name);
  const filterOf = (value: string): Filter => ({ kind: 'column', column: column.key, value, excluded: false });
  const barOf = ({ toggledQuery, ...value }: FacetValue) => ({ ...value, select: () => search(toggledQuery) });
  switch (column.type) {
    case 'number': {
      const bins = column.bins.map(({ from, to, count }, i) => {
        // The last bin has both its ends.
        const isLast = i === column.bins.length - 1;
        const filters = [filterOf(`>=${from}`), filterOf(`${isLast ? '<=' : '<'}${to}`)];
        const isActive = filters.every((filter) => hasFilter(query, filter));
        const label = binLabel(from, to, column.areWhole, isLast);
        return { from, to, label, count, isActive, toggledQuery: toggleRange(query, column.key, filters) };
      });
      const ends = [formatDecimal(column.min), formatDecimal(column.max)] as const;
      // Within a chosen bin there are smaller ones, and a way back.
      const chosen = filtersOf(query).filter((filter) => filter.kind === 'column' && filter.column === column.key);
      const isChosen = chosen.length > 0 && !bins.some(({ isActive }) => isActive);
      const back: FacetValue = {
        label: ends.join(' – '),
        count: column.count,
        isActive: true,
        toggledQuery: toggleRange(query, column.key, chosen),
      };
      const group = facetGroup(
        title,
        isChosen ? [back] : bins.length === 1 ? usefulValues(bins, response) : [],
        search,
      );
      if (bins.length < 2) return group;
      return withHistogram(
        title,
        group,
        fillGaps(bins, numberBinsBetween).map((bin) => bin && barOf(bin)),
        ends,
      );
    }
    case 'date': {
      const dates = column.dates
        .toReversed()
        .map(({ date, count }) => ({ date, ...facetValue(query, filterOf(date), formatDate(date), count) }));
      if (dates.length < 2) return facetGroup(title, usefulValues(dates, response), search);
      const bars = fillGaps(dates, (before, after) => datesBetween(before.date, after.date));
      const ends = [dates[0].label, dates[dates.length - 1].label] as const;
      return withHistogram(
        title,
        null,
        bars.map((bar) => bar && barOf(bar)),
        ends,
      );
    }
    default: {
      const labelOf = (value: string) => (column.type === 'flag' ? (value === 'true' ? 'Yes' : 'No') : value);
      const values = column.values.map(({ value, count }) =>
        facetValue(query, filterOf(value.replace(/\s+/g, ' ')), labelOf(value), count),
      );
      return facetGroup(title, usefulValues(values, response), search);
    }
  }
}

/** @param group the group with the title to which the histogram is added; null for a new one */
function withHistogram(
  title: string,
  group: HTMLElement | null,
  bars: Parameters<typeof createHistogram>[1],
  ends: readonly [string, string],
): HTMLElement {
  const section = group ?? el('section', {}, el('h3', { class: 'facet-title' }, title));
  section.append(createHistogram(title, bars, ends));
  return section;
}

/** @param hasEnd whether the numbers up to `to`, and not only those below it, are in the bin */
function binLabel(from: number, to: number, areWhole: boolean, hasEnd: boolean): string {
  if (from === to) return formatDecimal(from);
  const last = areWhole && !hasEnd ? Math.ceil(to) - 1 : to;
  return last === from ? formatDecimal(from) : `${formatDecimal(from)} – ${formatDecimal(last)}`;
}
