import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createViewHistory } from '../../../../../web/map/interaction/view-control.ts';

const view = (x: number) => ({ x, y: 0, k: 2 });

describe('the history of views', () => {
  test('goes back and forward like a list with a position in it', () => {
    const action = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('back' as const, 'forward' as const));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const history = createViewHistory(null);
        // The current view is the last one of `past`.
        let [past, future]: [(number | null)[], (number | null)[]] = [[null], []];
        for (const one of actions) {
          if (typeof one === 'number') {
            history.record(view(one));
            if (past.at(-1) !== one) [past, future] = [[...past, one], []];
            continue;
          }
          const by = one === 'back' ? -1 : 1;
          const isPossible = by < 0 ? past.length > 1 : future.length > 0;
          expect(history.can(by)).toBe(isPossible);
          if (isPossible && by < 0) future.push(past.pop()!);
          else if (isPossible) past.push(future.pop()!);
          const step = history.step(by);
          const current = past.at(-1)!;
          expect(step).toEqual(isPossible ? { view: current === null ? null : view(current) } : null);
          if (step) history.record(step.view);
        }
      }),
    );
  });

  test('takes a view slightly beside the one stepped to for the same step', () => {
    const history = createViewHistory(null);
    history.record(view(1));
    history.record(view(2));
    history.step(-1);
    history.record(view(1.01));
    expect(history.step(1)).toEqual({ view: view(2) });
  });
});
