import type { Atlas } from '../../app/map-data.ts';
import type { Store } from '../../app/store.ts';
import type { Library } from '../../paper/paper-cache.ts';
import { announce, el } from '../../ui/dom.ts';
import type { PaperMap } from '../map.ts';
import type { World } from '../world.ts';

/** From one paper of the map to the next by an arrow key: pure. */

export type Direction = 'left' | 'right' | 'up' | 'down';

/** On the screen, y downwards. */
const ways: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/**
 * The row nearest to a place among those that lie in a direction, no farther aside than onwards; −1 where none does. What
 * lies straight ahead counts as nearer than what lies aside.
 */
export function nearestTowards(
  world: Pick<World, 'x' | 'y'>,
  from: { x: number; y: number },
  direction: Direction,
  rows: Iterable<number>,
): number {
  const [wayX, wayY] = ways[direction];
  let best = -1;
  let least = Infinity;
  for (const row of rows) {
    const [dx, dy] = [world.x[row]! - from.x, world.y[row]! - from.y];
    const onwards = dx * wayX + dy * wayY;
    const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
    if (!(onwards > 0) || aside > onwards) continue;
    const far = Math.hypot(onwards, aside) * (1 + aside / onwards);
    if (far < least) [best, least] = [row, far];
  }
  return best;
}

/** A step from a paper: to a true neighbor where one lies that way, else to the nearest paper of the map that does. */
export function step(
  world: Pick<World, 'n' | 'x' | 'y'>,
  row: number,
  direction: Direction,
  neighbors: readonly number[],
): { row: number; isNeighbor: boolean } {
  const from = { x: world.x[row]!, y: world.y[row]! };
  const neighbor = nearestTowards(world, from, direction, neighbors);
  if (neighbor >= 0) return { row: neighbor, isNeighbor: true };
  return { row: nearestTowards(world, from, direction, allRows(world.n)), isNeighbor: false };
}

function* allRows(n: number): Iterable<number> {
  for (let row = 0; row < n; row++) yield row;
}

/**
 * The map by keyboard: arrows step from paper to paper, Enter opens, Escape returns, and all that a mouse does to the view.
 * What is reached is told as its title and topic.
 */

export interface WalkInput {
  /** Holds the map; the place for the focus is put behind the canvas. */
  canvas: HTMLElement;
  store: Store;
  atlas: Atlas;
  map: PaperMap;
  library: Library;
  /** The papers that the results list now: the walk begins with the first of them. */
  hits(): readonly { id: string }[];
}

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const moves: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};
/** Part of the open map that Shift and an arrow move it by. */
const PAN = 0.25;
const ZOOM = 1.6;

const KEYS =
  'Arrow keys step to a similar paper that lies that way. Enter opens it, Escape returns. Plus, minus and 0 zoom, Shift and arrows move the map.';

export function createWalk({ canvas, store, atlas, map, library, hits }: WalkInput): void {
  const { world } = atlas.papers;
  if (world.n === 0) return;
  const hint = el('p', { class: 'walk-hint', id: 'walk-keys' }, KEYS);
  const place = el('div', {
    class: 'walk',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'map',
    'aria-label': 'Walk the map, paper by paper',
    'aria-describedby': 'walk-keys',
  });
  canvas.after(place, hint);

  let at: number | null = null;
  let opened: string | null = null;

  const rowOf = (id: string | null | undefined) => (id ? atlas.rowOf(id) : undefined);
  const start = () => rowOf(store.get().paper) ?? rowOf(hits()[0]?.id) ?? map.middle().row;
  const neighborsOf = async (row: number) => {
    const id = atlas.idOf(row);
    // Without an answer one still walks, from place to place.
    if (library.neighborsOf(id).length === 0) await library.paper(id).catch(() => null);
    return library
      .neighborsOf(id)
      .map(rowOf)
      .filter((one) => one !== undefined);
  };
  const tell = async (row: number, isNeighbor: boolean) => {
    const id = atlas.idOf(row);
    const title = (await library.listed(id).catch(() => null))?.title;
    if (at !== row || title === undefined) return;
    const topic = atlas.topic(atlas.topicOf(id))?.name ?? 'Between the topics';
    announce(`${isNeighbor ? '' : 'Nearest on the map: '}${title}. ${topic}.`);
  };
  const goTo = (row: number, isNeighbor: boolean) => {
    at = row;
    map.reveal(row);
    map.point(row);
    void tell(row, isNeighbor);
    // The next step is then at once.
    void neighborsOf(row);
  };
  const go = async (direction: Direction) => {
    const from = at;
    if (from === null) return goTo(start(), true);
    const near = await neighborsOf(from);
    if (at !== from) return;
    const next = step(world, from, direction, near);
    if (next.row >= 0) goTo(next.row, next.isNeighbor);
    else announce('No paper lies that way.');
  };
  const pan = (direction: Direction) => {
    const { transform, frame } = map.camera();
    const [x, y] = moves[direction];
    const middle = map.middle();
    map.center(
      middle.x + (x * PAN * frame.width) / transform.k,
      middle.y + (y * PAN * frame.height) / transform.k,
      'glide',
    );
  };
  const leave = () => {
    if (store.get().paper !== null) return store.back();
    at = null;
    document.getElementById('papers')?.focus();
  };

  place.addEventListener('focus', () => goTo(at ?? start(), true));
  place.addEventListener('blur', () => map.point(null));
  place.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = arrows[event.key];
    if (direction && event.shiftKey) pan(direction);
    else if (direction) void go(direction);
    else if (event.key === 'Enter' && at !== null) {
      opened = atlas.idOf(at);
      store.set({ paper: opened }, 'push');
    } else if (event.key === 'Escape') leave();
    else if (event.key === '+' || event.key === '=') map.zoomBy(ZOOM, at ?? undefined);
    else if (event.key === '-' || event.key === '_') map.zoomBy(1 / ZOOM, at ?? undefined);
    else if (event.key === '0') map.goTo(null, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The card stays with its paper while the map moves under it.
  let last = map.camera().transform;
  map.watch(({ transform }) => {
    const moved = transform.x !== last.x || transform.y !== last.y || transform.k !== last.k;
    last = transform;
    if (moved && at !== null && document.activeElement === place) map.point(at);
  });
  store.subscribe((state, before) => {
    if (opened === null || before.paper !== opened || state.paper === opened) return;
    opened = null;
    // After the panel has shown what it goes back to.
    if (state.paper === null) setTimeout(() => place.focus(), 0);
  });
}
