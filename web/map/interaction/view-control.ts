/** Zoom and pan: d3's zoom behavior, and the moves the page makes by itself. */
import { select, type ZoomTransform, zoom, zoomIdentity } from 'd3';
import type { View } from '../../app/state.ts';
import { prefersReducedMotion } from '../../ui/dom.ts';
import { type Frame, fitWorld, fromView, keepInSight, type Transform, toView } from '../camera.ts';
import type { World } from '../world.ts';

export interface ViewControl {
  transform(): Transform;
  /** Zoom as a multiple of the fitted map. */
  zoom(): number;
  fit(animate: boolean): void;
  to(transform: Transform, animate: boolean): void;
  toView(view: View | null, animate: boolean): void;
  /** Follows a hand that is not on the map; `toView` or the like ends it. */
  drag(transform: Transform): void;
  /** @param around a place of the screen that stays where it is; the middle unless told */
  by(factor: number, around?: [number, number]): void;
  /** The frame has changed: what was in the middle stays there, a fitted map is fitted anew. */
  reframe(frame: Frame, animate: boolean): void;
}

const FARTHEST = 0.5;
const NEAREST = 60;
const GLIDE_MS = 650;

/**
 * @param moved called at every change of the transform.
 * @param settled called when a move has ended, with the view for the address: null for the fitted map.
 */
export function createViewControl(
  canvas: HTMLCanvasElement,
  world: World,
  initial: Frame,
  moved: () => void,
  settled: (view: View | null) => void,
): ViewControl {
  let frame = initial;
  let fitted = true;
  let now: Transform = fitWorld(world, frame);
  const identity = ({ x, y, k }: Transform): ZoomTransform => zoomIdentity.translate(x, y).scale(k);
  const view = () => (fitted ? null : toView(now, world, frame));

  const target = select(canvas);
  const behavior = zoom<HTMLCanvasElement, unknown>()
    .clickDistance(4)
    .constrain((transform) => identity(keepInSight(transform, world, frame)))
    .on('zoom', (event: { transform: Transform; sourceEvent: unknown }) => {
      if (event.sourceEvent) fitted = false;
      const { x, y, k } = event.transform;
      now = { x, y, k };
      moved();
    })
    .on('end', (event: { sourceEvent: unknown }) => {
      if (event.sourceEvent) settled(view());
    });

  const limit = () => {
    const { k } = fitWorld(world, frame);
    behavior.scaleExtent([k * FARTHEST, k * NEAREST]);
  };
  const glide = (ms: number) =>
    target
      .transition()
      .duration(ms)
      .on('end.settled', () => settled(view()));
  const go = (transform: Transform, animate: boolean) => {
    if (animate && !prefersReducedMotion()) behavior.transform(glide(GLIDE_MS), identity(transform));
    else {
      target.interrupt();
      behavior.transform(target, identity(transform));
      settled(view());
    }
  };

  const control: ViewControl = {
    transform: () => now,
    zoom: () => now.k / fitWorld(world, frame).k,
    fit(animate) {
      fitted = true;
      go(fitWorld(world, frame), animate);
    },
    to(transform, animate) {
      fitted = false;
      go(transform, animate);
    },
    drag(transform) {
      fitted = false;
      target.interrupt();
      behavior.transform(target, identity(transform));
    },
    toView(wanted, animate) {
      if (wanted === null) control.fit(animate);
      else control.to(fromView(wanted, world, frame), animate);
    },
    by(factor, around) {
      fitted = false;
      if (prefersReducedMotion()) {
        behavior.scaleBy(target, factor, around);
        settled(view());
      } else behavior.scaleBy(glide(220), factor, around);
    },
    reframe(next, animate) {
      const before = toView(now, world, frame);
      frame = next;
      limit();
      target.interrupt();
      if (fitted && animate) go(fitWorld(world, frame), true);
      // The view is the one it was, and what stands in the address holds.
      else behavior.transform(target, identity(fitted ? fitWorld(world, frame) : fromView(before, world, frame)));
    },
  };
  limit();
  target.call(behavior);
  behavior.transform(target, identity(now));
  return control;
}
