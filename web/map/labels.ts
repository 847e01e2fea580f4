/**
 * Where names stand on the map. Every name gets one offset and the smallest scale from which it is shown, once and for
 * all scales: names never overlap, only ever appear on the way in, and cost nothing while panning.
 *
 * Two boxes that keep their size in pixels while their anchors move apart with the scale S overlap where
 * |ΔxS + ox| < w and |ΔyS + oy| < h: an interval of S. A later name must wait until the interval's end, unless the
 * earlier name is itself not shown before that.
 */

/** A name to place, the important ones first. Anchor in world units, size in pixels. */
export interface LabelBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Not shown under this scale, whatever room there is. */
  floor: number;
  /** Where its centre may lie beside the anchor, in pixels. */
  offsets: readonly (readonly [number, number])[];
}

/** Offset of the box's centre from its anchor in pixels; shown from scale `from` on (Infinity: never). */
export interface Placement {
  dx: number;
  dy: number;
  from: number;
}

/** Scales > 0 at which |Δ·S + offset| < reach. Empty where low ≥ high. */
function within(delta: number, offset: number, reach: number): [number, number] {
  if (delta === 0) return Math.abs(offset) < reach ? [0, Infinity] : [0, 0];
  const a = (-reach - offset) / delta;
  const b = (reach - offset) / delta;
  return [Math.max(0, Math.min(a, b)), Math.max(a, b)];
}

/** The scale from which the two no longer overlap; 0 where they never do. */
function apartFrom(a: LabelBox, da: Placement, b: LabelBox, db: Placement, gap: number): number {
  const x = within(a.x - b.x, da.dx - db.dx, (a.width + b.width) / 2 + gap);
  const y = within(a.y - b.y, da.dy - db.dy, (a.height + b.height) / 2 + gap);
  const low = Math.max(x[0], y[0]);
  const high = Math.min(x[1], y[1]);
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
    let best: Placement = { dx: 0, dy: 0, from: Infinity };
    let bestCost = Infinity;
    for (const [dx, dy] of box.offsets) {
      const trial: Placement = { dx, dy, from: box.floor };
      for (let j = 0; j < placed.length && trial.from <= Math.max(best.from, reference); j++) {
        const apart = apartFrom(box, trial, boxes[j]!, placed[j]!, gap);
        if (apart > placed[j]!.from && apart > trial.from) trial.from = apart;
      }
      const shown = Math.max(trial.from, reference);
      const bestShown = Math.max(best.from, reference);
      if (shown > bestShown || trial.from === Infinity) continue;
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
