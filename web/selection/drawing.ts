/** Drawing a rectangle or a lasso on the map with mouse, pen or finger. Areas are reported in map units. */

import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import type { MapArea } from '../../pipeline/core/query/region.ts';
import type { World } from '../map/camera.ts';
import type { Camera, PaperMap } from '../map/map.ts';

export type DrawingTool = MapArea['kind'];

export interface DrawingHandlers {
  /** The tool with which a press starts to draw; null: the press does not draw, but pans the map. */
  tool(event: PointerEvent): DrawingTool | null;
  /** Called at every move while an area is being drawn; null: drawing has ended. */
  onDraw(drawn: DrawingProgress | null): void;
  onDrawn(area: MapArea, event: PointerEvent): void;
}

/** An area that is being drawn. */
export interface DrawingProgress {
  /** The area along the exact path of the pointer. */
  stroke: MapArea;
  /** The area that would result if the pointer were released now; null if there is none yet. */
  area: MapArea | null;
  /** Where the pointer is, in pixels of the canvas. */
  pointer: [x: number, y: number];
  event: PointerEvent;
}

export interface AreaDrawing {
  isDrawing(): boolean;
  cancel(): void;
}

/** A press that moves at most this far, in pixels, is a click and not a drag. */
const CLICK_DISTANCE = 4;
/** A simplified lasso deviates from the drawn stroke by at most this many pixels. */
const TOLERANCE = 2.5;

/**
 * Lets the user draw areas on the map.
 *
 * @param field an element that contains the canvas. It captures events before the map's own listeners receive them.
 */
export function createAreaDrawing(
  field: HTMLElement,
  canvas: HTMLCanvasElement,
  map: PaperMap,
  world: World,
  handlers: DrawingHandlers,
): AreaDrawing {
  /** The stroke that is being drawn; null: none. `points` are alternating x and y in map units. */
  let stroke: {
    pointerId: number;
    tool: DrawingTool;
    from: [number, number];
    points: number[];
    isDrag: boolean;
  } | null = null;
  let suppressClick = false;

  const toCanvas = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const toMap = ([screenX, screenY]: [number, number]) => {
    const { x, y, k } = map.camera().transform;
    return world.worldToMap((screenX - x) / k, (screenY - y) / k);
  };
  const strokeArea = (tool: DrawingTool, points: readonly number[]): MapArea => {
    const corners =
      tool === 'lasso' ? points : [points[0], points[1], points[points.length - 2], points[points.length - 1]];
    return { kind: tool, points: corners };
  };
  const finishedArea = ({ kind, points }: MapArea): MapArea | null => {
    const scale = pixelsPerMapUnit(map.camera(), world);
    const corners = kind === 'lasso' ? simplifyPolygon(points, TOLERANCE / scale) : points;
    return kind === 'rectangle' || corners.length >= 6 ? { kind, points: roundToPixel(scale, corners) } : null;
  };
  const end = () => {
    stroke = null;
    handlers.onDraw(null);
  };

  field.addEventListener(
    'pointerdown',
    (event) => {
      suppressClick = false;
      // A second finger means that the user pinches to zoom, so drawing ends.
      if (stroke) return end();
      if (event.target !== canvas || event.button !== 0) return;
      const tool = handlers.tool(event);
      if (!tool) return;
      const from = toCanvas(event);
      stroke = { pointerId: event.pointerId, tool, from, points: [...toMap(from)], isDrag: false };
      canvas.setPointerCapture(event.pointerId);
    },
    true,
  );
  // d3-zoom pans on mousedown and touchstart, which follow pointerdown. They are stopped while an area is being drawn.
  for (const name of ['mousedown', 'touchstart'] as const) {
    field.addEventListener(
      name,
      (event) => {
        const fingers = 'touches' in event ? event.touches.length : 1;
        if (stroke && event.target === canvas && fingers === 1) event.stopPropagation();
      },
      true,
    );
  }
  field.addEventListener('pointermove', (event) => {
    if (stroke?.pointerId !== event.pointerId) return;
    for (const move of event.getCoalescedEvents?.() ?? [event]) {
      const at = toCanvas(move);
      stroke.isDrag ||= Math.hypot(at[0] - stroke.from[0], at[1] - stroke.from[1]) > CLICK_DISTANCE;
      stroke.points.push(...toMap(at));
    }
    if (!stroke.isDrag) return;
    const area = strokeArea(stroke.tool, stroke.points);
    handlers.onDraw({ stroke: area, area: finishedArea(area), pointer: toCanvas(event), event });
  });
  field.addEventListener('pointerup', (event) => {
    if (stroke?.pointerId !== event.pointerId) return;
    const { isDrag, tool, points } = stroke;
    end();
    if (!isDrag) return;
    suppressClick = true;
    const area = finishedArea(strokeArea(tool, points));
    if (area) handlers.onDrawn(area, event);
  });
  field.addEventListener('pointercancel', () => stroke && end());
  field.addEventListener(
    'click',
    (event) => {
      if (!suppressClick || event.target !== canvas) return;
      suppressClick = false;
      event.stopPropagation();
    },
    true,
  );

  return { isDrawing: () => stroke !== null, cancel: end };
}

export function pixelsPerMapUnit({ transform }: Pick<Camera, 'transform'>, world: Pick<World, 'mapToWorld'>): number {
  return Math.abs(world.mapToWorld(1, 0)[0] - world.mapToWorld(0, 0)[0]) * transform.k;
}

/**
 * Rounds coordinates to half a pixel or finer, so that they are short in an address.
 *
 * @param scale pixels per unit of the coordinates
 */
export function roundToPixel(scale: number, values: readonly number[]): number[] {
  const digits = Math.min(8, Math.max(0, Math.ceil(Math.log10(2 * scale))));
  return values.map((value) => roundToDigits(value, digits));
}

/** Maximum number of corners of a lasso, so that it fits into an address. */
const MAX_POINTS = 32;

/**
 * Simplifies a polyline with the Ramer–Douglas–Peucker algorithm. The tolerance is doubled until at most `MAX_POINTS`
 * points are left.
 *
 * @param points alternating x and y
 * @param tolerance the initial maximum distance from the original line, in the same unit
 */
export function simplifyPolygon(points: readonly number[], tolerance: number): number[] {
  if (points.length <= 6) return [...points];
  let allowed = tolerance;
  let kept = douglasPeucker(points, allowed);
  while (kept.length > 2 * MAX_POINTS) {
    allowed *= 2;
    kept = douglasPeucker(points, allowed);
  }
  return kept;
}

/**
 * The algorithm of Ramer (1972), Douglas and Peucker (1973): every point that is left out is within `tolerance` of the
 * line that is kept.
 */
function douglasPeucker(points: readonly number[], tolerance: number): number[] {
  const last = points.length / 2 - 1;
  const kept = new Uint8Array(last + 1);
  kept[0] = kept[last] = 1;
  const spans: [number, number][] = [[0, last]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let farthest = -1;
    let maxDistance = tolerance * tolerance;
    for (let i = from + 1; i < to; i++) {
      const distance = squaredDistanceToSegment(points, i, from, to);
      if (distance > maxDistance) [farthest, maxDistance] = [i, distance];
    }
    if (farthest < 0) continue;
    kept[farthest] = 1;
    spans.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept[i >> 1] === 1);
}

/** Squared distance of point p from the line segment between points a and b. */
function squaredDistanceToSegment(points: readonly number[], p: number, a: number, b: number): number {
  const [ax, ay] = [points[2 * a], points[2 * a + 1]];
  const [dx, dy] = [points[2 * b] - ax, points[2 * b + 1] - ay];
  const [px, py] = [points[2 * p] - ax, points[2 * p + 1] - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}
