/** Draws the names of the map, and finds the one at a place. */
import type { Transform } from './camera.ts';
import { isShownAt } from './labels.ts';
import type { MapName } from './names.ts';
import { nameCss, type Theme } from './palette.ts';

function centre(name: MapName, transform: Transform): [number, number] {
  const { box, place } = name;
  return [box.x * transform.k + transform.x + place.dx, box.y * transform.k + transform.y + place.dy];
}

/** The name at a place of the screen, or null. */
export function nameAt(names: readonly MapName[], transform: Transform, x: number, y: number): MapName | null {
  for (const name of names) {
    if (!isShownAt(name.place, transform.k)) continue;
    const [cx, cy] = centre(name, transform);
    if (Math.abs(x - cx) <= name.box.width / 2 + 2 && Math.abs(y - cy) <= name.box.height / 2 + 2) return name;
  }
  return null;
}

export interface NameStyle {
  theme: Theme;
  ink: string;
  /** No name in its topic's colour. */
  isPlain: boolean;
  ground: string;
  width: number;
  height: number;
  /** Topics whose names keep their strength; null: all. */
  strong: ReadonlySet<number> | null;
  pointed: MapName | null;
  /** Whether names fade in and out; else they are there or not. */
  fade: boolean;
}

/** How strongly the names of topics are drawn that nothing lit is in: aside, and still to be read. */
export const WEAK = 0.55;

/** Part of a fade that one frame takes. */
const FADE = 0.16;

export function drawNames(
  context: CanvasRenderingContext2D,
  names: readonly MapName[],
  transform: Transform,
  style: NameStyle,
): boolean {
  let fading = false;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const isLeaving = style.fade && names.some(({ shown, place }) => shown > 0 && !isShownAt(place, transform.k));
  for (const name of names) {
    const wanted = isShownAt(name.place, transform.k) ? 1 : 0;
    // What goes is gone before anything comes: two names are never seen in one place.
    if (name.shown !== wanted && !(wanted === 1 && isLeaving)) {
      name.shown = style.fade ? Math.min(1, Math.max(0, name.shown + (wanted ? FADE : -FADE))) : wanted;
    }
    fading ||= name.shown !== wanted;
    if (name.shown === 0) continue;
    const [x, y] = centre(name, transform);
    if (x + name.box.width < 0 || x - name.box.width > style.width || y < -40 || y > style.height + 40) continue;
    const weak = style.strong !== null && name.shownTopic !== null && !style.strong.has(name.shownTopic);
    context.globalAlpha = name.shown * (weak ? WEAK : name.row === null ? 1 : 0.85);
    context.font = name.font;
    context.strokeStyle = style.ground;
    context.lineWidth = name.row === null ? 4.5 : 3;
    context.fillStyle = name.tone === null || style.isPlain ? style.ink : nameCss(name.tone, style.theme);
    name.lines.forEach((line, i) => {
      const lineY = y + (i - (name.lines.length - 1) / 2) * name.step;
      context.strokeText(line, x, lineY);
      context.fillText(line, x, lineY);
      if (name === style.pointed) {
        const half = context.measureText(line).width / 2;
        context.fillRect(x - half, lineY + name.step * 0.42, 2 * half, 1);
      }
    });
  }
  context.globalAlpha = 1;
  return fading;
}
