import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createViewHistory } from '../../../../../web/map/interaction/view-control.ts';

const view = (x: number) => ({ x, y: 0, k: 2 });

describe('the map’s own back and forward', () => {
  it('walk through the views as a list with a place in it does', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('back' as const, 'forward' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const history = createViewHistory(null);
        let [before, after]: [(number | null)[], (number | null)[]] = [[null], []];
        for (const one of steps) {
          if (typeof one === 'number') {
            history.record(view(one));
            if (before.at(-1) !== one) [before, after] = [[...before, one], []];
          } else {
            const by = one === 'back' ? -1 : 1;
            const isThere = by < 0 ? before.length > 1 : after.length > 0;
            expect(history.can(by)).toBe(isThere);
            if (isThere && by < 0) after.push(before.pop()!);
            else if (isThere) before.push(after.pop()!);
            const gone = history.step(by);
            const now = before.at(-1)!;
            expect(gone).toEqual(isThere ? { view: now === null ? null : view(now) } : null);
            if (gone) history.record(gone.view);
          }
        }
      }),
    );
  });

  it('take a step that ends a little elsewhere for the same step', () => {
    const history = createViewHistory(null);
    history.record(view(1));
    history.record(view(2));
    history.step(-1);
    history.record(view(1.01));
    expect(history.step(1)).toEqual({ view: view(2) });
  });
});
