/** Creates the coloring of the map, of a built-in value or of a column of the user's data. Pure. */
import { binNumbers } from '../../../pipeline/core/algorithms/number-bins.ts';
import type { MapFieldResponse } from '../../../server/schemas/columns.ts';
import type { MapData } from '../../app/map-data.ts';
import { UNKNOWN_DAY } from '../../dates/days.ts';
import { formatDecimal } from '../../ui/format.ts';
import {
  type Binning,
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
import { OUTLIER_TONE, TONE_COUNT, toneCssColor, tonePixel } from './palette.ts';

/** About so many bins numbers are divided into: more colors of a sequential scale are hard to tell apart. */
const MAX_BINS = 7;
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
  if (type === 'number') return createBinnedColoring(by, binValues(values));
  if (type === 'date') return createBinnedColoring(by, binDates(Int32Array.from(values, (day) => day ?? UNKNOWN_DAY)));
  if (type === 'flag') return createCategoryColoring(by, values, ['No', 'Yes']);
  return createCategoryColoring(by, values, names);
}

/** Divides numbers into bins with round borders. */
function binValues(values: readonly (number | null)[]): Binning {
  const binIndex = new Uint8Array(values.length);
  const known = Float64Array.from(values.filter((value) => value !== null)).sort();
  if (known.length === 0) return { bins: [], binIndex };
  const areWhole = known.every(Number.isInteger);
  const all = binNumbers(known, MAX_BINS);
  // Bins that grow may be more: then the last few are one.
  const starts = all.slice(0, MAX_BINS + 1).map(({ from }) => from);
  for (const [row, value] of values.entries()) {
    let bin = starts.length;
    if (value !== null) for (bin = starts.length - 1; bin > 0 && value < starts[bin]; ) bin--;
    binIndex[row] = bin;
  }
  const bins = starts.map((from, i) => {
    const isLast = i === starts.length - 1;
    const end = isLast ? known[known.length - 1] : areWhole ? Math.ceil(all[i].to) - 1 : all[i].to;
    return {
      key: `b${i}`,
      label: end === from ? formatDecimal(from) : `${formatDecimal(from)} – ${formatDecimal(end)}`,
    };
  });
  return { bins, binIndex };
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
