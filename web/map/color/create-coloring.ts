/** Creates the coloring of the map, of a built-in value or of a column of the user's data. Pure. */
import type { MapFieldResponse } from '../../../server/schemas/columns.ts';
import type { MapData } from '../../app/map-data.ts';
import { UNKNOWN_DAY } from '../../dates/days.ts';
import {
  binAccuracy,
  binComments,
  binDates,
  type ColorBy,
  createBinnedColoring,
  createTopicColoring,
  fieldOf,
  type LegendEntry,
  type PaperColoring,
  unknownEntry,
} from './coloring.ts';
import { binNumberColumn } from './number-column.ts';
import { OUTLIER_TONE, TONE_COUNT, toneCssColor, tonePixel } from './palette.ts';

/** So many categories have a color of their own; the others, in fewer papers, share one. */
const MAX_CATEGORIES = 12;
/** Neighboring categories differ by this many tones: 7 of 20 hues, so that the first few are far apart. */
const TONE_STEP = 7;
/** The tone of other categories: the last, which none of the first has. */
const OTHER_TONE = TONE_COUNT - 1;

/** Papers are colored by topic as long as the column that they should be colored by is not loaded. */
export function createColoring(by: ColorBy, mapData: MapData): PaperColoring {
  const { date, comments, neighborRecall } = mapData.columns;
  const field = mapData.fields.get(fieldOf(by) ?? '');
  if (field) return createFieldColoring(by, field);
  if (by === 'date') return createBinnedColoring(by, binDates(date));
  if (by === 'comments') return createBinnedColoring(by, binComments(comments));
  if (by === 'accuracy') return createBinnedColoring(by, binAccuracy(neighborRecall));
  return createTopicColoring(mapData);
}

function createFieldColoring(by: ColorBy, field: Pick<MapFieldResponse, 'type' | 'values' | 'names'>): PaperColoring {
  const { type, values, names } = field;
  if (type === 'number') return createBinnedColoring(by, binNumberColumn(values));
  if (type === 'date') return createBinnedColoring(by, binDates(Int32Array.from(values, (day) => day ?? UNKNOWN_DAY)));
  if (type === 'flag') return createCategoryColoring(by, values, ['No', 'Yes']);
  return createCategoryColoring(by, values, names);
}

/** @param codes by row, indices into `names`, of which the first are the most frequent */
function createCategoryColoring(
  by: ColorBy,
  codes: readonly (number | null)[],
  names: readonly string[],
): PaperColoring {
  const own = names.length <= MAX_CATEGORIES + 1 ? names.length : MAX_CATEGORIES;
  const hasOthers = own < names.length;
  const unknown = own + (hasOthers ? 1 : 0);
  const colorIndex = Uint8Array.from(codes, (code) => (code === null ? unknown : Math.min(code, own)));
  const sizes = new Uint32Array(unknown + 1);
  for (const entry of colorIndex) sizes[entry]++;
  const toneOf = (entry: number) =>
    entry === unknown ? OUTLIER_TONE : entry === own ? OTHER_TONE : (entry * TONE_STEP) % TONE_COUNT;
  const labels = [...names.slice(0, own), ...(hasOthers ? [`${names.length - own} others`] : [])];
  const legend: LegendEntry[] = labels.map((label, entry) => ({
    key: `c${entry}`,
    label,
    papers: sizes[entry],
    cssColor: (theme) => toneCssColor(toneOf(entry), theme),
  }));
  if (sizes[unknown] > 0) legend.push(unknownEntry('Unknown', sizes[unknown]));
  return {
    by,
    colorIndex,
    isByTopic: false,
    palette: (theme) => Uint32Array.from({ length: unknown + 1 }, (_, entry) => tonePixel(toneOf(entry), theme)),
    legend,
    legendIndex: colorIndex,
  };
}
