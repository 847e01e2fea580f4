/**
 * The card that says what papers are colored and sized by, with a legend. Pressing entries of the legend filters the map.
 */

import type { MapFieldResponse } from '../../../server/schemas/columns.ts';
import { columns, mapField } from '../../app/api.ts';
import type { MapData } from '../../app/map-data.ts';
import type { State } from '../../app/page-state.ts';
import type { Store } from '../../app/store.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { columnTitle, formatCount, formatNumber } from '../../ui/format.ts';
import { createPointSizes, type PointSizes } from '../canvas/point-sizes.ts';
import type { PaperMap } from '../map.ts';
import {
  type ColorBy,
  colorByOptions,
  excludedByLegend,
  type FieldColor,
  fieldOf,
  hasValues,
  type LegendEntry,
  type PaperColoring,
  UNKNOWN_LEGEND_KEY,
} from './coloring.ts';
import { createColoring } from './create-coloring.ts';

export interface ColorCardInput {
  host: HTMLElement;
  mapData: MapData;
  map: PaperMap;
  store: Store;
}

const texts: Readonly<Record<(typeof colorByOptions)[number], { label: string; description: string }>> = {
  topic: { label: 'Topic', description: '' },
  date: { label: 'Date', description: 'When a paper was published.' },
  comments: { label: 'Comments', description: 'How many comments a paper has.' },
  accuracy: {
    label: 'Map accuracy',
    description: 'How many of a paper’s closest papers are also close to it on the map.',
  },
};

function isBuiltIn(by: ColorBy): by is Exclude<ColorBy, FieldColor> {
  return fieldOf(by) === null;
}

function textsOf(by: ColorBy): { label: string; description: string } {
  const field = fieldOf(by);
  return field === null ? texts[by as keyof typeof texts] : { label: columnTitle(field), description: '' };
}

/** How many columns of the user's data are offered at most, those in most papers first. */
const MAX_COLUMNS = 8;

/** On a map narrower than this, in pixels, the legend stays closed. */
const NARROW = 640;

/**
 * Creates the card 'Map colors'.
 *
 * @returns its element, to which other controls of the map's colors can be added
 */
export function createColorCard({ host, mapData, map, store }: ColorCardInput): HTMLElement {
  const createOption = (by: ColorBy) => {
    const radio = el('input', { type: 'radio', name: 'color', value: by });
    radio.addEventListener('change', () => store.set({ color: by, colorFilter: '' }, 'replace'));
    return { by, radio, element: el('label', {}, radio, el('span', {}, textsOf(by).label)) };
  };
  const options = colorByOptions.map(createOption);
  /** Adds the option of a column at the end. */
  const addOption = (by: ColorBy) => {
    const known = options.find((option) => option.by === by);
    const option = known ?? createOption(by);
    if (!known) options.push(option);
    // Also if it is there already, because a link has it: all are in the order of the columns.
    choice.append(option.element);
  };
  const choice = el('fieldset', { class: 'color-by' }, el('legend', {}, 'Color by'));
  append(choice, ...options.map(({ element }) => element));
  const list = el('ul', { class: 'color-list' });
  const description = el('p', { class: 'color-description' });
  const showAll = el('button', { type: 'button', class: 'color-show-all' }, 'Show all');
  const legend = el('details', { class: 'color-legend' }, el('summary', {}, 'Legend'), description, list, showAll);
  const sizes = createSizeMenu({ mapData, map, store });
  const card = el('section', { class: 'color-card', 'aria-label': 'Map colors' }, choice, legend, sizes);
  host.appendChild(card);

  const keysOf = ({ colorFilter }: State) => colorFilter.split(',').filter(Boolean);
  const toggleEntry = ({ key }: LegendEntry) => {
    const keys = keysOf(store.get());
    const next = keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
    store.set({ colorFilter: next.join(',') }, 'replace');
  };

  const renderLegend = (coloring: PaperColoring) => {
    description.textContent = coloring.legend.some(({ key }) => key !== UNKNOWN_LEGEND_KEY)
      ? textsOf(coloring.by).description
      : 'Unknown for all papers here.';
    const items = coloring.legend.map((entry) => {
      const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
      dot.style.setProperty('--tone-light', entry.cssColor('light'));
      dot.style.setProperty('--tone-dark', entry.cssColor('dark'));
      const size = el('span', { class: 'color-size' }, formatNumber(entry.papers));
      const name = el('span', { class: 'color-name' }, entry.label);
      const button = el('button', { type: 'button', 'aria-pressed': 'false' }, dot, name, ' ', size);
      button.addEventListener('click', () => toggleEntry(entry));
      return el('li', {}, button);
    });
    list.replaceChildren();
    append(list, ...items);
  };
  const applyFilter = (coloring: PaperColoring, keys: readonly string[]) => {
    const excluded = excludedByLegend(coloring, keys);
    list.querySelectorAll('button').forEach((button, i) => {
      const isPressed = excluded !== null && keys.includes(coloring.legend[i].key);
      button.setAttribute('aria-pressed', String(isPressed));
    });
    showAll.hidden = excluded === null;
    map.updateScene({ excludedByLegend: excluded });
    return excluded;
  };

  let coloring: PaperColoring;
  const show = (next: PaperColoring, state: State) => {
    coloring = next;
    renderLegend(coloring);
    map.setColoring(coloring);
    // The legend of topics is closed at first, because topics are also listed in the panel. On a phone there is
    // little room for any legend.
    legend.open = (state.color !== 'topic' || state.colorFilter !== '') && host.clientWidth > NARROW;
  };
  const filter = (state: State, isFirst: boolean) => {
    const excluded = applyFilter(coloring, keysOf(state));
    if (isFirst) return;
    const { n } = mapData.papers.world;
    const shown = excluded === null ? n : excluded.reduce((count, value) => count - value, n);
    announce(`Colored by ${textsOf(state.color).label.toLowerCase()}, ${formatCount(shown, 'paper')} shown.`);
  };
  /** Loads a column and colors by it, unless something else was chosen meanwhile. A column that is not there is left. */
  const showField = async (by: FieldColor, name: string, isFirst: boolean) => {
    const field = await loadField(mapData, name);
    const state = store.get();
    if (state.color !== by) return;
    if (field === null) {
      store.set({ color: 'topic', colorFilter: '' }, 'replace');
      return;
    }
    show(createColoring(by, mapData), state);
    filter(state, isFirst);
  };
  const update = (state: State, before: State | null) => {
    if (state.color !== before?.color) {
      const field = fieldOf(state.color);
      if (field !== null) addOption(state.color);
      for (const { by, radio, element } of options) {
        radio.checked = by === state.color;
        // An option is hidden if no paper has a value for it, unless the page was opened by a link with this option.
        element.hidden = !radio.checked && isBuiltIn(by) && !hasValues(by, mapData);
      }
      if (field !== null) {
        // Until the column is loaded the first time, papers are colored by topic.
        if (before === null) show(createColoring(state.color, mapData), state);
        void showField(state.color as FieldColor, field, before === null);
        return;
      }
      if (isBuiltIn(state.color)) show(createColoring(state.color, mapData), state);
    } else if (state.colorFilter === before.colorFilter || coloring.by !== state.color) return;
    filter(state, before === null);
  };
  columns().then(
    (response) => {
      const offered = response.columns.filter(({ type, name }) => type !== 'text' && name !== 'comments');
      for (const { name } of offered.slice(0, MAX_COLUMNS)) addOption(`field:${name}`);
    },
    // Without the names of columns there are the other colors.
    () => undefined,
  );
  showAll.addEventListener('click', () => {
    store.set({ colorFilter: '' }, 'replace');
    // The focused button is hidden now, so the legend takes the focus.
    list.querySelector('button')?.focus();
  });
  store.subscribe(update);
  update(store.get(), null);
  return card;
}

/** Diameter of a paper of normal size in the scale, in CSS pixels. */
const DOT = 6;

/** Creates the menu that says what the sizes of papers show, with a scale. It is hidden if no column has numbers. */
function createSizeMenu({ mapData, map, store }: Omit<ColorCardInput, 'host'>): HTMLElement {
  const select = el('select', { class: 'size-select', id: 'size-by' }, el('option', { value: '' }, 'All equal'));
  const scale = el('div', { class: 'size-scale', hidden: true });
  const menu = el(
    'div',
    { class: 'size-menu', hidden: true },
    el('label', { for: 'size-by' }, 'Size by'),
    select,
    scale,
  );

  const addOption = (name: string) => {
    menu.hidden = false;
    if ([...select.options].some(({ value }) => value === name)) return;
    select.append(el('option', { value: name }, columnTitle(name)));
  };
  const show = (sizes: PointSizes | null) => {
    map.setSizes(sizes);
    scale.hidden = sizes === null || sizes.labels.length === 0;
    scale.replaceChildren();
    if (sizes === null || sizes.labels.length === 0) return;
    const { labels, factors } = sizes;
    const dots = labels.map((label, level) => {
      const dot = el('span', { class: 'size-dot', title: label });
      dot.style.setProperty('--size', `${(DOT * factors[level]).toFixed(1)}px`);
      return dot;
    });
    append(scale, el('span', {}, labels[0]), ...dots, el('span', {}, labels[labels.length - 1]));
  };
  const update = async ({ size }: Pick<State, 'size'>, isFirst: boolean) => {
    if (size === '') {
      select.value = '';
      show(null);
      if (!isFirst) announce('All papers have the same size.');
      return;
    }
    addOption(size);
    select.value = size;
    const field = await loadField(mapData, size);
    if (store.get().size !== size) return;
    if (field?.type !== 'number') {
      store.set({ size: '' }, 'replace');
      return;
    }
    show(createPointSizes(field.values));
    if (!isFirst) announce(`Sized by ${columnTitle(size).toLowerCase()}.`);
  };
  select.addEventListener('change', () => store.set({ size: select.value }, 'replace'));
  store.subscribe((state, before) => {
    if (state.size !== before.size) void update(state, false);
  });
  columns().then(
    (response) => {
      for (const { name, type } of response.columns) if (type === 'number') addOption(name);
    },
    // Without the names of columns all papers have the same size.
    () => undefined,
  );
  if (store.get().size !== '') void update(store.get(), true);
  return menu;
}

/**
 * Loads a column once. null if there is none of this name, or if the server has another snapshot by now: rows are those
 * of the snapshot that the map shows, and the page offers to refresh.
 */
async function loadField(mapData: MapData, name: string): Promise<MapFieldResponse | null> {
  const field = mapData.fields.get(name) ?? (await mapField(name).catch(() => null));
  if (field === null || field.snapshot !== mapData.snapshot) return null;
  mapData.fields.set(name, field);
  return field;
}
