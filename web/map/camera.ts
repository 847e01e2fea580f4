/** Where the map is looked from: pure arithmetic between world, screen and the view in the address. */
import type { View } from '../app/state.ts';
import type { World } from './world.ts';

/** Screen = world × k + (x, y). The shape of d3's zoom transform. */
export interface Transform {
  x: number;
  y: number;
  k: number;
}

/** The canvas in CSS pixels, and how much of each side is covered by something else or kept free. */
export interface Frame {
  width: number;
  height: number;
  inset: { top: number; right: number; bottom: number; left: number };
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Room left around the papers of a fitted map, in pixels: names at the rim reach beyond their points. */
const MARGIN = { x: 64, y: 54 };

/** A paper nearer than this to the edge counts as out of sight. */
const EDGE = 24;

/** The part of the frame that nothing covers: its size and its middle. */
export function openPart(frame: Frame) {
  const { top, right, bottom, left } = frame.inset;
  const width = Math.max(80, frame.width - left - right);
  const height = Math.max(80, frame.height - top - bottom);
  return { width, height, x: left + width / 2, y: top + height / 2 };
}

/** The transform that shows a box of the world as large as the open part of the frame allows, up to a scale. */
export function fitBox(box: Box, frame: Frame, most = Infinity): Transform {
  const area = openPart(frame);
  const roomX = Math.max(area.width - 2 * MARGIN.x, area.width / 2);
  const roomY = Math.max(area.height - 2 * MARGIN.y, area.height / 2);
  const k = Math.min(roomX / Math.max(box.right - box.left, 1e-6), roomY / Math.max(box.bottom - box.top, 1e-6), most);
  return centered((box.left + box.right) / 2, (box.top + box.bottom) / 2, k, frame);
}

export function fitWorld(world: World, frame: Frame): Transform {
  // Half a unit is the least that is shown across: one lone paper stands in the middle, not under a microscope.
  const halfX = Math.max(world.halfWidth, 0.1);
  const halfY = Math.max(world.halfHeight, 0.1);
  return fitBox({ left: -halfX, right: halfX, top: -halfY, bottom: halfY }, frame);
}

/** The transform of scale k that has the world's (x, y) in the middle of the open part of the frame. */
export function centered(x: number, y: number, k: number, frame: Frame): Transform {
  const area = openPart(frame);
  return { x: area.x - x * k, y: area.y - y * k, k };
}

export function toView(transform: Transform, world: World, frame: Frame): View {
  const area = openPart(frame);
  const [x, y] = world.toMap((area.x - transform.x) / transform.k, (area.y - transform.y) / transform.k);
  return { x, y, k: transform.k / fitWorld(world, frame).k };
}

export function fromView(view: View, world: World, frame: Frame): Transform {
  const [x, y] = world.fromMap(view.x, view.y);
  return centered(x, y, view.k * fitWorld(world, frame).k, frame);
}

/** Keeps some of the papers within the middle of the open frame, however far one drags. */
export function keepInSight(transform: Transform, world: World, frame: Frame): Transform {
  const area = openPart(frame);
  const clamp = (at: number, half: number, middle: number, reach: number) => {
    const low = middle - reach - half * transform.k;
    const high = middle + reach + half * transform.k;
    return Math.min(Math.max(at, low), high);
  };
  return {
    x: clamp(transform.x, world.halfWidth, area.x, area.width / 4),
    y: clamp(transform.y, world.halfHeight, area.y, area.height / 4),
    k: transform.k,
  };
}

/** True where the world's (x, y) stands inside the open part of the frame, not at its very edge. */
export function isInSight(x: number, y: number, transform: Transform, frame: Frame): boolean {
  const area = openPart(frame);
  const dx = Math.abs(x * transform.k + transform.x - area.x);
  const dy = Math.abs(y * transform.k + transform.y - area.y);
  return dx < area.width / 2 - EDGE && dy < area.height / 2 - EDGE;
}

/** The box that holds all but the outermost twentieth of some papers on each side, and a little ground around them; null for none. */
export function boxOf(rows: readonly number[] | Uint32Array, world: World): Box | null {
  if (rows.length === 0) return null;
  const middle = (column: Float32Array): [number, number] => {
    const sorted = Float32Array.from(rows, (row) => column[row]!).sort();
    const cut = Math.floor(sorted.length * 0.05);
    return [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
  };
  const [left, right] = middle(world.x);
  const [top, bottom] = middle(world.y);
  const margin = 0.15 * Math.max(right - left, bottom - top);
  return { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin };
}
