/** The tools above the hits of an answer: filter, export, sort. */
import type { SortOrder } from '../../pipeline/core/query/ast.ts';
import type { ColumnInfo } from '../../server/schemas/columns.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { columns } from '../app/api.ts';
import { createDisclosure } from '../ui/disclosure.ts';
import { el } from '../ui/dom.ts';
import { createExportButtons } from '../ui/export-buttons.ts';
import { columnTitle } from '../ui/format.ts';
import { sortOf, withSort } from './edit-query.ts';
import { createFacetPanel, type FacetPanelInput } from './facets.ts';
import type { DisplayedAnswer } from './search-request.ts';

interface ExportPanel {
  /** The button that opens and closes the panel. */
  button: HTMLElement;
  element: HTMLElement;
  /** To be called with the query when the listed papers have changed; null: no papers are listed. */
  update(query: string | null): void;
}

/**
 * Creates the panel that exports the listed papers.
 *
 * @param listed the papers to export, in their order
 */
function createExportPanel(listed: () => readonly { id: string }[]): ExportPanel {
  const { button, element, isOpen, setAvailable } = createDisclosure('export-results', 'Export', () => fill());
  let query: string | null = null;

  const fill = () => {
    if (query === null || !isOpen()) return;
    const papers = listed();
    element.replaceChildren(
      el('p', { class: 'facet-title' }, papers.length === 1 ? 'Export this paper' : `Export these ${papers.length}`),
      createExportButtons(Uint32Array.from(papers.keys()), (row) => papers[row].id, query),
    );
  };
  return {
    button,
    element,
    update(newQuery) {
      query = newQuery;
      setAvailable(query !== null);
      fill();
    },
  };
}

const SORT_LABELS: Readonly<Record<string, string>> = {
  relevance: 'Most relevant',
  date: 'Newest',
  comments: 'Most discussed',
  upvotes: 'Most upvoted',
  citations: 'Most cited',
};

/** The label of a sort order: of a column `Most upvotes`, `Least upvotes`, or its title where it has no numbers. */
function sortLabel(order: SortOrder, columns: readonly ColumnInfo[]): string {
  const known = SORT_LABELS[order];
  if (known !== undefined) return known;
  const column = order.replace(/^-/, '');
  const isReversed = column !== order;
  if (column === 'date') return 'Oldest';
  const info = columns.find(({ name }) => name === column.replace(/^field\./, ''));
  const title = columnTitle(info?.name ?? column);
  if (info?.type === 'date') return isReversed ? `${title}, oldest` : `${title}, newest`;
  if (info?.type === 'flag') return isReversed ? `${title}, last` : `${title}, first`;
  if (info?.type === 'category') return isReversed ? `${title}, Z–A` : `${title}, A–Z`;
  return isReversed ? `${title}, lowest` : `${title}, highest`;
}

/** How many columns the menu offers at most, those in most papers first. */
const MAX_SORT_COLUMNS = 12;

interface SortMenu {
  element: HTMLElement;
  /**
   * Offers the sort orders that are useful for an answer, for example by comments only if a hit has any. null: there is
   * no answer.
   */
  show(answer: Pick<SearchResponse, 'query' | 'total' | 'hits'> | null): void;
}

/** Creates a menu that writes `sort:` into the query. */
function createSortMenu(search: (query: string) => void): SortMenu {
  const menu = el('select', { class: 'sort-menu', 'aria-label': 'Sort by', hidden: true });
  let query = '';
  let defaultSort: SortOrder = 'relevance';
  /** The columns that papers can be sorted by; none until the server has answered, or if it cannot. */
  let sortable: readonly ColumnInfo[] = [];
  let isRequested = false;
  const requestColumns = () => {
    if (isRequested) return;
    isRequested = true;
    columns().then(
      (response) => {
        sortable = response.columns
          .filter(({ type, name }) => type !== 'list' && type !== 'text' && name !== 'comments')
          .slice(0, MAX_SORT_COLUMNS);
        if (shown !== null) fill(shown);
      },
      () => {
        isRequested = false;
      },
    );
  };
  let shown: Pick<SearchResponse, 'query' | 'total' | 'hits'> | null = null;
  const fill = (answer: NonNullable<typeof shown>) => {
    query = answer.query;
    const isRanked = answer.hits.some(({ score }) => score !== 0);
    defaultSort = isRanked ? 'relevance' : 'date';
    const current = sortOf(query, isRanked);
    const hasComments = current === 'comments' || answer.hits.some(({ comments }) => comments !== null);
    const orders = new Set<SortOrder>([
      ...(isRanked ? ['relevance'] : []),
      'date',
      ...(hasComments ? ['comments'] : []),
      ...sortable.map(({ name }) => (name === 'date' || name === 'relevance' ? `field.${name}` : name)),
      current,
    ]);
    menu.replaceChildren(
      ...[...orders].map((sort) =>
        el('option', { value: sort, selected: sort === current }, sortLabel(sort, sortable)),
      ),
    );
    menu.value = current;
  };
  menu.addEventListener('change', () => search(withSort(query, menu.value, defaultSort)));
  return {
    element: menu,
    show(answer) {
      menu.hidden = answer === null || answer.total < 2;
      shown = answer;
      if (answer === null) return;
      requestColumns();
      fill(answer);
    },
  };
}

export interface ResultTools {
  /** The buttons, for the line above the hits. */
  buttons: readonly HTMLElement[];
  /** The panels that the buttons open, to be placed below the buttons. */
  panels: readonly HTMLElement[];
  /** Updates the tools for an answer; null: there is no answer. */
  show(answer: DisplayedAnswer | null): void;
  /** To be called when more hits of the same answer are listed. */
  hitsAdded(): void;
}

/**
 * Creates the tools above the hits.
 *
 * @param listed the hits that are listed, in their order
 */
export function createResultTools(input: FacetPanelInput, listed: () => readonly { id: string }[]): ResultTools {
  const facetPanel = createFacetPanel(input);
  const exportPanel = createExportPanel(listed);
  const sortMenu = createSortMenu(input.search);
  let query: string | null = null;
  return {
    buttons: [facetPanel.button, exportPanel.button, sortMenu.element],
    panels: [facetPanel.element, exportPanel.element],
    show(answer) {
      query = answer && answer.hits.length > 0 ? answer.query : null;
      facetPanel.show(answer);
      sortMenu.show(answer);
      exportPanel.update(query);
    },
    hitsAdded: () => exportPanel.update(query),
  };
}
