/** Zooming and panning with d3-zoom, by people and by the page, and the history of views. */
import { select, type ZoomTransform, zoom, zoomIdentity } from 'd3';
import { prefersReducedMotion } from '../../ui/dom.ts';
import {
  constrainTransform,
  fitWorld,
  roundView,
  type Transform,
  transformOfView,
  type View,
  type Viewport,
  viewOfTransform,
  type World,
} from '../camera.ts';

export interface ViewControl {
  transform(): Transform;
  /** Relative to the fitted map, which is 1. */
  zoom(): number;
  fit(animate: boolean): void;
  toTransform(transform: Transform, animate: boolean): void;
  /** null: the whole map. */
  toView(view: View | null, animate: boolean): void;
  /** Follows a pointer that drags outside of the map; to be followed by one of the methods above. */
  dragTo(transform: Transform): void;
  /** @param around a screen position that stays where it is; by default the center */
  zoomBy(factor: number, around?: [number, number]): void;
  /** To be called when the viewport has changed. A fitted map is fitted again; otherwise the center stays. */
  resize(viewport: Viewport, animate: boolean): void;
}

/** Limits of the zoom, relative to the fitted map. */
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 60;
const MOVE_MS = 650;
const ZOOM_MS = 220;
/** Pixels that a press may move and still be a click. */
const CLICK_DISTANCE = 4;

/**
 * @param onMove called at every change of the transform
 * @param onEnd called when a move has ended, with the view for the address; null: the whole map
 */
export function createViewControl(
  canvas: HTMLCanvasElement,
  world: World,
  initialViewport: Viewport,
  onMove: () => void,
  onEnd: (view: View | null) => void,
): ViewControl {
  let viewport = initialViewport;
  let isFitted = true;
  let current: Transform = fitWorld(world, viewport);
  const toD3 = ({ x, y, k }: Transform): ZoomTransform => zoomIdentity.translate(x, y).scale(k);
  const currentView = () => (isFitted ? null : viewOfTransform(current, world, viewport));

  const selection = select(canvas);
  const behavior = zoom<HTMLCanvasElement, unknown>()
    .clickDistance(CLICK_DISTANCE)
    .constrain((transform) => toD3(constrainTransform(transform, world, viewport)))
    // Without a sourceEvent the page itself moves the map.
    .on('zoom', (event: { transform: Transform; sourceEvent: unknown }) => {
      if (event.sourceEvent) isFitted = false;
      const { x, y, k } = event.transform;
      current = { x, y, k };
      onMove();
    })
    .on('end', (event: { sourceEvent: unknown }) => {
      if (event.sourceEvent) onEnd(currentView());
    });

  const updateZoomLimits = () => {
    const { k } = fitWorld(world, viewport);
    behavior.scaleExtent([k * MIN_ZOOM, k * MAX_ZOOM]);
  };
  const transition = (ms: number) =>
    selection
      .transition()
      .duration(ms)
      .on('end.view', () => onEnd(currentView()));
  const moveTo = (transform: Transform, animate: boolean) => {
    if (animate && !prefersReducedMotion()) behavior.transform(transition(MOVE_MS), toD3(transform));
    else {
      selection.interrupt();
      behavior.transform(selection, toD3(transform));
      onEnd(currentView());
    }
  };

  const control: ViewControl = {
    transform: () => current,
    zoom: () => current.k / fitWorld(world, viewport).k,
    fit(animate) {
      isFitted = true;
      moveTo(fitWorld(world, viewport), animate);
    },
    toTransform(transform, animate) {
      isFitted = false;
      moveTo(transform, animate);
    },
    toView(view, animate) {
      if (view === null) control.fit(animate);
      else control.toTransform(transformOfView(view, world, viewport), animate);
    },
    dragTo(transform) {
      isFitted = false;
      selection.interrupt();
      behavior.transform(selection, toD3(transform));
    },
    zoomBy(factor, around) {
      isFitted = false;
      if (prefersReducedMotion()) {
        behavior.scaleBy(selection, factor, around);
        onEnd(currentView());
      } else behavior.scaleBy(transition(ZOOM_MS), factor, around);
    },
    resize(nextViewport, animate) {
      const view = viewOfTransform(current, world, viewport);
      viewport = nextViewport;
      updateZoomLimits();
      selection.interrupt();
      if (isFitted && animate) moveTo(fitWorld(world, viewport), true);
      // `onEnd` is not called: the view in the address is still right.
      else
        behavior.transform(
          selection,
          toD3(isFitted ? fitWorld(world, viewport) : transformOfView(view, world, viewport)),
        );
    },
  };
  updateZoomLimits();
  selection.call(behavior);
  behavior.transform(selection, toD3(current));
  return control;
}

/** The views of the map one after another, with their own back and forward, independent of the browser's. Pure. */
export interface ViewHistory {
  /** To be called when the map has come to rest. Views that one had gone back from are forgotten. */
  record(view: View | null): void;
  /** Goes to the previous or the next view; null if there is none. Recording that view then adds nothing. */
  step(by: -1 | 1): { view: View | null } | null;
  can(by: -1 | 1): boolean;
}

/** Older views are forgotten. */
const MAX_VIEWS = 100;

/** @param initial null: the whole map */
export function createViewHistory(initial: View | null): ViewHistory {
  let views: (View | null)[] = [initial];
  let index = 0;
  let isStepping = false;
  const keyOf = (view: View | null) => JSON.stringify(view && roundView(view));
  const can = (by: -1 | 1) => index + by >= 0 && index + by < views.length;
  return {
    record(view) {
      // In a window of another size, a step may end at a slightly different view.
      if (isStepping) views[index] = view;
      else if (keyOf(view) !== keyOf(views[index])) {
        views = [...views.slice(0, index + 1), view].slice(-MAX_VIEWS);
        index = views.length - 1;
      }
      isStepping = false;
    },
    step(by) {
      if (!can(by)) return null;
      index += by;
      isStepping = true;
      return { view: views[index] };
    },
    can,
  };
}
