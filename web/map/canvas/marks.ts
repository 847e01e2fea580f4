/** What is drawn over the papers: lines to neighbors and along a route, then rings, numbers of the first hits and a pin. */
import type { Transform } from '../camera.ts';
import type { Papers, Scene } from '../scene.ts';

export interface MarkColors {
  ink: string;
  ground: string;
  accent: string;
}

const BADGE = 8.5;

function placer({ world }: Papers, { x, y, k }: Transform) {
  return (row: number): [number, number] => [world.x[row]! * k + x, world.y[row]! * k + y];
}

/** Lines from the paper that is read, or the pin, to its neighbors, dashed to those that the map could not lay near; and the route. */
export function drawLinks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  papers: Papers,
  transform: Transform,
  color: string,
): void {
  const at = placer(papers, transform);
  drawRoute(context, scene.route.map(at), color);
  const from = scene.selected === null ? pinned(scene, transform) : at(scene.selected);
  if (from === null || scene.linked.length === 0) return;
  context.lineWidth = 1.2;
  context.strokeStyle = color;
  for (const isFar of [false, true]) {
    context.beginPath();
    for (const row of scene.linked) {
      if (scene.strained.includes(row) !== isFar) continue;
      context.moveTo(...from);
      context.lineTo(...at(row));
    }
    context.setLineDash(isFar ? [2, 5] : []);
    context.globalAlpha = isFar ? 0.45 : 0.6;
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function pinned({ pin }: Scene, { x, y, k }: Transform): [number, number] | null {
  return pin && [pin[0] * k + x, pin[1] * k + y];
}

function drawRoute(context: CanvasRenderingContext2D, places: readonly [number, number][], color: string): void {
  if (places.length < 2) return;
  context.beginPath();
  for (const place of places) context.lineTo(...place);
  context.lineWidth = 2.5;
  context.lineJoin = 'round';
  context.strokeStyle = color;
  context.globalAlpha = 0.8;
  context.stroke();
  context.globalAlpha = 1;
}

/** A needle whose point is the place. */
function drawPin(context: CanvasRenderingContext2D, [x, y]: [number, number], { accent, ground }: MarkColors): void {
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x - 3, y - 8, x - 9, y - 11, x - 9, y - PIN);
  context.arc(x, y - PIN, 9, Math.PI, 0);
  context.bezierCurveTo(x + 9, y - 11, x + 3, y - 8, x, y);
  context.closePath();
  context.lineWidth = 3;
  context.strokeStyle = ground;
  context.stroke();
  context.fillStyle = accent;
  context.fill();
  context.beginPath();
  context.arc(x, y - PIN, 3.5, 0, 2 * Math.PI);
  context.fillStyle = ground;
  context.fill();
}

/** How high a pin's head stands over its place, in pixels. */
export const PIN = 18;

/** Rings, numbers and the pins of the draft and of the paper that is read, over the names. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  papers: Papers,
  transform: Transform,
  radius: number,
  colors: MarkColors,
  font: string,
): void {
  const at = placer(papers, transform);
  const ring = (row: number, size: number, width: number, color: string) => {
    const [x, y] = at(row);
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.lineWidth = width + 3;
    context.strokeStyle = colors.ground;
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  };

  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = font;
  for (let i = scene.numbered.length - 1; i >= 0; i--) {
    const row = scene.numbered[i]!;
    const [x, y] = at(row);
    const pointed = row === scene.hovered;
    context.beginPath();
    context.arc(x, y, BADGE, 0, 2 * Math.PI);
    context.fillStyle = pointed ? colors.accent : colors.ink;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = colors.ground;
    context.stroke();
    context.fillStyle = colors.ground;
    context.fillText(String(i + 1), x, y + 0.5);
  }

  if (scene.hovered !== null) {
    const wide = scene.numbered.includes(scene.hovered) ? BADGE : radius;
    ring(scene.hovered, wide + 3.5, 2, colors.ink);
  }
  const pin = pinned(scene, transform);
  if (pin) drawPin(context, pin, colors);
  // The numbers of what is like it stand so near that they would hide it.
  if (scene.selected !== null) drawPin(context, at(scene.selected), colors);
}
