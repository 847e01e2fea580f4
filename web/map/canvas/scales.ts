/** Sizes that follow from the number of papers, the zoom and the size of a topic. */
import { scaleSqrt } from 'd3';

/**
 * Radius of a paper in CSS pixels: follows from the room each paper has on the fitted map, grows slowly with the zoom.
 * @param fitted pixels per world unit of the fitted map.
 * @param zoom 1 for the whole map.
 */
export function pointRadius(papers: number, fitted: number, zoom: number): number {
  const room = Math.sqrt((fitted * fitted) / Math.max(papers, 1));
  const base = Math.min(5.5, Math.max(0.7, 0.55 * room ** 0.575));
  const radius = base * Math.max(zoom, 0.5) ** 0.32;
  return Math.round(Math.min(radius, 9) * 8) / 8;
}

/** Radii of papers in CSS pixels: of all, of those that are not dimmed, and of those that are lit on top. */
export interface Radii {
  all: number;
  plain: number;
  lit: number;
}

/**
 * What is not dimmed may have the room that what is dimmed leaves, and stays smaller than what is lit.
 * @param crowd as `layersOf` tells it; the others as of `pointRadius`
 */
export function radiiOf(papers: number, crowd: number, fitted: number, zoom: number): Radii {
  const all = pointRadius(papers, fitted, zoom);
  const lit = Math.max(all * 1.25, 3.25);
  return { all, plain: Math.min(pointRadius(crowd, fitted, zoom), lit * 0.8), lit };
}

/** Font size of a topic's name in CSS pixels. */
export function nameSize(largest: number, narrow: boolean): (papers: number) => number {
  return scaleSqrt()
    .domain([0, Math.max(largest, 1)])
    .range(narrow ? [10.5, 12] : [11.5, 16])
    .clamp(true);
}
