import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeState,
  emptyState,
  encodeState,
  parentOf,
  roundView,
  type State,
  screenOf,
} from '../../../../web/app/state.ts';

const place = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const states: fc.Arbitrary<State> = fc
  .record({
    q: fc.string({ unit: 'grapheme', maxLength: 60 }).map((q) => q.trim()),
    mode: fc.constantFrom('hybrid', 'semantic', 'keyword'),
    paper: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    topic: fc.option(fc.nat(999)),
    from: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    to: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    since: fc.constantFrom('', '2025-06', '2026-11-21T16-10-04Z-ea588db7'),
    room: fc.constantFrom(null, 'draft', 'gems'),
    within: fc.boolean(),
    topicOrder: fc.constantFrom('central', 'date', 'comments'),
    level: fc.option(fc.nat(9)),
    selection: fc.constantFrom('', 'r:-1.2,0.4,3,2.5', 'l:0,0,1,0,1,1;-t:12;*p:2501.12948,a%2Cb'),
    dates: fc.constantFrom('', '2025', '2025-01..2025-06', '2025-01-07..2026-02-01'),
    color: fc.constantFrom('topic', 'date', 'comments', 'trust'),
    only: fc.constantFrom('', '12', '2025-01,none'),
    heat: fc.boolean(),
    view: fc.option(
      fc.record({ x: place, y: place, k: fc.double({ min: 0.01, max: 1000, noNaN: true }) }).map(roundView),
    ),
  })
  // Without a selection there is nothing to keep to.
  .map((state) => ({ ...state, within: state.within && state.selection !== '' }));

describe('the state in the address', () => {
  it('comes back from its address as it was', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decodeState(encodeState(state))).toEqual(state);
      }),
    );
  });

  it('leaves the address of the first view empty', () => {
    expect(encodeState(emptyState)).toBe('');
    expect(decodeState('')).toEqual(emptyState);
  });

  it('is short and readable', () => {
    const state: State = {
      ...emptyState,
      q: 'push and grasp',
      paper: 'arxiv:2401/1',
      view: { x: 1.23456, y: -2, k: 3 },
    };
    expect(encodeState(state)).toBe('?q=push+and+grasp&paper=arxiv:2401/1&at=1.235,-2,3');
    const picked = { ...emptyState, selection: 'r:-1,0.5,2,3;-t:4', dates: '2025-01..2025-06' };
    expect(encodeState(picked)).toBe('?sel=r:-1,0.5,2,3;-t:4&dates=2025-01..2025-06');
  });

  it('leaves out what cannot be read, whatever an address holds', () => {
    expect(decodeState('?mode=magic&topic=-3&at=1,2&paper=')).toEqual(emptyState);
    expect(decodeState('?at=1,,3').view).toBeNull();
    expect(decodeState('?within=on')).toEqual(emptyState);
    expect(decodeState('?sel=x:1;r:1&dates=2025-13')).toEqual(emptyState);
    expect(decodeState('?at=1,2,0').view).toBeNull();
    expect(decodeState('?at=1,2,Infinity').view).toBeNull();
    fc.assert(
      fc.property(fc.string(), (search) => {
        expect(decodeState(search).mode).toMatch(/hybrid|semantic|keyword/);
      }),
    );
  });
});

describe('the screen of a state', () => {
  it('is the most particular thing it names', () => {
    expect(screenOf(emptyState)).toBe('welcome');
    expect(screenOf({ ...emptyState, q: 'a' })).toBe('results');
    expect(screenOf({ ...emptyState, q: 'a', selection: 't:1' })).toBe('selection');
    expect(screenOf({ ...emptyState, selection: 't:1', within: true })).toBe('results');
    expect(screenOf(parentOf({ ...emptyState, q: 'a', selection: 't:1', within: true }))).toBe('selection');
    expect(screenOf({ ...emptyState, q: 'a', selection: 't:1', topic: 0 })).toBe('topic');
    expect(screenOf({ ...emptyState, q: 'a', topic: 0, since: '2025' })).toBe('news');
    expect(screenOf({ ...emptyState, topic: 0, room: 'gems' })).toBe('gems');
    expect(screenOf({ ...emptyState, topic: 0, room: 'draft' })).toBe('draft');
    expect(screenOf({ ...emptyState, room: 'gems', from: 'a', to: 'b' })).toBe('path');
    expect(screenOf({ ...emptyState, q: 'a', topic: 0, from: 'a', paper: 'p' })).toBe('paper');
  });

  it('leads back to the first view in at most seven steps', () => {
    fc.assert(
      fc.property(states, (state) => {
        let now = state;
        for (let step = 0; step < 7; step++) now = parentOf(now);
        expect(screenOf(now)).toBe('welcome');
      }),
    );
  });
});
