/** How papers are drawn: which are dimmed, normal or highlighted in a scene, and how large. Pure. */
import type { MapPapers, Scene } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';

/** Radii of papers, in CSS pixels. */
export interface PointRadii {
  /** The radius of every paper if none is dimmed. */
  base: number;
  /** The radius of papers that are neither dimmed nor highlighted. */
  normal: number;
  highlighted: number;
}

/**
 * The radius of a paper in CSS pixels: it depends on the space that each paper has on the fitted map, and grows slowly
 * with the zoom.
 *
 * @param fittedScale pixels per world unit of the fitted map
 * @param zoom relative to the fitted map
 */
export function pointRadius(papers: number, fittedScale: number, zoom: number): number {
  const spacing = Math.sqrt((fittedScale * fittedScale) / Math.max(papers, 1));
  const fittedRadius = Math.min(5.5, Math.max(0.7, 0.55 * spacing ** 0.575));
  const radius = fittedRadius * Math.max(zoom, 0.5) ** 0.32;
  // The radius is rounded to an eighth of a pixel, so that sprites are reused.
  return Math.round(Math.min(radius, 9) * 8) / 8;
}

/**
 * The radii of papers. Papers that are not dimmed may use the space of dimmed ones and grow, but stay smaller than
 * highlighted papers.
 *
 * @param apparentCount see `PointEmphasis`; the other parameters are those of `pointRadius`
 */
export function pointRadii(papers: number, apparentCount: number, fittedScale: number, zoom: number): PointRadii {
  const base = pointRadius(papers, fittedScale, zoom);
  const highlighted = Math.max(base * 1.25, 3.25);
  return { base, normal: Math.min(pointRadius(apparentCount, fittedScale, zoom), highlighted * 0.8), highlighted };
}

/**
 * If more papers than this are highlighted, they are drawn in normal size: larger points would hide each other and take
 * long to draw.
 */
export const MAX_ENLARGED_PAPERS = 12_000;
/** The topics of the first highlighted papers, up to this many papers, are prominent: their labels are not dimmed. */
const MAX_PROMINENT_ROWS = 60;
/** A topic is prominent (its label is not dimmed) if at least this share of its papers is not dimmed. */
const PROMINENT_SHARE = 1 / 3;

export interface PointEmphasis {
  /** Whether any paper is dimmed. */
  isDimmed: boolean;
  /** A mask in the order of the spatial index: 1 for dimmed papers; null: all papers are dimmed, or none is. */
  dimmed: Uint8Array | null;
  /**
   * How many papers a map would have if all of it looked as crowded as its papers that are not dimmed; see
   * `SpatialIndex`.
   */
  apparentCount: number;
  /** Rows that are drawn larger, in drawing order: the last one is on top. */
  highlighted: Uint32Array;
  /** Topics whose labels are not dimmed; null: no label is dimmed. */
  prominentTopics: ReadonlySet<number> | null;
}

export function computePointEmphasis(scene: Scene, papers: MapPapers, index: SpatialIndex): PointEmphasis {
  const excluded = union(scene.excludedByDate, scene.excludedByLegend);
  const { hoveredTopic } = scene;
  const rows = hoveredTopic === null ? scene.highlighted : papers.rowsOfTopic(hoveredTopic);
  const matched = hoveredTopic === null ? scene.matched : null;
  const noRows = new Uint32Array(0);
  if (rows === null) return { ...dimming(excluded, index), highlighted: noRows, prominentTopics: null };
  const included = Uint32Array.from(rows).filter((row) => excluded === null || excluded[row] === 0);
  const areEnlarged = included.length <= MAX_ENLARGED_PAPERS;
  // The first result is drawn last, so that it is on top.
  const highlighted = areEnlarged ? included.slice().reverse() : noRows;
  const firstRows = areEnlarged ? included.subarray(0, MAX_PROMINENT_ROWS) : noRows;
  const prominent = new Set(Array.from(firstRows, (row) => papers.topic[row]));
  if (areEnlarged && matched === null) {
    const prominentTopics = prominent.size > 0 ? prominent : null;
    return { isDimmed: true, dimmed: null, apparentCount: index.n, highlighted, prominentTopics };
  }
  const dimmed = matched ? dimmedRows(matched, excluded) : new Uint8Array(index.n).fill(1);
  for (const row of included) dimmed[row] = 0;
  if (matched) for (const topic of matchingTopics(papers.topic, dimmed)) prominent.add(topic);
  return { ...dimming(dimmed, index), highlighted, prominentTopics: prominent.size > 0 ? prominent : null };
}

/**
 * Computes the properties of a `PointEmphasis` that follow from a mask of dimmed papers.
 *
 * @param dimmed a mask by row: 1 for dimmed papers; null: none is dimmed
 */
function dimming(
  dimmed: Uint8Array | null,
  index: SpatialIndex,
): Pick<PointEmphasis, 'isDimmed' | 'dimmed' | 'apparentCount'> {
  if (!dimmed?.includes(1)) return { isDimmed: false, dimmed: null, apparentCount: index.n };
  const ordered = index.toIndexOrder(dimmed);
  return { isDimmed: true, dimmed: ordered, apparentCount: index.apparentCount(ordered) };
}

/** A mask by row: 1 for papers that do not match or are excluded by a filter. */
function dimmedRows(matched: Uint8Array, excluded: Uint8Array | null): Uint8Array {
  const dimmed = new Uint8Array(matched.length);
  for (let row = 0; row < dimmed.length; row++)
    dimmed[row] = (matched[row] ^ 1) | (excluded === null ? 0 : excluded[row]);
  return dimmed;
}

/**
 * Topics in which the share of papers that are not dimmed is at least PROMINENT_SHARE, or at least as large as on the
 * whole map.
 */
function matchingTopics(topicOf: Int32Array, dimmed: Uint8Array): number[] {
  let topics = 0;
  for (const topic of topicOf) if (topic >= topics) topics = topic + 1;
  const sizes = new Int32Array(topics);
  const counts = new Int32Array(topics);
  let total = 0;
  for (let row = 0; row < dimmed.length; row++) {
    total += 1 - dimmed[row];
    const topic = topicOf[row];
    if (topic < 0) continue;
    sizes[topic]++;
    counts[topic] += 1 - dimmed[row];
  }
  const share = Math.min(PROMINENT_SHARE, total / Math.max(1, dimmed.length));
  return Array.from(sizes.keys()).filter((topic) => sizes[topic] > 0 && counts[topic] >= share * sizes[topic]);
}

function union(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, row) => value | b[row]);
}
