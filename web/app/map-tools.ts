/** What stands around the map and works on it: dates, colors, tools that select, the small map, and the map by keys. */

import { createDateBrush } from '../dates/brush.ts';
import { createFound } from '../dates/matches.ts';
import { createColorCard } from '../map/color/legend.ts';
import { createHeatSwitch } from '../map/heatmap-toggle.ts';
import { createWalk } from '../map/interaction/keyboard-nav.ts';
import type { PaperMap } from '../map/map.ts';
import { createMinimap } from '../map/minimap.ts';
import { createSaveMenu } from '../map/picture/save-menu.ts';
import type { Library } from '../paper/paper-cache.ts';
import { createSelecting } from '../selection/selection-tool.ts';
import { byId } from '../ui/dom.ts';
import { separately } from './error-boundary.ts';
import type { Atlas } from './map-data.ts';
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
  const colors = separately(() => createColorCard({ host, atlas, map, store })) ?? host;
  separately(() => createHeatSwitch({ host: colors, map, store, snapshot: atlas.snapshot }));
  input.reframe();
  return {
    refresh() {
      found?.();
      selecting?.refresh();
    },
  };
}
