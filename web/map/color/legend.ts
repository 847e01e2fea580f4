/** The card that says what papers are colored by, with a legend. Pressing entries of the legend filters the map. */
import { columns } from '../../app/api.ts';
import type { MapData } from '../../app/map-data.ts';
import type { State } from '../../app/page-state.ts';
import type { Store } from '../../app/store.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { columnTitle, formatCount, formatNumber } from '../../ui/format.ts';
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
import { loadField } from './load-field.ts';

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
  const card = el('section', { class: 'color-card', 'aria-label': 'Map colors' }, choice, legend);
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
