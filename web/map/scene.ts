/** What the map shows: its papers, their colors, and what is emphasized. Rows are indices into the map's columns. */
import type { World } from './camera.ts';
import type { Theme } from './color/palette.ts';

export interface MapPapers {
  world: World;
  /** The displayed topic of each paper; −1 for none. */
  topic: Int32Array;
  /** The tone of that topic: an index into the palette. */
  color: Uint8Array;
  rowsOfTopic(topic: number): Rows;
}

/** How papers are colored. */
export interface Coloring {
  /** By row, an index into `palette`. */
  colorIndex: Uint8Array;
  /** Opaque pixels, as in ImageData. */
  palette(theme: Theme): Uint32Array;
  /** Whether each color is that of a topic: then the areas of the topics are tinted too. */
  isByTopic: boolean;
}

export type Rows = readonly number[] | Uint32Array;

export interface Scene {
  /** Rows that are drawn larger and on top while other papers are dimmed; null: none is dimmed. */
  highlighted: Rows | null;
  /** A mask of further rows that are not dimmed, in normal size; null: no such rows. */
  matched: Uint8Array | null;
  /** Rows with a number, from 1 on. */
  numbered: readonly number[];
  /** The paper that is open. */
  selected: number | null;
  /** Rows that are joined to the open paper, or to the pin, by lines. */
  linked: readonly number[];
  /** Those of `linked` that are neighbors but are far apart on the map: their lines are dashed. */
  farLinked: readonly number[];
  /** Rows joined by a line, in order. */
  path: readonly number[];
  /** A position without a paper, in world coordinates. */
  pin: readonly [x: number, y: number] | null;
  /** The paper under the pointer, on the map or in a list. */
  hovered: number | null;
  /** The topic under the pointer, −1 for papers in none: highlighted instead of `highlighted`. */
  hoveredTopic: number | null;
  /** Masks of rows that a filter of the map excludes: dimmed, even if highlighted. null: the filter is off. */
  excludedByDate: Uint8Array | null;
  excludedByLegend: Uint8Array | null;
}

export const emptyScene: Scene = {
  highlighted: null,
  matched: null,
  numbered: [],
  selected: null,
  linked: [],
  farLinked: [],
  path: [],
  pin: null,
  hovered: null,
  hoveredTopic: null,
  excludedByDate: null,
  excludedByLegend: null,
};
