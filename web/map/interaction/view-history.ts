/** Where the map has been looked at, one view after another: steps of its own beside the browser's. Pure. */
import { roundView, type View } from '../../app/state.ts';

/** null: the whole map. */
type Seen = View | null;

export interface ViewHistory {
  /** The map has come to rest. What one had gone back from is forgotten. */
  note(view: Seen): void;
  /** The view before or after, where there is one; `note` of where that leads is then no further step. */
  step(by: -1 | 1): { view: Seen } | null;
  can(by: -1 | 1): boolean;
}

/** More are forgotten, the oldest first. */
const MOST = 100;

const printed = (view: Seen) => JSON.stringify(view && roundView(view));

export function createViewHistory(first: Seen): ViewHistory {
  let seen: Seen[] = [first];
  let at = 0;
  let isStepping = false;
  const can = (by: -1 | 1) => at + by >= 0 && at + by < seen.length;
  return {
    note(view) {
      // A step may end elsewhere than it was meant to, in a window of another size.
      if (isStepping) seen[at] = view;
      else if (printed(view) !== printed(seen[at]!)) {
        seen = [...seen.slice(0, at + 1), view].slice(-MOST);
        at = seen.length - 1;
      }
      isStepping = false;
    },
    step(by) {
      if (!can(by)) return null;
      at += by;
      isStepping = true;
      return { view: seen[at]! };
    },
    can,
  };
}
