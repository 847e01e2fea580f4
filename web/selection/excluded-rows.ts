/** What the map's own filters, dates and colours, keep out. */
import type { Atlas } from '../app/map-data.ts';
import type { State } from '../app/state.ts';
import { spanDays } from '../dates/days.ts';
import { outsideOf } from '../dates/histogram.ts';
import { colourBy, outsideOf as colouredOutside } from '../map/color/coloring.ts';

/** For each filter of the map 1 for the papers that it keeps out. */
export function keptOut({ dates, colour, only }: State, atlas: Atlas): Uint8Array[] {
  const days = spanDays(dates);
  const uncoloured = only === '' ? null : colouredOutside(colourBy(colour, atlas), only.split(','));
  return [days && outsideOf(atlas.columns.date, days), uncoloured].filter((filter) => filter !== null);
}
