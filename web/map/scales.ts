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

/** Font size of a topic's name in CSS pixels. */
export function nameSize(largest: number, narrow: boolean): (papers: number) => number {
  return scaleSqrt()
    .domain([0, Math.max(largest, 1)])
    .range(narrow ? [10.5, 12] : [11.5, 16])
    .clamp(true);
}
