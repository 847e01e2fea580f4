/**
 * Static label placement with active ranges (Been, Daiches, Yap: Dynamic Map Labeling, 2006). Every label gets one
 * offset and one range of scales at which it is visible. So labels never overlap, never jump, appear once and disappear
 * at most once while the map is zoomed in, and panning costs nothing.
 *
 * Two labels of constant pixel size overlap at a scale S if |Δx·S + ox| < w and |Δy·S + oy| < h. Here (Δx, Δy) is the
 * distance of their anchors, (ox, oy) the difference of their offsets, and w and h are half the sums of their widths
 * and heights. The solutions are an interval of S. The label of lower priority becomes visible above that interval,
 * unless one of the two is invisible throughout it.
 */

/** A label to be placed: its anchor (x, y) in world coordinates and its size in pixels. */
export interface LabelBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The label is not visible below this scale, even if there is room. */
  minScale: number;
  /** The label is not visible at this scale or above. */
  maxScale: number;
  /** Candidate positions of the box's center, relative to the anchor, in pixels. */
  offsets: readonly (readonly [number, number])[];
}

/** The offset of the box's center from the anchor, in pixels, and the scales at which the label is visible. */
export interface Placement {
  dx: number;
  dy: number;
  /** The lowest scale at which the label is visible; Infinity: it is never visible. */
  minScale: number;
  maxScale: number;
}

export function isVisibleAt({ minScale, maxScale }: Placement, scale: number): boolean {
  return scale >= minScale && scale < maxScale;
}

export interface PlacementOptions {
  /** The scale of the fitted map. Offsets with which a label is visible at this scale are preferred. */
  fittedScale: number;
  /** Pixels kept free between two labels. */
  gap: number;
  /**
   * A cost of an offset, for example for papers that the label would hide. It is added to the length of the offset,
   * which is measured in widths and heights of the label. The offset with the lowest sum is preferred.
   */
  cost?(index: number, dx: number, dy: number): number;
}

/**
 * Places labels greedily in the order of `boxes`. Each gets the offset with which it is visible from the lowest scale
 * on.
 *
 * @param boxes in descending priority
 */
export function placeLabels(boxes: readonly LabelBox[], { fittedScale, gap, cost }: PlacementOptions): Placement[] {
  const placements: Placement[] = [];
  boxes.forEach((box, i) => {
    // Visibility below this scale gives no advantage, because the map is seldom seen smaller than fitted.
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
  // A shortcut: most labels are already far apart at the first scale at which both are visible.
  if (Math.abs(a.x - b.x) * first > width + Math.abs(dx)) return 0;
  const x = overlapInterval(a.x - b.x, dx, width);
  const y = overlapInterval(a.y - b.y, dy, height);
  const low = Math.max(x[0], y[0], first);
  const high = Math.min(x[1], y[1], last);
  return low < high ? high : 0;
}

/** The interval of scales S > 0 at which |delta·S + offset| < reach. It is empty if its start is not below its end. */
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
  /** Height of the covered part of the map below this area. */
  below: number;
  /** Whether the screen is as narrow as that of a phone. */
  narrow: boolean;
}

/** The center of a label relative to the center of the readable area, and the label's size, in pixels. */
export interface LabelRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Minimum distance of a label from the edge of the readable area, in pixels. */
const EDGE = 6;
/**
 * The size of the corner that the map's buttons occupy, in pixels: the upper right one on a phone, else the lower right
 * one.
 */
const BUTTONS = { narrow: { width: 66, height: 112 }, wide: { width: 66, height: 388 } };

/**
 * How far a label must move sideways to be readable, in pixels; 0 if it is readable already. A label that is wider than
 * the area is aligned left.
 */
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

/** How far a label reaches beyond the readable area, in pixels, horizontally plus vertically. */
export function clippedPixels(label: LabelRect, area: ReadableArea): number {
  const vertical = Math.max(0, Math.abs(label.y) + label.height / 2 + EDGE - area.height / 2);
  return Math.abs(shiftIntoView(label, area)) + vertical;
}
