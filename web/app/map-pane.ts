/** The map and what stands around it: the card of a paper, the buttons, and the sheet that covers part of it. */

import { colorByTopic } from '../map/color/coloring.ts';
import { createHoverCard } from '../map/interaction/hover-card.ts';
import { createViewHistory } from '../map/interaction/view-history.ts';
import { createMap, type PaperMap } from '../map/map.ts';
import { type MovedMap, noMap } from '../map/no-map.ts';
import { trouble } from '../paper/hit-list.ts';
import type { Library } from '../paper/paper-cache.ts';
import { furtherLevels } from '../topic/finer-levels.ts';
import type { Tags } from '../topic/topic-tags.ts';
import { byId } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import { separately } from './error-boundary.ts';
import type { Atlas } from './map-data.ts';
import { createSheet, type Sheet } from './sheet.ts';
import type { View } from './state.ts';
import type { Theming } from './theme.ts';

export interface MapSideInput {
  atlas: Atlas;
  library: Library;
  tags: Tags;
  theming: Theming;
  open(id: string): void;
  openTopic(topic: number): void;
  /** A paper of the map is pointed at; null: none is. */
  light(id: string | null): void;
  settled(view: View | null): void;
  /** Where the map is looked at first; null: all of it. */
  view: View | null;
}

export interface MapSide {
  map: MovedMap;
  /** null where the map could not be made: nothing can stand around it. */
  drawn: PaperMap | null;
  sheet: Sheet;
  hideCard(): void;
  /** What lies over the map has changed: the open part of it is measured anew. */
  reframe(): void;
}

const ROOM = 40;
/** Below and above the card of dates. */
const EDGE = 28;
/** Unfolded, the tools of a phone are so high, in pixels. */
const TOOLS = 340;

export function createMapSide({ atlas, library, tags, theming, ...events }: MapSideInput): MapSide {
  const field = byId('field', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const bar = byId('bar', HTMLElement);
  const card = createHoverCard({ host: field, library, chip: tags.label, covered: () => inset() });

  const inset = () => {
    const covered = sheet.covers();
    // On a phone the dates are folded away. The room that is left around a fitted map anyway counts too.
    const card = document.getElementById('dates')?.offsetHeight ?? 0;
    const dates = card === 0 ? 0 : Math.max(0, card + EDGE - ROOM);
    return { top: covered ? bar.offsetHeight : 0, right: 0, bottom: covered || dates, left: 0 };
  };
  // The sheet speaks once before there is a map to tell.
  let ready = false;
  const sheet = createSheet(() => ready && map.setInset(inset(), true));

  byId('tools', HTMLButtonElement).addEventListener('click', () => {
    if (innerHeight - bar.offsetHeight - sheet.covers() < TOOLS) sheet.lower('peek');
  });

  const history = createViewHistory(events.view);
  const steps = [
    [byId('view-earlier', HTMLButtonElement), -1],
    [byId('view-later', HTMLButtonElement), 1],
  ] as const;
  const showSteps = () => {
    for (const [button, by] of steps) button.disabled = !history.can(by);
  };
  for (const [button, by] of steps) {
    button.addEventListener('click', () => {
      const gone = history.step(by);
      if (gone) map.goTo(gone.view, true);
      showSteps();
    });
  }
  const isEmpty = atlas.papers.world.n === 0;
  const make = () =>
    createMap(canvas, atlas, theming.now(), colorByTopic(atlas), inset(), {
      pickPaper: (row) => events.open(atlas.idOf(row)),
      pickTopic: events.openTopic,
      hover(at) {
        const id = at ? atlas.idOf(at.row) : null;
        events.light(id);
        if (!at || id === null) return card.hide();
        const topic = atlas.papers.topic[at.row]!;
        card.show(id, topic < 0 ? null : topic, at.x, at.y, at.radius + 14);
      },
      settled(view) {
        history.note(view);
        showSteps();
        events.settled(view);
      },
    });
  const made = isEmpty ? null : separately(make);
  const map = made ?? noMap;
  const papers = `${count(atlas.papers.world.n, 'paper')} in ${count(atlas.topics.length, 'topic')}`;
  const words = made ? `Map of ${papers}. The lists hold the same papers in words.` : 'No map';
  canvas.setAttribute('aria-label', words);
  if (!made && !isEmpty) sayNoMap();
  // What works on a map is not offered without one.
  field.toggleAttribute('data-no-map', !made);
  ready = true;
  if (made) void furtherLevels(atlas).then(made.name);
  theming.watch(map.setTheme);

  byId('zoom-in', HTMLButtonElement).addEventListener('click', () => map.zoomBy(1.6));
  byId('zoom-out', HTMLButtonElement).addEventListener('click', () => map.zoomBy(1 / 1.6));
  byId('fit', HTMLButtonElement).addEventListener('click', () => map.goTo(null, true));
  return { map, sheet, hideCard: card.hide, drawn: made, reframe: () => map.setInset(inset(), false) };
}

function sayNoMap(): void {
  const words = new Error('The map cannot be drawn here. Search, papers and topics still work.');
  byId('map-trouble', HTMLElement).replaceChildren(trouble(words, () => location.reload()));
}
