/**
 * Where names stand on the map. Every name gets one offset and one span of scales at which it is shown, once and for
 * all: names never overlap, on the way in each comes once and goes at most once, and none moves or costs anything while
 * panning.
 *
 * Two boxes that keep their size in pixels while their anchors move apart with the scale S overlap where
 * |ΔxS + ox| < w and |ΔyS + oy| < h: an interval of S. A later name must wait until the interval's end, unless one of
 * the two is not shown before that, or no longer.
 */

/** A name to place, the important ones first. Anchor in world units, size in pixels. */
export interface LabelBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Not shown under this scale, whatever room there is. */
  floor: number;
  /** Not shown from this scale on. */
  ceiling: number;
  /** Where its center may lie beside the anchor, in pixels. */
  offsets: readonly (readonly [number, number])[];
}

/** Offset of the box's center from its anchor in pixels; shown from scale `from` on (Infinity: never) up to `until`. */
export interface Placement {
  dx: number;
  dy: number;
  from: number;
  until: number;
}

export function isShownAt({ from, until }: Placement, scale: number): boolean {
  return scale >= from && scale < until;
}

/** Scales > 0 at which |Δ·S + offset| < reach. Empty where low ≥ high. */
function within(delta: number, offset: number, reach: number): [number, number] {
  if (delta === 0) return Math.abs(offset) < reach ? [0, Infinity] : [0, 0];
  const a = (-reach - offset) / delta;
  const b = (reach - offset) / delta;
  return [Math.max(0, Math.min(a, b)), Math.max(a, b)];
}

/** The scale from which a name that is shown in a span no longer overlaps another, shown in its own; 0 where they never do. */
function apartFrom(a: LabelBox, da: Placement, b: LabelBox, db: Placement, gap: number): number {
  const [first, last] = [Math.max(da.from, db.from), Math.min(da.until, db.until)];
  if (first >= last) return 0;
  const [width, height] = [(a.width + b.width) / 2 + gap, (a.height + b.height) / 2 + gap];
  // Most names are far apart as soon as both are seen.
  if (Math.abs(a.x - b.x) * first > width + Math.abs(da.dx - db.dx)) return 0;
  const x = within(a.x - b.x, da.dx - db.dx, width);
  const y = within(a.y - b.y, da.dy - db.dy, height);
  const low = Math.max(x[0], y[0], first);
  const high = Math.min(x[1], y[1], last);
  return low < high ? high : 0;
}

export interface PlaceOptions {
  /** The scale of the fitted map: of the offsets that let a name be shown there, the cheapest wins. */
  reference: number;
  /** Pixels kept free between two names. */
  gap: number;
  /** What an offset spoils, beside its length: papers that the name would hide, in the measure of its own height. */
  cost?(index: number, dx: number, dy: number): number;
}

export function placeLabels(boxes: readonly LabelBox[], { reference, gap, cost }: PlaceOptions): Placement[] {
  const placed: Placement[] = [];
  boxes.forEach((box, i) => {
    const never: Placement = { dx: 0, dy: 0, from: Infinity, until: box.ceiling };
    const least = Math.max(reference, box.floor);
    let best = never;
    let bestCost = Infinity;
    for (const [dx, dy] of box.offsets) {
      const trial: Placement = { dx, dy, from: box.floor, until: box.ceiling };
      for (let j = 0; j < placed.length && trial.from <= Math.max(best.from, least); j++) {
        if (placed[j]!.from === Infinity) continue;
        trial.from = Math.max(trial.from, apartFrom(box, trial, boxes[j]!, placed[j]!, gap));
      }
      const shown = Math.max(trial.from, least);
      const bestShown = Math.max(best.from, least);
      if (shown > bestShown || trial.from >= trial.until) continue;
      const trialCost = Math.hypot(dx / box.width, dy / box.height) + (cost?.(i, dx, dy) ?? 0);
      if (shown < bestShown || trialCost < bestCost) {
        best = trial;
        bestCost = trialCost;
      }
    }
    placed.push(best);
  });
  return placed;
}
