/** What the map's own filters, dates and colours, keep out. */
import type { Atlas } from '../atlas.ts';
import { colourBy, outsideOf as colouredOutside } from '../colouring/colouring.ts';
import { spanDays } from '../dates/days.ts';
import { outsideOf } from '../dates/histogram.ts';
import type { State } from '../state.ts';

/** For each filter of the map 1 for the papers that it keeps out. */
export function keptOut({ dates, colour, only }: State, atlas: Atlas): Uint8Array[] {
  const days = spanDays(dates);
  const uncoloured = only === '' ? null : colouredOutside(colourBy(colour, atlas), only.split(','));
  return [days && outsideOf(atlas.columns.date, days), uncoloured].filter((filter) => filter !== null);
}
