/** Selecting on the map: tools, keys and what is listed become parts of the selection in the address. */

import { isText } from '../app/keyboard.ts';
import type { Atlas } from '../app/map-data.ts';
import { type State, screenOf } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { openPart } from '../map/camera.ts';
import type { PaperMap } from '../map/map.ts';
import type { Library } from '../paper/paper-cache.ts';
import { partsNamed } from '../search/search-request.ts';
import { announce, byId } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { pixelsPerUnit, roundTo, type Tool, watchDrawing } from './drawing.ts';
import { keptOut } from './excluded-rows.ts';
import { countDrawn, createCountSign } from './live-count.ts';
import { createOutlines } from './outlines.ts';
import { fittingIds, printParts, readParts, type Subject, withPart } from './region-parts.ts';
import { select, selectable } from './select.ts';
import { createToolBar, type How, type Offer } from './tool-bar.ts';

export interface SelectingInput {
  store: Store;
  atlas: Atlas;
  map: PaperMap;
  library: Library;
  /** The papers that the results list now. */
  hits(): readonly { id: string }[];
}

/** Keys held beside a press go before what the card says. */
function howOf(event: Pick<PointerEvent, 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>, chosen: How): How {
  const less = event.altKey || event.ctrlKey || event.metaKey;
  if (event.shiftKey) return less ? 'meet' : 'add';
  return less ? 'remove' : chosen;
}

export interface Selecting {
  /** What is listed may have changed. */
  refresh(): void;
}

export function createSelecting({ store, atlas, map, library, hits }: SelectingInput): Selecting {
  const field = byId('field', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const { world } = atlas.papers;

  const choose = (subject: Subject, how: How) => {
    const parts = withPart(readParts(store.get().selection), how, subject);
    // A search within one area goes on in the next; what was picked from lists is shown first.
    const within = store.get().within && (subject.kind === 'rectangle' || subject.kind === 'lasso');
    store.set({ selection: printParts(parts), within, paper: null, topic: null }, 'push');
  };
  const clear = () => store.set({ selection: '', within: false }, 'push');
  const bar = createToolBar(byId('map-tools', HTMLElement), {
    offers: () => offersOf(store.get()),
    clear,
  });
  /** The open part of the map as an area. */
  const seen = (): Subject => {
    const { transform, frame } = map.camera();
    const { x, y, width, height } = openPart(frame);
    const at = (sx: number, sy: number) =>
      world.toMap((sx - transform.x) / transform.k, (sy - transform.y) / transform.k);
    const corners = [...at(x - width / 2, y - height / 2), ...at(x + width / 2, y + height / 2)];
    const [x0, y0, x1, y1] = roundTo(pixelsPerUnit(map.camera(), world), corners);
    return { kind: 'rectangle', points: [x0!, y0!, x1!, y1!] };
  };
  const offersOf = (state: State): Offer[] => {
    const offers: Offer[] = [];
    const offer = (words: string, subject: () => Subject) =>
      offers.push({ words, choose: () => choose(subject(), bar.how()) });
    const papers = (ids: readonly string[]): Subject => ({ kind: 'papers', ids });
    const neighbors = state.paper === null ? [] : library.neighborsOf(state.paper);
    if (neighbors.length > 0) {
      offer(`This paper and its ${count(neighbors.length, 'neighbor')}`, () => papers([state.paper!, ...neighbors]));
    }
    const topic = atlas.topic(state.topic);
    if (topic) offer(`This topic: ${count(topic.size, 'paper')}`, () => ({ kind: 'topic', topic: topic.id }));
    const listed = hits().map(({ id }) => id);
    const fitting = fittingIds(listed);
    const first = fitting.length < listed.length ? 'The first listed results' : 'The listed results';
    if (fitting.length > 0) offer(`${first}: ${count(fitting.length, 'paper')}`, () => papers(fitting));
    offer('What the map shows now', seen);
    return offers;
  };

  const outlines = createOutlines(field, map, world);
  const sign = createCountSign(field);
  let counted: ReturnType<typeof countDrawn> | null = null;
  /** Made when a hand begins, for what is selected then. */
  const counter = () => {
    const state = store.get();
    counted ??= countDrawn(
      atlas.columns,
      select(readParts(state.selection), selectable(atlas)).mask,
      keptOut(state, atlas),
    );
    return counted;
  };
  // Where nothing is selected every area is the first.
  const how = (event: PointerEvent): How =>
    store.get().selection === '' ? 'fresh' : howOf(event, bar.tool() === null ? 'add' : bar.how());
  const drawing = watchDrawing(field, canvas, map, world, {
    tool: (event): Tool | null => bar.tool() ?? (event.shiftKey && event.pointerType !== 'touch' ? 'rectangle' : null),
    draws(drawn) {
      outlines.draw(drawn?.line ?? null);
      if (drawn?.area)
        sign.show(counter()(drawn.area, how(drawn.event)), drawn.at, drawn.event.pointerType === 'touch');
      else sign.hide();
      if (!drawn) counted = null;
    },
    drawn(area, event) {
      const papers = counter()(area, how(event));
      counted = null;
      choose(area, how(event));
      announce(`${count(papers, 'paper')} selected.`);
      // A finger has no other way to move the map.
      if (event.pointerType === 'touch') bar.close();
    },
  });

  // Before the keys of the page: Escape undoes what is nearest at hand.
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.isComposing || document.querySelector(':popover-open')) return;
      if (isText(event.target)) return;
      if (drawing.isUnderway()) drawing.cancel();
      else if (!bar.close()) {
        if (screenOf(store.get()) !== 'selection') return;
        clear();
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  const show = (state: State) => {
    outlines.show([...readParts(state.selection), ...partsNamed(state.q)]);
    bar.refresh(state.selection !== '');
  };
  store.subscribe((state) => show(state));
  show(store.get());
  return { refresh: () => bar.refresh(store.get().selection !== '') };
}
