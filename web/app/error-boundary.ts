import { trouble } from '../paper/hit-list.ts';
import { el } from '../ui/dom.ts';
import type { PanelView } from './panel-view.ts';

/** Parts of the page that stand for themselves: one that fails is reported, and the others go on. */

/** @returns what the work makes; null where it failed */
export function separately<Made>(work: () => Made): Made | null {
  try {
    return work();
  } catch (error) {
    // As an error that nobody caught: it is seen in the console, and whoever watches for errors hears of it.
    reportError(error);
    return null;
  }
}

/** A view of the panel whose faults stay its own: it says that it failed, and map, search and the other views go on. */

/**
 * @param lost what the view has beside what all views have, for when it cannot be made
 */
export function guarded<View extends PanelView>(
  host: HTMLElement,
  make: () => View,
  lost: Omit<View, keyof PanelView>,
): PanelView & Omit<View, keyof PanelView> {
  const fail = () => {
    const words = new Error('This part of the page failed. The rest still works; loading the page again may help.');
    host.replaceChildren(
      el('h2', { class: 'topic-title', tabindex: -1 }, 'This cannot be shown'),
      trouble(words, () => location.reload()),
    );
  };
  const view = separately(make);
  if (!view) {
    fail();
    const failed: PanelView = { follow() {}, page: () => '', title: () => 'paperfield', isInner: true };
    return { ...lost, ...failed };
  }
  return {
    ...view,
    follow(state, before) {
      const isDone = separately(() => {
        view.follow(state, before);
        return true;
      });
      if (!isDone) fail();
    },
    moveMap: (map, state, before) => void separately(() => view.moveMap?.(map, state, before)),
    onMap: (state) => separately(() => view.onMap?.(state)) ?? {},
    light: (id) => void separately(() => view.light?.(id)),
    focus: (before) => separately(() => view.focus?.(before)) ?? false,
  };
}
