import type { Camera, PaperMap } from '../map/map.ts';
import type { World } from '../map/world.ts';
import type { Area } from './region-parts.ts';

/** A lasso drawn by hand as few points: short enough for an address, the same line to the eye. Pure. */

/** Pixels per map unit. */
export function pixelsPerUnit({ transform }: Pick<Camera, 'transform'>, world: Pick<World, 'fromMap'>): number {
  return Math.abs(world.fromMap(1, 0)[0] - world.fromMap(0, 0)[0]) * transform.k;
}

/** As many corners a lasso has at most. */
const MOST_POINTS = 32;

/** Squared distance of point p from the piece of line between a and b. */
function distanceTo(points: readonly number[], p: number, a: number, b: number): number {
  const [ax, ay] = [points[2 * a]!, points[2 * a + 1]!];
  const [dx, dy] = [points[2 * b]! - ax, points[2 * b + 1]! - ay];
  const [px, py] = [points[2 * p]! - ax, points[2 * p + 1]! - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}

/** Ramer (1972), Douglas and Peucker (1973): what is left out lies within `tolerance` of what is kept. */
function keep(points: readonly number[], tolerance: number): number[] {
  const last = points.length / 2 - 1;
  const kept = new Uint8Array(last + 1);
  kept[0] = kept[last] = 1;
  const waiting: [number, number][] = [[0, last]];
  for (let span = waiting.pop(); span; span = waiting.pop()) {
    const [from, to] = span;
    let farthest = -1;
    let most = tolerance * tolerance;
    for (let i = from + 1; i < to; i++) {
      const away = distanceTo(points, i, from, to);
      if (away > most) [farthest, most] = [i, away];
    }
    if (farthest < 0) continue;
    kept[farthest] = 1;
    waiting.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept[i >> 1] === 1);
}

/**
 * @param points x and y by turns, as the hand went
 * @param tolerance in their unit; doubled until few enough are left
 */
export function simplify(points: readonly number[], tolerance: number): number[] {
  if (points.length <= 6) return [...points];
  let allowed = tolerance;
  let kept = keep(points, allowed);
  while (kept.length > 2 * MOST_POINTS) {
    allowed *= 2;
    kept = keep(points, allowed);
  }
  return kept;
}

/**
 * Numbers cut to as many decimals as tell half a pixel apart.
 *
 * @param scale pixels per unit
 */
export function roundTo(scale: number, values: readonly number[]): number[] {
  const digits = Math.min(8, Math.max(0, Math.ceil(Math.log10(2 * scale))));
  const ten = 10 ** digits;
  return values.map((value) => Math.round(value * ten) / ten + 0);
}

/** A rectangle or a lasso drawn on the map by mouse, pen or finger. What is drawn goes out in map units. */

export type Tool = Area['kind'];

export interface DrawingEvents {
  /** What a press draws; null: nothing, the map is moved. */
  tool(event: PointerEvent): Tool | null;
  /** The area as far as it is drawn; null: no longer. */
  draws(drawn: Drawn | null): void;
  drawn(area: Area, event: PointerEvent): void;
}

/** An area under the hand. */
export interface Drawn {
  /** As the hand went. */
  line: Area;
  /** What it would be if the hand were lifted now; null while it is none. */
  area: Area | null;
  /** Where the hand is, in pixels of the canvas. */
  at: [x: number, y: number];
  event: PointerEvent;
}

/** Pixels that a press may tremble and still be a click. */
const STILL = 4;
/** Pixels that a lasso's line may leave the hand's. */
const TOLERANCE = 2.5;

export interface Drawing {
  isUnderway(): boolean;
  cancel(): void;
}

/** @param field holds the canvas: presses are taken here, before the map sees them */
export function watchDrawing(
  field: HTMLElement,
  canvas: HTMLCanvasElement,
  map: PaperMap,
  world: World,
  events: DrawingEvents,
): Drawing {
  let hand: { pointer: number; tool: Tool; from: [number, number]; points: number[]; far: boolean } | null = null;
  let swallowClick = false;

  const onScreen = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const toMap = ([sx, sy]: [number, number]) => {
    const { x, y, k } = map.camera().transform;
    return world.toMap((sx - x) / k, (sy - y) / k);
  };
  const scale = () => pixelsPerUnit(map.camera(), world);
  const areaOf = (tool: Tool, points: readonly number[]): Area => {
    if (tool === 'lasso') return { kind: tool, points };
    return { kind: tool, points: [points[0]!, points[1]!, points.at(-2)!, points.at(-1)!] };
  };
  const short = (area: Area): Area =>
    area.kind === 'lasso'
      ? { kind: area.kind, points: roundTo(scale(), simplify(area.points, TOLERANCE / scale())) }
      : { kind: area.kind, points: roundTo(scale(), area.points) as [number, number, number, number] };
  const lifted = (line: Area): Area | null => {
    const area = short(line);
    return area.points.length >= 6 || area.kind === 'rectangle' ? area : null;
  };
  const stop = () => {
    hand = null;
    events.draws(null);
  };

  field.addEventListener(
    'pointerdown',
    (event) => {
      swallowClick = false;
      // A second finger means to zoom.
      if (hand) return stop();
      if (event.target !== canvas || event.button !== 0) return;
      const tool = events.tool(event);
      if (!tool) return;
      const from = onScreen(event);
      hand = { pointer: event.pointerId, tool, from, points: [...toMap(from)], far: false };
      canvas.setPointerCapture(event.pointerId);
    },
    true,
  );
  // The presses that move the map come after, by their older names: while one draws they are kept from it.
  for (const name of ['mousedown', 'touchstart'] as const) {
    field.addEventListener(
      name,
      (event) => {
        const fingers = 'touches' in event ? event.touches.length : 1;
        if (hand && event.target === canvas && fingers === 1) event.stopPropagation();
      },
      true,
    );
  }
  field.addEventListener('pointermove', (event) => {
    if (hand?.pointer !== event.pointerId) return;
    for (const step of event.getCoalescedEvents?.() ?? [event]) {
      const at = onScreen(step);
      hand.far ||= Math.hypot(at[0] - hand.from[0], at[1] - hand.from[1]) > STILL;
      hand.points.push(...toMap(at));
    }
    if (!hand.far) return;
    const line = areaOf(hand.tool, hand.points);
    events.draws({ line, area: lifted(line), at: onScreen(event), event });
  });
  field.addEventListener('pointerup', (event) => {
    if (hand?.pointer !== event.pointerId) return;
    const { far, tool, points } = hand;
    stop();
    if (!far) return;
    swallowClick = true;
    const area = lifted(areaOf(tool, points));
    if (area) events.drawn(area, event);
  });
  field.addEventListener('pointercancel', () => hand && stop());
  field.addEventListener(
    'click',
    (event) => {
      if (!swallowClick || event.target !== canvas) return;
      swallowClick = false;
      event.stopPropagation();
    },
    true,
  );

  return { isUnderway: () => hand !== null, cancel: stop };
}
