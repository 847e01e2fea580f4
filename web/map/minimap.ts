/** The whole map small, with a frame around what is seen: a place to press or to drag the frame to. By keys, see walk.ts. */
import { el } from '../ui/dom.ts';
import { openPart } from './camera.ts';
import type { Camera, PaperMap } from './map.ts';
import type { World } from './world.ts';

/** Its longer side and its least shorter one, in CSS pixels. */
const LONG = 156;
const SHORT = 60;
/** The papers stand a little inside. */
const MARGIN = 6;
/** Papers that one dot of the deepest shade stands for, at the least. */
const DEEP = 3;

/** How much of the world is seen, as a box of it. */
function seen({ transform: { x, y, k }, frame }: Camera) {
  const open = openPart(frame);
  const [halfWidth, halfHeight] = [open.width / 2 / k, open.height / 2 / k];
  return { x: (open.x - x) / k, y: (open.y - y) / k, halfWidth, halfHeight };
}

/** One byte of shade a pixel: how many papers stand there. */
function shades(world: World, width: number, height: number, toX: (x: number) => number, toY: (y: number) => number) {
  const counts = new Uint32Array(width * height);
  for (let row = 0; row < world.n; row++) {
    const at = Math.floor(toY(world.y[row]!)) * width + Math.floor(toX(world.x[row]!));
    if (at >= 0 && at < counts.length) counts[at]!++;
  }
  const deep = Math.max(DEEP, (world.n / counts.length) * 4);
  return Uint8Array.from(counts, (count) => (count === 0 ? 0 : 90 + 165 * Math.min(1, count / deep)));
}

export function createMinimap(host: HTMLElement, map: PaperMap, world: World): void {
  if (world.n < 2) return;
  const side = Math.max(world.halfWidth, world.halfHeight) * 2;
  const scale = (LONG - 2 * MARGIN) / side;
  const width = Math.max(SHORT, Math.round(world.halfWidth * 2 * scale + 2 * MARGIN));
  const height = Math.max(SHORT, Math.round(world.halfHeight * 2 * scale + 2 * MARGIN));

  const canvas = el('canvas', { width: width * 2, height: height * 2 });
  const frame = el('div', { class: 'minimap-frame' });
  const box = el('div', { class: 'minimap', 'aria-hidden': 'true', hidden: true }, canvas, frame);
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  host.appendChild(box);

  /** Drawn when it is first seen: most visits begin with the whole map. */
  let drawn = false;
  const draw = () => {
    drawn = true;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(canvas.width, canvas.height);
    const toPixel = (half: number) => (at: number) => 2 * (at * scale + half);
    const alpha = shades(world, canvas.width, canvas.height, toPixel(width / 2), toPixel(height / 2));
    for (let i = 0; i < alpha.length; i++) image.data[4 * i + 3] = alpha[i]!;
    context.putImageData(image, 0, 0);
  };

  map.watch((camera) => {
    const view = seen(camera);
    const beyond =
      view.x - view.halfWidth > -world.halfWidth ||
      view.x + view.halfWidth < world.halfWidth ||
      view.y - view.halfHeight > -world.halfHeight ||
      view.y + view.halfHeight < world.halfHeight;
    box.hidden = !(beyond && camera.zoom > 1.05);
    if (box.hidden) return;
    if (!drawn) draw();
    const [left, right] = [view.x - view.halfWidth, view.x + view.halfWidth].map((x) => x * scale + width / 2);
    const [top, bottom] = [view.y - view.halfHeight, view.y + view.halfHeight].map((y) => y * scale + height / 2);
    const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
    frame.style.left = `${clamp(left!, width - 6)}px`;
    frame.style.top = `${clamp(top!, height - 6)}px`;
    frame.style.width = `${Math.max(6, clamp(right!, width) - clamp(left!, width))}px`;
    frame.style.height = `${Math.max(6, clamp(bottom!, height) - clamp(top!, height))}px`;
  });

  /** Where on the frame the hand holds it, from its middle, in world units. */
  let held: { x: number; y: number } | null = null;
  const placeOf = (event: PointerEvent) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: (event.clientX - left - width / 2) / scale, y: (event.clientY - top - height / 2) / scale };
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const at = placeOf(event);
    const view = seen(map.camera());
    const onFrame = Math.abs(at.x - view.x) < view.halfWidth && Math.abs(at.y - view.y) < view.halfHeight;
    held = onFrame ? { x: at.x - view.x, y: at.y - view.y } : { x: 0, y: 0 };
    box.setPointerCapture(event.pointerId);
    if (!onFrame) map.center(at.x, at.y, 'moving');
  });
  box.addEventListener('pointermove', (event) => {
    if (!held) return;
    const at = placeOf(event);
    map.center(at.x - held.x, at.y - held.y, 'moving');
  });
  const drop = () => {
    if (!held) return;
    held = null;
    const { x, y } = seen(map.camera());
    map.center(x, y, 'there');
  };
  box.addEventListener('pointerup', drop);
  box.addEventListener('pointercancel', drop);
}
