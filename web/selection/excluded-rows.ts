/** What the map's own filters, dates and colors, keep out. */
import type { Atlas } from '../app/map-data.ts';
import type { State } from '../app/state.ts';
import { spanDays } from '../dates/days.ts';
import { outsideOf } from '../dates/histogram.ts';
import { colorBy, outsideOf as coloredOutside } from '../map/color/coloring.ts';

/** For each filter of the map 1 for the papers that it keeps out. */
export function keptOut({ dates, color, only }: State, atlas: Atlas): Uint8Array[] {
  const days = spanDays(dates);
  const uncolored = only === '' ? null : coloredOutside(colorBy(color, atlas), only.split(','));
  return [days && outsideOf(atlas.columns.date, days), uncolored].filter((filter) => filter !== null);
}
