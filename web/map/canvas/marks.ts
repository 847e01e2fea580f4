/** What is drawn over the papers: lines between papers, numbered badges, the ring of the hovered paper, and pins. */
import type { Transform } from '../camera.ts';
import type { MapPapers, Scene } from '../scene.ts';

export interface MarkColors {
  ink: string;
  background: string;
  accent: string;
}

/** Radius of a numbered badge, in CSS pixels. */
export const BADGE_RADIUS = 8.5;
/** How far the center of a pin's head is above its tip, in CSS pixels. */
export const PIN_HEIGHT = 18;
const PIN_RADIUS = 9;

type Point = readonly [x: number, y: number];

function rowToScreen({ world }: MapPapers, { x, y, k }: Transform): (row: number) => Point {
  return (row) => [world.x[row] * k + x, world.y[row] * k + y];
}

function pinToScreen({ pin }: Scene, { x, y, k }: Transform): Point | null {
  return pin && [pin[0] * k + x, pin[1] * k + y];
}

/**
 * Draws the reading path, and lines from the open paper or the pin to linked papers. Lines to papers that are far away
 * on the map are dashed.
 */
export function drawLinks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  papers: MapPapers,
  transform: Transform,
  color: string,
): void {
  const toScreen = rowToScreen(papers, transform);
  drawPath(context, scene.path.map(toScreen), color);
  const from = scene.selected === null ? pinToScreen(scene, transform) : toScreen(scene.selected);
  if (from === null || scene.linked.length === 0) return;
  context.lineWidth = 1.2;
  context.strokeStyle = color;
  for (const isFar of [false, true]) {
    context.beginPath();
    for (const row of scene.linked) {
      if (scene.farLinked.includes(row) !== isFar) continue;
      context.moveTo(...from);
      context.lineTo(...toScreen(row));
    }
    context.setLineDash(isFar ? [2, 5] : []);
    context.globalAlpha = isFar ? 0.45 : 0.6;
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawPath(context: CanvasRenderingContext2D, points: readonly Point[], color: string): void {
  if (points.length < 2) return;
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.lineWidth = 2.5;
  context.lineJoin = 'round';
  context.strokeStyle = color;
  context.globalAlpha = 0.8;
  context.stroke();
  context.globalAlpha = 1;
}

/** A map pin with its tip at a position. */
function drawPin(context: CanvasRenderingContext2D, [x, y]: Point, { accent, background }: MarkColors): void {
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x - 3, y - 8, x - PIN_RADIUS, y - 11, x - PIN_RADIUS, y - PIN_HEIGHT);
  context.arc(x, y - PIN_HEIGHT, PIN_RADIUS, Math.PI, 0);
  context.bezierCurveTo(x + PIN_RADIUS, y - 11, x + 3, y - 8, x, y);
  context.closePath();
  context.lineWidth = 3;
  context.strokeStyle = background;
  context.stroke();
  context.fillStyle = accent;
  context.fill();
  context.beginPath();
  context.arc(x, y - PIN_HEIGHT, 3.5, 0, 2 * Math.PI);
  context.fillStyle = background;
  context.fill();
}

/**
 * Draws the numbered badges, the ring of the hovered paper, and pins, all above the labels.
 *
 * @param radius the radius of the hovered paper, in CSS pixels
 */
export function drawMarks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  papers: MapPapers,
  transform: Transform,
  radius: number,
  colors: MarkColors,
  font: string,
): void {
  const toScreen = rowToScreen(papers, transform);

  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = font;
  // The first badge is drawn last, so that it is on top.
  for (let i = scene.numbered.length - 1; i >= 0; i--) {
    const row = scene.numbered[i];
    const [x, y] = toScreen(row);
    context.beginPath();
    context.arc(x, y, BADGE_RADIUS, 0, 2 * Math.PI);
    context.fillStyle = row === scene.hovered ? colors.accent : colors.ink;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = colors.background;
    context.stroke();
    context.fillStyle = colors.background;
    context.fillText(String(i + 1), x, y + 0.5);
  }

  if (scene.hovered !== null) {
    const [x, y] = toScreen(scene.hovered);
    const inner = scene.numbered.includes(scene.hovered) ? BADGE_RADIUS : radius;
    context.beginPath();
    context.arc(x, y, inner + 3.5, 0, 2 * Math.PI);
    context.lineWidth = 5;
    context.strokeStyle = colors.background;
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = colors.ink;
    context.stroke();
  }
  const pin = pinToScreen(scene, transform);
  if (pin) drawPin(context, pin, colors);
  // The open paper gets a pin and not a ring, which the badges of similar papers nearby would hide.
  if (scene.selected !== null) drawPin(context, toScreen(scene.selected), colors);
}
