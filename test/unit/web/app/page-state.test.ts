import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeState,
  defaultState,
  encodeState,
  parentStateOf,
  type State,
  screenOf,
} from '../../../../web/app/page-state.ts';
import { roundView } from '../../../../web/map/camera.ts';

const coordinate = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const states: fc.Arbitrary<State> = fc
  .record({
    q: fc.string({ unit: 'grapheme', maxLength: 60 }).map((q) => q.trim()),
    mode: fc.constantFrom('hybrid', 'semantic', 'keyword'),
    paper: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    topic: fc.option(fc.nat(999)),
    from: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    to: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    since: fc.constantFrom('', '2025-06', '2026-11-21T16-10-04Z-ea588db7'),
    tool: fc.constantFrom(null, 'draft', 'gems'),
    gemsBy: fc.constantFrom(null, 'comments', 'upvotes', 'citations'),
    within: fc.boolean(),
    topicSort: fc.constantFrom('representative', 'date', 'comments', 'upvotes', 'citations'),
    level: fc.option(fc.nat(9)),
    selection: fc.constantFrom('', 'r:-1.2,0.4,3,2.5', 'l:0,0,1,0,1,1;-t:12;*p:2501.12948,a%2Cb'),
    dates: fc.constantFrom('', '2025', '2025-01..2025-06', '2025-01-07..2026-02-01'),
    color: fc.constantFrom('topic', 'date', 'comments', 'accuracy', 'field:upvotes', 'field:metrics.stars'),
    colorFilter: fc.constantFrom('', '12', '2025-01,none'),
    size: fc.constantFrom('', 'upvotes', 'metrics.stars'),
    heatmap: fc.boolean(),
    view: fc.option(
      fc.record({ x: coordinate, y: coordinate, k: fc.double({ min: 0.01, max: 1000, noNaN: true }) }).map(roundView),
    ),
  })
  // Searches can only be limited to a selection that exists.
  .map((state) => ({ ...state, within: state.within && state.selection !== '' }));

describe('the state in the address', () => {
  test('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decodeState(encodeState(state))).toEqual(state);
      }),
    );
  });

  test('is empty for the start page', () => {
    expect(encodeState(defaultState)).toBe('');
    expect(decodeState('')).toEqual(defaultState);
  });

  test('is short and readable', () => {
    const state: State = {
      ...defaultState,
      q: 'push and grasp',
      paper: 'arxiv:2401/1',
      view: { x: 1.23456, y: -2, k: 3 },
    };
    expect(encodeState(state)).toBe('?q=push+and+grasp&paper=arxiv:2401/1&at=1.235,-2,3');
    const selected = { ...defaultState, selection: 'r:-1,0.5,2,3;-t:4', dates: '2025-01..2025-06' };
    expect(encodeState(selected)).toBe('?sel=r:-1,0.5,2,3;-t:4&dates=2025-01..2025-06');
  });

  test('ignores parameters that cannot be parsed, whatever the address', () => {
    expect(decodeState('?mode=magic&topic=-3&at=1,2&paper=')).toEqual(defaultState);
    expect(decodeState('?at=1,,3').view).toBeNull();
    expect(decodeState('?within=on')).toEqual(defaultState);
    expect(decodeState('?sel=x:1;r:1&dates=2025-13')).toEqual(defaultState);
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
  test('is the first view by priority that the state has something for', () => {
    expect(screenOf(defaultState)).toBe('start');
    expect(screenOf({ ...defaultState, q: 'a' })).toBe('results');
    expect(screenOf({ ...defaultState, q: 'a', selection: 't:1' })).toBe('selection');
    expect(screenOf({ ...defaultState, selection: 't:1', within: true })).toBe('results');
    expect(screenOf(parentStateOf({ ...defaultState, q: 'a', selection: 't:1', within: true }))).toBe('selection');
    expect(screenOf({ ...defaultState, q: 'a', selection: 't:1', topic: 0 })).toBe('topic');
    expect(screenOf({ ...defaultState, q: 'a', topic: 0, since: '2025' })).toBe('news');
    expect(screenOf({ ...defaultState, topic: 0, tool: 'gems' })).toBe('gems');
    expect(screenOf({ ...defaultState, topic: 0, tool: 'draft' })).toBe('draft');
    expect(screenOf({ ...defaultState, tool: 'gems', from: 'a', to: 'b' })).toBe('path');
    expect(screenOf({ ...defaultState, q: 'a', topic: 0, from: 'a', paper: 'p' })).toBe('paper');
  });

  test('leads back to the start page in at most seven steps', () => {
    fc.assert(
      fc.property(states, (state) => {
        let current = state;
        for (let step = 0; step < 7; step++) current = parentStateOf(current);
        expect(screenOf(current)).toBe('start');
      }),
    );
  });
});
