/** Draws the labels of the map, animates them, and finds the one under the pointer. */
import type { Transform } from '../camera.ts';
import { labelCssColor, type Theme } from '../color/palette.ts';
import { avoidBadges, HIDDEN_OFFSET_INDEX, isCovered, type OverlayBox, offsetInPixels } from './avoid-obstacles.ts';
import type { MapLabel } from './label-layout.ts';
import { isVisibleAt } from './label-placement.ts';

export interface LabelDrawingOptions {
  theme: Theme;
  /** Color of labels that do not have the color of a topic. */
  ink: string;
  /** Whether all labels have the color `ink` instead of the colors of their topics. */
  isPlain: boolean;
  background: string;
  /** Size of the canvas, in CSS pixels. */
  width: number;
  height: number;
  /** Topics whose labels are not dimmed; null: no label is dimmed. */
  prominentTopics: ReadonlySet<number> | null;
  hoveredLabel: MapLabel | null;
  /** Centers of numbered badges, in pixels: labels avoid them. */
  badges: readonly (readonly [number, number])[];
  /** Cards and buttons over the map. Labels that they cover are hidden. */
  overlays: readonly OverlayBox[];
  /** Whether labels fade and move gradually. */
  animate: boolean;
}

/** Opacity of the labels of topics without emphasized papers: dimmed, but readable. */
export const DIMMED_LABEL_OPACITY = 0.55;
export const TITLE_LABEL_OPACITY = 0.85;

/** The change of a fading label's opacity per frame. */
const FADE_STEP = 0.16;
/** The fraction of the remaining distance that a label moves per frame. */
const MOVE_STEP = 0.3;
/** Labels whose center is farther above or below the canvas than this, in pixels, are not drawn. */
const OFF_SCREEN = 40;

/** The center of a label on the screen, in pixels, before it is shifted to avoid badges. */
function anchoredCenter({ box, placement }: MapLabel, { x, y, k }: Transform): [number, number] {
  return [box.x * k + x + placement.dx, box.y * k + y + placement.dy];
}

/** The center of a label on the screen, in pixels, after it was shifted to avoid badges. */
function center(label: MapLabel, transform: Transform): [number, number] {
  const [x, y] = anchoredCenter(label, transform);
  return [x + label.shift[0], y + label.shift[1]];
}

/** The label at a position on the screen; null if there is none. */
export function findLabelAt(labels: readonly MapLabel[], transform: Transform, x: number, y: number): MapLabel | null {
  for (const label of labels) {
    const { placement, offsetIndex, opacity, box } = label;
    if (!isVisibleAt(placement, transform.k) || offsetIndex === HIDDEN_OFFSET_INDEX || opacity === 0) continue;
    const [centerX, centerY] = center(label, transform);
    if (Math.abs(x - centerX) <= box.width / 2 + 2 && Math.abs(y - centerY) <= box.height / 2 + 2) return label;
  }
  return null;
}

/** Moves labels one step away from badges. Returns true while some are still moving. */
function moveOffBadges(
  labels: readonly MapLabel[],
  transform: Transform,
  { badges, animate, width }: LabelDrawingOptions,
): boolean {
  const isAtHome = ({ offsetIndex, shift }: MapLabel) => offsetIndex === 0 && shift[0] === 0 && shift[1] === 0;
  if (badges.length === 0 && labels.every(isAtHome)) return false;
  const visible = labels.filter(({ placement }) => isVisibleAt(placement, transform.k));
  const boxes = visible.map((label) => {
    const [x, y] = anchoredCenter(label, transform);
    return { x, y, width: label.box.width, height: label.box.height };
  });
  const previous = visible.map(({ offsetIndex }) => offsetIndex);
  const offsets = badges.length === 0 ? visible.map(() => 0) : avoidBadges(boxes, previous, badges, width);
  let isMoving = false;
  visible.forEach((label, i) => {
    label.offsetIndex = offsets[i];
    // A label that fades out does not move meanwhile.
    if (label.offsetIndex === HIDDEN_OFFSET_INDEX) return;
    const [toX, toY] = offsetInPixels(boxes[i], label.offsetIndex);
    const [x, y] = label.shift;
    const hasArrived = !animate || label.opacity === 0 || Math.hypot(toX - x, toY - y) < 0.5;
    label.shift = hasArrived ? [toX, toY] : [x + (toX - x) * MOVE_STEP, y + (toY - y) * MOVE_STEP];
    isMoving ||= !hasArrived;
  });
  return isMoving;
}

/**
 * Draws the labels and advances their animations by one step.
 *
 * @returns true while labels are fading or moving, so that another frame should be drawn
 */
export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: readonly MapLabel[],
  transform: Transform,
  style: LabelDrawingOptions,
): boolean {
  const { prominentTopics, animate } = style;
  let isAnimating = moveOffBadges(labels, transform, style);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const isFadingOut =
    animate && labels.some(({ opacity, placement }) => opacity > 0 && !isVisibleAt(placement, transform.k));
  for (const label of labels) {
    const [x, y] = center(label, transform);
    const { width, height } = label.box;
    const isVisible = isVisibleAt(label.placement, transform.k) && label.offsetIndex !== HIDDEN_OFFSET_INDEX;
    const target = isVisible && !isCovered(style.overlays, x, y, width, height) ? 1 : 0;
    // Labels fade in only after all others have faded out, so that two are never seen in one place.
    if (label.opacity !== target && !(target === 1 && isFadingOut)) {
      const step = target === 1 ? FADE_STEP : -FADE_STEP;
      label.opacity = animate ? Math.min(1, Math.max(0, label.opacity + step)) : target;
    }
    isAnimating ||= label.opacity !== target;
    if (label.opacity === 0) continue;
    if (x + width < 0 || x - width > style.width || y < -OFF_SCREEN || y > style.height + OFF_SCREEN) continue;
    const isTitle = label.row !== null;
    const isDimmed =
      prominentTopics !== null && label.displayedTopic !== null && !prominentTopics.has(label.displayedTopic);
    context.globalAlpha = label.opacity * (isDimmed ? DIMMED_LABEL_OPACITY : isTitle ? TITLE_LABEL_OPACITY : 1);
    context.font = label.font;
    context.strokeStyle = style.background;
    context.lineWidth = isTitle ? 3 : 4.5;
    context.fillStyle = label.tone === null || style.isPlain ? style.ink : labelCssColor(label.tone, style.theme);
    label.lines.forEach((line, i) => {
      const lineY = y + (i - (label.lines.length - 1) / 2) * label.lineHeight;
      context.strokeText(line, x, lineY);
      context.fillText(line, x, lineY);
      if (label === style.hoveredLabel) {
        const half = context.measureText(line).width / 2;
        context.fillRect(x - half, lineY + label.lineHeight * 0.42, 2 * half, 1);
      }
    });
  }
  context.globalAlpha = 1;
  return isAnimating;
}
