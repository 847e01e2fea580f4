/** What every view of the panel is, and what it is given. Views are listed in views.ts. */

import type { MovedMap } from '../map/no-map.ts';
import type { Scene } from '../map/scene.ts';
import type { Library } from '../paper/paper-cache.ts';
import type { Tags } from '../topic/topic-tags.ts';
import type { Atlas } from './map-data.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

export interface PanelView {
  /** Follows the state, whether the view is shown or not. `before` is null at the start. */
  follow(state: State, before: State | null): void;
  /** When there is something to look at, where it is not there yet: until then what was shown before stays. */
  ready?(): Promise<void> | null;
  /** What it shows, as text: another one is another page, which is scrolled to its top and lights the map anew. */
  page(state: State): string;
  /** What stands in the window's title; null: the view will set it by `arrived`. */
  title(state: State): string | null;
  /** One goes back from it: the bar with 'Back' stands above. */
  isInner: boolean;
  /** What the map lights, numbers and links while it is shown; nothing where left out. */
  onMap?(state: State): OnMap;
  /**
   * Where the map goes when another page has come, by a press and not by the browser's back and forward; or by an address
   * that names no place of the map, where `before` is null.
   */
  moveMap?(map: MovedMap, state: State, before: State | null): void;
  /** Lights the entry of a paper that is pointed at on the map. */
  light?(id: string | null): void;
  /** Puts the focus where a reader left off, coming from `before`; false: on the heading that can take it. */
  focus?(before: State): boolean;
}

export type OnMap = Partial<Pick<Scene, 'lit' | 'found' | 'numbered' | 'linked' | 'strained' | 'route' | 'pin'>>;

/** What a view may do, and know. */
export interface ViewInput {
  host: HTMLElement;
  store: Store;
  atlas: Atlas;
  library: Library;
  tags: Tags;
  /** Rows of the map, of the papers that stand on it. */
  rowsOf(papers: readonly { id: string }[]): number[];
  /** The address of a paper's page, and what a press of that link does. */
  href(id: string): string;
  open(id: string): void;
  hrefOfTopic(topic: number): string;
  openTopic(topic: number): void;
  /** Asks a query. */
  find(query: string): void;
  hrefOf(query: string): string;
  /** Lights a paper, or a topic (−1: the papers of none), on the map; null: none is pointed at. */
  point(id: string | null): void;
  pointTopic(topic: number | null): void;
  /** Moves the map so that these papers fill it. */
  zoomTo(papers: readonly { id: string }[]): void;
  /** What `onMap` gives has changed. */
  changed(): void;
  /** What was asked for stands in the view: its title and the focus follow. */
  arrived(title: string): void;
}
