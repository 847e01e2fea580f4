/** Keyboard navigation of the map: arrow keys move from paper to paper, and other keys do what a mouse can do. */
import type { MapData } from '../../app/map-data.ts';
import type { Store } from '../../app/store.ts';
import type { PaperCache } from '../../paper/paper-cache.ts';
import { announce, el } from '../../ui/dom.ts';
import type { World } from '../camera.ts';
import type { PaperMap } from '../map.ts';

export interface KeyboardNavigationInput {
  /** The canvas of the map. The focusable element that receives the keys is inserted after it. */
  canvas: HTMLElement;
  store: Store;
  mapData: MapData;
  map: PaperMap;
  paperCache: PaperCache;
  /** The papers that the search results currently list. If no paper is open, navigation starts at the first of them. */
  listedPapers(): readonly { id: string }[];
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The unit vector of each direction on the screen, where y points down. */
const unitVectors: Readonly<Record<Direction, readonly [x: number, y: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

const arrowKeys: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
/** Shift and an arrow key pan the map by this fraction of its width or height. */
const PAN_STEP = 0.25;
const ZOOM_FACTOR = 1.6;

const HINT =
  'Arrow keys move to a similar paper in that direction. Enter opens it, Escape goes back. Plus, minus and 0 zoom, Shift+arrow keys pan the map.';

export function createKeyboardNavigation({
  canvas,
  store,
  mapData,
  map,
  paperCache,
  listedPapers,
}: KeyboardNavigationInput): void {
  const { world } = mapData.papers;
  if (world.n === 0) return;
  const hint = el('p', { class: 'keyboard-hint', id: 'keyboard-hint' }, HINT);
  const target = el('div', {
    class: 'keyboard-target',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'map',
    'aria-label': 'Navigate the map, paper by paper',
    'aria-describedby': 'keyboard-hint',
  });
  canvas.after(target, hint);

  /** The row of the paper from which the arrow keys move on; null before the first move. */
  let current: number | null = null;
  /** The paper that was opened with Enter on the map. When it is closed, the focus returns to the map. */
  let openedId: string | null = null;

  const rowOf = (id: string | null | undefined) => (id ? mapData.rowOf(id) : undefined);
  const startRow = () => rowOf(store.get().paper) ?? rowOf(listedPapers()[0]?.id) ?? map.centerPoint().row;
  const neighborRows = async (row: number) => {
    const id = mapData.idOf(row);
    // If the request for neighbors fails, the arrow keys still move to the nearest papers on the map.
    if (paperCache.neighborsOf(id).length === 0) await paperCache.paper(id).catch(() => null);
    return paperCache
      .neighborsOf(id)
      .map(rowOf)
      .filter((neighbor) => neighbor !== undefined);
  };
  const announcePaper = async (row: number, isNeighbor: boolean) => {
    const id = mapData.idOf(row);
    const title = (await paperCache.summary(id).catch(() => null))?.title;
    if (current !== row || title === undefined) return;
    const topic = mapData.topic(mapData.topicOf(id))?.name ?? 'Unassigned';
    announce(`${isNeighbor ? '' : 'Nearest on the map: '}${title}. ${topic}.`);
  };
  const moveTo = (row: number, isNeighbor: boolean) => {
    current = row;
    map.reveal(row);
    map.hoverPaper(row);
    void announcePaper(row, isNeighbor);
    // Neighbors are fetched ahead, so that the next key press need not wait for them.
    void neighborRows(row);
  };
  const move = async (direction: Direction) => {
    const from = current;
    if (from === null) return moveTo(startRow(), true);
    const neighbors = await neighborRows(from);
    if (current !== from) return;
    const next = findNextPaperInDirection(world, from, direction, neighbors);
    if (next.row >= 0) moveTo(next.row, next.isNeighbor);
    else announce('No paper in that direction.');
  };
  const pan = (direction: Direction) => {
    const { transform, viewport } = map.camera();
    const [dx, dy] = unitVectors[direction];
    const { x, y } = map.centerPoint();
    map.centerOn(
      x + (dx * PAN_STEP * viewport.width) / transform.k,
      y + (dy * PAN_STEP * viewport.height) / transform.k,
      'animate',
    );
  };
  const leave = () => {
    if (store.get().paper !== null) return store.back();
    current = null;
    document.getElementById('papers')?.focus();
  };

  target.addEventListener('focus', () => moveTo(current ?? startRow(), true));
  target.addEventListener('blur', () => map.hoverPaper(null));
  target.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = arrowKeys[event.key];
    if (direction && event.shiftKey) pan(direction);
    else if (direction) void move(direction);
    else if (event.key === 'Enter' && current !== null) {
      openedId = mapData.idOf(current);
      store.set({ paper: openedId }, 'push');
    } else if (event.key === 'Escape') leave();
    else if (event.key === '+' || event.key === '=') map.zoomBy(ZOOM_FACTOR, current ?? undefined);
    else if (event.key === '-' || event.key === '_') map.zoomBy(1 / ZOOM_FACTOR, current ?? undefined);
    else if (event.key === '0') map.goToView(null, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The hover card follows its paper while the map moves.
  let lastTransform = map.camera().transform;
  map.onFrame(({ transform }) => {
    const { x, y, k } = lastTransform;
    const hasMoved = transform.x !== x || transform.y !== y || transform.k !== k;
    lastTransform = transform;
    if (hasMoved && current !== null && document.activeElement === target) map.hoverPaper(current);
  });
  store.subscribe((state, before) => {
    if (openedId === null || before.paper !== openedId || state.paper === openedId) return;
    openedId = null;
    // The focus returns only after the panel, which closes the paper, has set its own focus.
    if (state.paper === null) setTimeout(() => target.focus(), 0);
  });
}

/**
 * The next paper in a direction on the map: one of the given neighbors if possible, otherwise the nearest paper. The
 * row is −1 if there is no paper in that direction.
 *
 * @param row the paper from which to move
 * @param neighbors rows of the papers most similar to it
 */
export function findNextPaperInDirection(
  world: Pick<World, 'n' | 'x' | 'y'>,
  row: number,
  direction: Direction,
  neighbors: readonly number[],
): { row: number; isNeighbor: boolean } {
  const from = { x: world.x[row], y: world.y[row] };
  const neighbor = findNearestRowInDirection(world, from, direction, neighbors);
  if (neighbor >= 0) return { row: neighbor, isNeighbor: true };
  return { row: findNearestRowInDirection(world, from, direction, allRows(world.n)), isNeighbor: false };
}

function* allRows(n: number): Iterable<number> {
  for (let row = 0; row < n; row++) yield row;
}

/**
 * The row of the nearest paper that is within 45° of a direction, seen from a position; −1 if there is none. Distances
 * are multiplied by 1 + tan(angle), so that papers straight ahead are preferred.
 */
export function findNearestRowInDirection(
  world: Pick<World, 'x' | 'y'>,
  from: { x: number; y: number },
  direction: Direction,
  rows: Iterable<number>,
): number {
  const [unitX, unitY] = unitVectors[direction];
  let nearest = -1;
  let minDistance = Infinity;
  for (const row of rows) {
    const [dx, dy] = [world.x[row] - from.x, world.y[row] - from.y];
    const forward = dx * unitX + dy * unitY;
    const sideways = Math.abs(dx * unitY) + Math.abs(dy * unitX);
    if (!(forward > 0) || sideways > forward) continue;
    const distance = Math.hypot(forward, sideways) * (1 + sideways / forward);
    if (distance < minDistance) [nearest, minDistance] = [row, distance];
  }
  return nearest;
}
