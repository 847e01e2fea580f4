import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../../../web/search/request-pacing.ts';

const times = fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 30 });

describe('how soon after a key a query is asked', () => {
  it('is at once where answers come at once', () => {
    const pace = createPace();
    expect(pace.pause()).toBeLessThanOrEqual(25);
    for (let i = 0; i < 20; i++) pace.took(40);
    expect(pace.pause()).toBeLessThanOrEqual(25);
  });

  it('is after a rest where they are slow, and soon again when they are no longer', () => {
    const pace = createPace();
    for (let i = 0; i < 10; i++) pace.took(900);
    expect(pace.pause()).toBe(250);
    for (let i = 0; i < 10; i++) pace.took(30);
    expect(pace.pause()).toBeLessThanOrEqual(25);
  });

  it('is never longer than a rest, and longer for slower answers', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 5000, noNaN: true }), (before, more) => {
        const [fast, slow] = [createPace(), createPace()];
        for (const ms of before) {
          fast.took(ms);
          slow.took(ms + more);
        }
        expect(fast.pause()).toBeGreaterThanOrEqual(20);
        expect(slow.pause()).toBeLessThanOrEqual(250);
        expect(slow.pause()).toBeGreaterThanOrEqual(fast.pause());
      }),
    );
  });
});
