/**
 * Static label placement with active ranges (Been, Daiches, Yap: Dynamic Map Labeling, 2006). Every label gets one offset and one
 * range of scales at which it is visible. So labels never overlap, never jump, appear once and disappear at most once while one
 * zooms in, and panning costs nothing.
 *
 * Boxes of constant pixel size whose anchors move apart with the scale S overlap where |Δx·S + ox| < w and |Δy·S + oy| < h: an
 * interval of S. A label of lower priority becomes visible after that interval, unless one of the two is not visible in it.
 */

/** A label to be placed. Anchor in world coordinates, size in pixels. */
export interface LabelBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The label is not visible below this scale, even if there is room. */
  minScale: number;
  /** Nor from this scale on. */
  maxScale: number;
  /** Candidate positions of the box's center, relative to the anchor, in pixels. */
  offsets: readonly (readonly [number, number])[];
}

/** The offset of the box's center from the anchor, in pixels, and the scales at which the label is visible. */
export interface Placement {
  dx: number;
  dy: number;
  /** Infinity: never visible. */
  minScale: number;
  maxScale: number;
}

export function isVisibleAt({ minScale, maxScale }: Placement, scale: number): boolean {
  return scale >= minScale && scale < maxScale;
}

export interface PlacementOptions {
  /** The scale of the fitted map. An offset with which a label is visible there is preferred to one with which it is not. */
  fittedScale: number;
  /** Pixels kept free between two labels. */
  gap: number;
  /** The cost of an offset beyond its length, for example of papers that the label would hide; relative to the label's size. */
  cost?(index: number, dx: number, dy: number): number;
}

/** Greedy placement. @param boxes in descending priority */
export function placeLabels(boxes: readonly LabelBox[], { fittedScale, gap, cost }: PlacementOptions): Placement[] {
  const placements: Placement[] = [];
  boxes.forEach((box, i) => {
    // Scales below this one do not count: the map is seldom seen smaller than fitted.
    const firstScale = Math.max(fittedScale, box.minScale);
    let best: Placement = { dx: 0, dy: 0, minScale: Infinity, maxScale: box.maxScale };
    let bestCost = Infinity;
    for (const [dx, dy] of box.offsets) {
      const trial: Placement = { dx, dy, minScale: box.minScale, maxScale: box.maxScale };
      for (let j = 0; j < placements.length && trial.minScale <= Math.max(best.minScale, firstScale); j++) {
        if (placements[j].minScale === Infinity) continue;
        trial.minScale = Math.max(trial.minScale, separatingScale(box, trial, boxes[j], placements[j], gap));
      }
      const visibleFrom = Math.max(trial.minScale, firstScale);
      const bestVisibleFrom = Math.max(best.minScale, firstScale);
      if (visibleFrom > bestVisibleFrom || trial.minScale >= trial.maxScale) continue;
      const trialCost = Math.hypot(dx / box.width, dy / box.height) + (cost?.(i, dx, dy) ?? 0);
      if (visibleFrom < bestVisibleFrom || trialCost < bestCost) {
        best = trial;
        bestCost = trialCost;
      }
    }
    placements.push(best);
  });
  return placements;
}

/** The scale from which two labels no longer overlap while both are visible; 0 if they never overlap. */
function separatingScale(a: LabelBox, placementA: Placement, b: LabelBox, placementB: Placement, gap: number): number {
  const first = Math.max(placementA.minScale, placementB.minScale);
  const last = Math.min(placementA.maxScale, placementB.maxScale);
  if (first >= last) return 0;
  const [width, height] = [(a.width + b.width) / 2 + gap, (a.height + b.height) / 2 + gap];
  const [dx, dy] = [placementA.dx - placementB.dx, placementA.dy - placementB.dy];
  // Most labels are already far apart when both become visible.
  if (Math.abs(a.x - b.x) * first > width + Math.abs(dx)) return 0;
  const x = overlapInterval(a.x - b.x, dx, width);
  const y = overlapInterval(a.y - b.y, dy, height);
  const low = Math.max(x[0], y[0], first);
  const high = Math.min(x[1], y[1], last);
  return low < high ? high : 0;
}

/** The scales S > 0 at which |delta·S + offset| < reach; empty if the first is not below the second. */
function overlapInterval(delta: number, offset: number, reach: number): [number, number] {
  if (delta === 0) return Math.abs(offset) < reach ? [0, Infinity] : [0, 0];
  const a = (-reach - offset) / delta;
  const b = (reach - offset) / delta;
  return [Math.max(0, Math.min(a, b)), Math.max(a, b)];
}

/** The part of the map in which a label is readable, in pixels. */
export interface ReadableArea {
  width: number;
  height: number;
  /** Height of what covers the map below it. */
  below: number;
  /** Whether this is a phone. */
  narrow: boolean;
}

/** The center of a label relative to the center of its area, and its size, in pixels. */
export interface LabelRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Kept free between a label and the edge, in pixels. */
const EDGE = 6;
/** The map's buttons, in pixels: in the upper right corner of a phone, in the lower right corner of a wide screen. */
const BUTTONS = { narrow: { width: 66, height: 112 }, wide: { width: 66, height: 388 } };

/** How far a label must move sideways to be readable, in pixels; 0 if it is. A label that is too wide is aligned left. */
export function shiftIntoView(label: LabelRect, area: ReadableArea): number {
  const half = label.width / 2;
  const left = EDGE - area.width / 2;
  const toLeft = Math.min(0, rightEdge(label, area) - (label.x + half));
  return Math.max(toLeft, left - (label.x - half));
}

function rightEdge({ y, height }: LabelRect, area: ReadableArea): number {
  const buttons = BUTTONS[area.narrow ? 'narrow' : 'wide'];
  const isBesideButtons = area.narrow
    ? y - height / 2 < buttons.height - area.height / 2
    : y + height / 2 > area.height / 2 + area.below - buttons.height;
  return area.width / 2 - (isBesideButtons ? buttons.width : EDGE);
}

/** How many pixels of a label are not readable, horizontally plus vertically. */
export function clippedPixels(label: LabelRect, area: ReadableArea): number {
  const vertical = Math.max(0, Math.abs(label.y) + label.height / 2 + EDGE - area.height / 2);
  return Math.abs(shiftIntoView(label, area)) + vertical;
}
