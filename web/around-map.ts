/** What stands around the map and works on it: dates, colours, tools that select, the small map, and the map by keys. */
import type { Atlas } from './atlas.ts';
import { createColourCard } from './colouring/card.ts';
import { createDateBrush } from './dates/brush.ts';
import { createFound } from './dates/found.ts';
import { byId } from './dom.ts';
import { createHeatSwitch } from './heat/switch.ts';
import type { PaperMap } from './map/map.ts';
import { createMinimap } from './map/minimap.ts';
import { createWalk } from './map/walk.ts';
import type { Library } from './papers/library.ts';
import { createSaveMenu } from './picture/save-menu.ts';
import { createSelecting } from './selection/selecting.ts';
import { separately } from './separately.ts';
import { asking } from './state.ts';
import type { Store } from './store.ts';

export interface AroundMapInput {
  store: Store;
  atlas: Atlas;
  map: PaperMap;
  library: Library;
  /** The papers that the results list now. */
  hits(): readonly { id: string }[];
  /** The map gives way to what stands on it. */
  reframe(): void;
}

export interface AroundMap {
  /** What is listed may have changed. */
  refresh(): void;
}

export function createAroundMap(input: AroundMapInput): AroundMap {
  const { store, atlas, map } = input;
  const host = byId('field', HTMLElement);
  const tools = byId('map-tools', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const find = (q: string) => store.set(asking(store.get(), q), 'push');
  const selecting = separately(() => createSelecting(input));
  separately(() => createWalk({ ...input, canvas }));
  separately(() => createMinimap(host, map, atlas.papers.world));
  separately(() => createSaveMenu({ tools, canvas, store, atlas, map }));
  const dates = separately(() => createDateBrush({ host, tools, date: atlas.columns.date, map, store, find }));
  const found = dates && createFound({ store, show: dates.showFound });
  const colours = separately(() => createColourCard({ host, atlas, map, store })) ?? host;
  separately(() => createHeatSwitch({ host: colours, map, store, snapshot: atlas.snapshot }));
  input.reframe();
  return {
    refresh() {
      found?.();
      selecting?.refresh();
    },
  };
}
