/** Keeps an error in one part of the page from breaking the others. */
import { el } from '../ui/dom.ts';
import { createErrorNotice } from '../ui/placeholders.ts';
import type { PanelView } from './panel.ts';

/**
 * Runs a function and returns its result; null if it threw. The error is reported as uncaught, so that the console
 * shows it.
 */
export function attempt<Result>(run: () => Result): Result | null {
  try {
    return run();
  } catch (error) {
    reportError(error);
    return null;
  }
}

/**
 * Wraps a view, so that it shows an error notice if one of its methods fails. The map and the other views keep working.
 *
 * @param fallback the members that the view has beyond `PanelView`, in case it cannot be created
 */
export function isolateView<View extends PanelView>(
  host: HTMLElement,
  createView: () => View,
  fallback: Omit<View, keyof PanelView>,
): PanelView & Omit<View, keyof PanelView> {
  const showError = () => {
    const error = new Error('Something went wrong in this part of the page. The rest still works; reloading may help.');
    host.replaceChildren(
      el('h2', { class: 'topic-title', tabindex: -1 }, 'Couldn’t show this'),
      createErrorNotice(error, () => location.reload()),
    );
  };
  const view = attempt(createView);
  if (!view) {
    showError();
    const failed: PanelView = { update() {}, pageKey: () => '', title: () => 'paperfield', isInner: true };
    return { ...fallback, ...failed };
  }
  return {
    ...view,
    update(state, before) {
      const isUpdated = attempt(() => {
        view.update(state, before);
        return true;
      });
      if (!isUpdated) showError();
    },
    moveMap: (map, state, before) => void attempt(() => view.moveMap?.(map, state, before)),
    mapHighlights: (state) => attempt(() => view.mapHighlights?.(state)) ?? {},
    highlight: (id) => void attempt(() => view.highlight?.(id)),
    focus: (before) => attempt(() => view.focus?.(before)) ?? false,
  };
}
