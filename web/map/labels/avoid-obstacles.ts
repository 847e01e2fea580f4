/** Collisions of map labels with what is drawn over them: numbered badges of search results, cards and buttons. */

/** The center and the size of a label on the screen, in pixels. */
interface ScreenLabel {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The offset index of a label that is not shown because there is no room. */
export const HIDDEN_OFFSET_INDEX = -1;
/** Offsets of a label from its original position, as fractions of its width and height, in order of preference. */
const OFFSETS = [
  [0, 0],
  [0, -0.75],
  [0, 0.75],
  [0, -1.25],
  [0, 1.25],
  [-0.55, 0],
  [0.55, 0],
  [-0.55, -0.75],
  [0.55, -0.75],
  [-0.55, 0.75],
  [0.55, 0.75],
  [0, -1.8],
  [0, 1.8],
] as const;

/** Radius of a numbered badge with some space around it, in pixels. */
const BADGE_CLEARANCE = 10.5;
/** Minimum distance between two labels, in pixels. */
const GAP = 4;
/**
 * A label returns to its original position only if this many additional pixels are free there. Without this hysteresis
 * it could jump back and forth.
 */
const HYSTERESIS = 8;

/** The offset (x, y) of a label from its original position, in pixels, given its offset index. */
export function offsetInPixels(
  { width, height }: Pick<ScreenLabel, 'width' | 'height'>,
  offsetIndex: number,
): [number, number] {
  const [x, y] = OFFSETS[Math.max(offsetIndex, 0)] ?? [0, 0];
  return [x * width, y * height];
}

/**
 * Moves labels away from numbered badges, or hides them if there is no room.
 *
 * @param labels in descending priority
 * @param previous the offset index of each label in the previous frame
 * @param badges the centers of the badges, in pixels
 * @param screenWidth width of the screen in pixels, which labels that move sideways must not leave
 * @returns the offset index of each label: 0 for its original position, HIDDEN_OFFSET_INDEX if there is no room
 */
export function avoidBadges(
  labels: readonly ScreenLabel[],
  previous: readonly number[],
  badges: readonly (readonly [number, number])[],
  screenWidth = Infinity,
): number[] {
  const occupied: ScreenLabel[] = [];
  const isFree = (label: ScreenLabel, offsetIndex: number, margin: number) => {
    const { width, height } = label;
    const [dx, dy] = offsetInPixels(label, offsetIndex);
    const [x, y] = [label.x + dx, label.y + dy];
    if (dx !== 0 && screenWidth !== Infinity && (x < width / 2 || x > screenWidth - width / 2)) return false;
    const clearance = BADGE_CLEARANCE + margin;
    return (
      badges.every(
        ([badgeX, badgeY]) =>
          Math.abs(badgeX - x) >= width / 2 + clearance || Math.abs(badgeY - y) >= height / 2 + clearance,
      ) &&
      occupied.every(
        (other) =>
          Math.abs(other.x - x) >= (other.width + width) / 2 + GAP ||
          Math.abs(other.y - y) >= (other.height + height) / 2 + GAP,
      )
    );
  };
  const choose = (label: ScreenLabel, current: number) => {
    if (isFree(label, 0, current === 0 ? 0 : HYSTERESIS)) return 0;
    if (current > 0 && isFree(label, current, 0)) return current;
    return OFFSETS.findIndex((_, i) => isFree(label, i, current === i ? 0 : HYSTERESIS / 2));
  };
  return labels.map((label, i) => {
    const offsetIndex = choose(label, previous[i] ?? 0);
    if (offsetIndex !== HIDDEN_OFFSET_INDEX) {
      const [dx, dy] = offsetInPixels(label, offsetIndex);
      occupied.push({ ...label, x: label.x + dx, y: label.y + dy });
    }
    return offsetIndex;
  });
}

/** The box of a card or button over the map, in pixels of the canvas. */
export interface OverlayBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const OVERLAYS = '.map-controls, .minimap, .dates, .color-card';
/** Measured boxes are reused for this long, because measuring forces a layout of the page and cards seldom open. */
const MAX_AGE_MS = 200;

/** Creates a function that returns the boxes of the cards and buttons over the canvas. */
export function createOverlayMeasurer(canvas: HTMLElement): () => readonly OverlayBox[] {
  let boxes: OverlayBox[] = [];
  let measuredAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - measuredAt < MAX_AGE_MS) return boxes;
    measuredAt = now;
    const { left: x, top: y } = canvas.getBoundingClientRect();
    boxes = Array.from(canvas.parentElement?.querySelectorAll(OVERLAYS) ?? [], (overlay) => {
      const { left, top, right, bottom } = overlay.getBoundingClientRect();
      return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
    });
    return boxes;
  };
}

/** A label of which a larger fraction than this is covered cannot be read. */
const MAX_COVERED = 0.1;

/** Whether a card or button covers too much of a label for it to be read. x and y are the label's center, in pixels. */
export function isCovered(
  overlays: readonly OverlayBox[],
  x: number,
  y: number,
  width: number,
  height: number,
): boolean {
  return overlays.some(({ left, top, right, bottom }) => {
    const coveredWidth = Math.min(right, x + width / 2) - Math.max(left, x - width / 2);
    const coveredHeight = Math.min(bottom, y + height / 2) - Math.max(top, y - height / 2);
    return coveredWidth > 0 && coveredHeight > 0 && coveredWidth * coveredHeight > MAX_COVERED * width * height;
  });
}
