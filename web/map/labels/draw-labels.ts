/** Draws the names of the map, and finds the one at a place. */

import type { Transform } from '../camera.ts';
import { nameCss, type Theme } from '../color/palette.ts';
import { awayOf, type Box, GONE, isCovered, stepAside } from './label-collision.ts';
import type { MapName } from './map-labels.ts';
import { isShownAt } from './place-labels.ts';

function center(name: MapName, transform: Transform): [number, number] {
  const { box, place, away } = name;
  return [
    box.x * transform.k + transform.x + place.dx + away[0],
    box.y * transform.k + transform.y + place.dy + away[1],
  ];
}

/** The name at a place of the screen, or null. */
export function nameAt(names: readonly MapName[], transform: Transform, x: number, y: number): MapName | null {
  for (const name of names) {
    if (!isShownAt(name.place, transform.k) || name.aside === GONE || name.shown === 0) continue;
    const [cx, cy] = center(name, transform);
    if (Math.abs(x - cx) <= name.box.width / 2 + 2 && Math.abs(y - cy) <= name.box.height / 2 + 2) return name;
  }
  return null;
}

export interface NameStyle {
  theme: Theme;
  ink: string;
  /** No name in its topic's color. */
  isPlain: boolean;
  ground: string;
  width: number;
  height: number;
  /** Topics whose names keep their strength; null: all. */
  strong: ReadonlySet<number> | null;
  pointed: MapName | null;
  /** Centers of the numbers of hits, in pixels: names make room for them. */
  numbers: readonly (readonly [number, number])[];
  /** What stands over the map: a name that cannot be read for it goes. */
  covers: readonly Box[];
  /** Whether names fade in and out; else they are there or not. */
  fade: boolean;
}

/** How strongly the names of topics are drawn that nothing lit is in: aside, and still to be read. */
export const WEAK = 0.55;

/** Part of a fade that one frame takes. */
const FADE = 0.16;
/** Part of the way that is left, which a name goes in a frame. */
const STEP = 0.3;

/** Gives each name its place beside the numbers; true while some are on their way there. */
function makeRoom(names: readonly MapName[], transform: Transform, { numbers, fade, width }: NameStyle): boolean {
  if (numbers.length === 0 && names.every(({ aside, away }) => aside === 0 && away[0] === 0 && away[1] === 0))
    return false;
  const shown = names.filter((name) => isShownAt(name.place, transform.k));
  const standing = shown.map(({ box, place }) => ({
    x: box.x * transform.k + transform.x + place.dx,
    y: box.y * transform.k + transform.y + place.dy,
    width: box.width,
    height: box.height,
  }));
  const places =
    numbers.length === 0
      ? shown.map(() => 0)
      : stepAside(
          standing,
          shown.map(({ aside }) => aside),
          numbers,
          width,
        );
  let moving = false;
  shown.forEach((name, i) => {
    name.aside = places[i]!;
    // What goes, goes where it is.
    if (name.aside === GONE) return;
    const [toX, toY] = awayOf(standing[i]!, name.aside);
    const [x, y] = name.away;
    const isThere = !fade || name.shown === 0 || Math.hypot(toX - x, toY - y) < 0.5;
    name.away = isThere ? [toX, toY] : [x + (toX - x) * STEP, y + (toY - y) * STEP];
    moving ||= !isThere;
  });
  return moving;
}

export function drawNames(
  context: CanvasRenderingContext2D,
  names: readonly MapName[],
  transform: Transform,
  style: NameStyle,
): boolean {
  let fading = makeRoom(names, transform, style);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const isLeaving = style.fade && names.some(({ shown, place }) => shown > 0 && !isShownAt(place, transform.k));
  for (const name of names) {
    const [x, y] = center(name, transform);
    const { width, height } = name.box;
    const isThere = isShownAt(name.place, transform.k) && name.aside !== GONE;
    const wanted = isThere && !isCovered(style.covers, x, y, width, height) ? 1 : 0;
    // What goes is gone before anything comes: two names are never seen in one place.
    if (name.shown !== wanted && !(wanted === 1 && isLeaving)) {
      name.shown = style.fade ? Math.min(1, Math.max(0, name.shown + (wanted ? FADE : -FADE))) : wanted;
    }
    fading ||= name.shown !== wanted;
    if (name.shown === 0) continue;
    if (x + width < 0 || x - width > style.width || y < -40 || y > style.height + 40) continue;
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
