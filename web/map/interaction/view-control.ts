/** Zooming and panning of the map with d3-zoom, by the user or by the page, and the history of the map's views. */
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
  /** The zoom relative to the fitted map: 1 if all papers just fit into the visible area. */
  zoom(): number;
  fit(animate: boolean): void;
  toTransform(transform: Transform, animate: boolean): void;
  /** Moves the map to a view; null: the whole map. */
  toView(view: View | null, animate: boolean): void;
  /**
   * Moves the map at every step of a drag in the minimap. The new view is not reported to `onEnd`, so another method
   * must be called when the drag ends.
   */
  dragTo(transform: Transform): void;
  /**
   * Multiplies the zoom by a factor.
   *
   * @param around a position on the canvas that stays where it is, in pixels; by default the center
   */
  zoomBy(factor: number, around?: [number, number]): void;
  /**
   * To be called when the viewport has changed. A fitted map is fitted again; otherwise the same papers stay in the
   * center.
   */
  resize(viewport: Viewport, animate: boolean): void;
}

/** Limits of the zoom, relative to the fitted map. */
const MIN_ZOOM = 0.5;
const MAX_ZOOM = 60;
const MOVE_MS = 650;
const ZOOM_MS = 220;
/** A press that moves at most this far, in pixels, is a click and not a drag. */
const CLICK_DISTANCE = 4;

/**
 * Makes the map on a canvas zoomable. At first the whole map is fitted.
 *
 * @param onMove called at every change of the transform
 * @param onEnd called when a move has ended, with the view to write into the address; null: the whole map
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
    // A zoom event without a sourceEvent was caused by the page and not by the user.
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
      // `onEnd` is not called, because the view in the address is still right.
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

/** The views that the map has shown, with steps back and forward that are independent of the browser history. Pure. */
export interface ViewHistory {
  /** To be called when the map has come to rest. Adds a view after the current one and drops the later ones. */
  record(view: View | null): void;
  /** Goes to the previous (−1) or the next view (1); null if there is none. The next `record` then adds nothing. */
  step(by: -1 | 1): { view: View | null } | null;
  can(by: -1 | 1): boolean;
}

/** Maximum number of views that are remembered; older ones are dropped. */
const MAX_VIEWS = 100;

/**
 * Creates a history with one view.
 *
 * @param initial the view at the start; null: the whole map
 */
export function createViewHistory(initial: View | null): ViewHistory {
  let views: (View | null)[] = [initial];
  let index = 0;
  let isStepping = false;
  const keyOf = (view: View | null) => JSON.stringify(view && roundView(view));
  const can = (by: -1 | 1) => index + by >= 0 && index + by < views.length;
  return {
    record(view) {
      // If the window was resized, a step ends at a slightly different view, which replaces the remembered one.
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
