/** The menu that says what the sizes of papers show, with a scale below it. */
import { columns } from '../../app/api.ts';
import type { MapData } from '../../app/map-data.ts';
import type { State } from '../../app/page-state.ts';
import type { Store } from '../../app/store.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { columnTitle } from '../../ui/format.ts';
import { createPointSizes, type PointSizes } from '../canvas/point-sizes.ts';
import type { PaperMap } from '../map.ts';
import { loadField } from './load-field.ts';

export interface SizeMenuInput {
  /** The card to which the menu is added. */
  host: HTMLElement;
  mapData: MapData;
  map: Pick<PaperMap, 'setSizes'>;
  store: Store;
}

/** Diameter of a paper of normal size in the scale, in CSS pixels. */
const DOT = 6;

/** Adds the menu to the colors of the map. It is hidden if no column has numbers. */
export function createSizeMenu({ host, mapData, map, store }: SizeMenuInput): void {
  const select = el('select', { class: 'size-select' }, el('option', { value: '' }, 'All equal'));
  const scale = el('div', { class: 'size-scale', hidden: true });
  const menu = el('div', { class: 'size-menu', hidden: true }, el('label', {}, 'Size by ', select), scale);
  host.append(menu);

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
}
