/**
 * A small overview of the whole map with a frame around the visible part. Click it or drag the frame to pan the map.
 */
import { el } from '../ui/dom.ts';
import { visibleArea, type World } from './camera.ts';
import type { Camera, PaperMap } from './map.ts';

/** Length of the minimap's longer side, in CSS pixels. */
const LONG_SIDE = 156;
/** Minimum length of the minimap's shorter side, in CSS pixels. */
const MIN_SHORT_SIDE = 60;
/** CSS pixels between the outermost papers and the edge of the minimap. */
const MARGIN = 6;
/** Minimum width and height of the frame around the visible part, in CSS pixels. */
const MIN_FRAME = 6;
/** Canvas pixels per CSS pixel. */
const RATIO = 2;
/** A pixel with this many papers or more has the darkest shade. On a map of many papers, more are needed. */
const DARKEST = 3;

/** The visible part of the map in world coordinates: its center and half its size. */
function visibleWorld({ transform: { x, y, k }, viewport }: Camera) {
  const area = visibleArea(viewport);
  return { x: (area.x - x) / k, y: (area.y - y) / k, halfWidth: area.width / 2 / k, halfHeight: area.height / 2 / k };
}

/** The opacity of each pixel, from 0 to 255, by the number of papers in it. */
function shadePixels(
  world: World,
  width: number,
  height: number,
  toX: (x: number) => number,
  toY: (y: number) => number,
): Uint8Array {
  const counts = new Uint32Array(width * height);
  for (let row = 0; row < world.n; row++) {
    const index = Math.floor(toY(world.y[row])) * width + Math.floor(toX(world.x[row]));
    if (index >= 0 && index < counts.length) counts[index]++;
  }
  const darkest = Math.max(DARKEST, (world.n / counts.length) * 4);
  return Uint8Array.from(counts, (count) => (count === 0 ? 0 : 90 + 165 * Math.min(1, count / darkest)));
}

export function createMinimap(host: HTMLElement, map: PaperMap, world: World): void {
  if (world.n < 2) return;
  const scale = (LONG_SIDE - 2 * MARGIN) / (Math.max(world.halfWidth, world.halfHeight) * 2);
  const width = Math.max(MIN_SHORT_SIDE, Math.round(world.halfWidth * 2 * scale + 2 * MARGIN));
  const height = Math.max(MIN_SHORT_SIDE, Math.round(world.halfHeight * 2 * scale + 2 * MARGIN));

  const canvas = el('canvas', { width: width * RATIO, height: height * RATIO });
  const frame = el('div', { class: 'minimap-frame' });
  const box = el('div', { class: 'minimap', 'aria-hidden': 'true', hidden: true }, canvas, frame);
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  host.appendChild(box);

  let isDrawn = false;
  /**
   * Draws the papers only when the minimap is first shown. At most visits the whole map is visible, and the minimap
   * stays hidden.
   */
  const draw = () => {
    const context = canvas.getContext('2d');
    if (isDrawn || !context) return;
    isDrawn = true;
    const image = context.createImageData(canvas.width, canvas.height);
    const toPixel = (half: number) => (value: number) => RATIO * (value * scale + half);
    const alpha = shadePixels(world, canvas.width, canvas.height, toPixel(width / 2), toPixel(height / 2));
    for (let i = 0; i < alpha.length; i++) image.data[4 * i + 3] = alpha[i];
    context.putImageData(image, 0, 0);
  };

  map.onFrame((camera) => {
    const view = visibleWorld(camera);
    const isPartHidden =
      view.x - view.halfWidth > -world.halfWidth ||
      view.x + view.halfWidth < world.halfWidth ||
      view.y - view.halfHeight > -world.halfHeight ||
      view.y + view.halfHeight < world.halfHeight;
    box.hidden = !(isPartHidden && camera.zoom > 1.05);
    if (box.hidden) return;
    draw();
    const [left, right] = [view.x - view.halfWidth, view.x + view.halfWidth].map((x) => x * scale + width / 2);
    const [top, bottom] = [view.y - view.halfHeight, view.y + view.halfHeight].map((y) => y * scale + height / 2);
    const clamp = (value: number, max: number) => Math.min(max, Math.max(0, value));
    frame.style.left = `${clamp(left, width - MIN_FRAME)}px`;
    frame.style.top = `${clamp(top, height - MIN_FRAME)}px`;
    frame.style.width = `${Math.max(MIN_FRAME, clamp(right, width) - clamp(left, width))}px`;
    frame.style.height = `${Math.max(MIN_FRAME, clamp(bottom, height) - clamp(top, height))}px`;
  });

  /** The pointer's offset from the center of the frame while it is dragged, in world coordinates; otherwise null. */
  let dragOffset: { x: number; y: number } | null = null;
  const worldPosition = (event: PointerEvent) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: (event.clientX - left - width / 2) / scale, y: (event.clientY - top - height / 2) / scale };
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const { x, y } = worldPosition(event);
    const view = visibleWorld(map.camera());
    const isOnFrame = Math.abs(x - view.x) < view.halfWidth && Math.abs(y - view.y) < view.halfHeight;
    dragOffset = isOnFrame ? { x: x - view.x, y: y - view.y } : { x: 0, y: 0 };
    box.setPointerCapture(event.pointerId);
    if (!isOnFrame) map.centerOn(x, y, 'drag');
  });
  box.addEventListener('pointermove', (event) => {
    if (!dragOffset) return;
    const { x, y } = worldPosition(event);
    map.centerOn(x - dragOffset.x, y - dragOffset.y, 'drag');
  });
  const endDrag = () => {
    if (!dragOffset) return;
    dragOffset = null;
    const { x, y } = visibleWorld(map.camera());
    map.centerOn(x, y, 'jump');
  };
  box.addEventListener('pointerup', endDrag);
  box.addEventListener('pointercancel', endDrag);
}
