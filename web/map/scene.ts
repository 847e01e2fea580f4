/** What the map shows: its papers, their colors, and what is emphasized. Rows are indices into the map's columns. */
import type { World } from './camera.ts';
import type { Theme } from './color/palette.ts';

export interface MapPapers {
  world: World;
  /** The displayed topic of each paper; −1 for none. */
  topic: Int32Array;
  /** The color of each paper's topic, as a tone: an index into the palette. */
  color: Uint8Array;
  rowsOfTopic(topic: number): PaperRows;
}

/** How papers are colored. */
export interface Coloring {
  /** The color of each paper, as an index into `palette`. */
  colorIndex: Uint8Array;
  /** The colors, packed as opaque pixels of ImageData. */
  palette(theme: Theme): Uint32Array;
  /** Whether papers have the colors of their topics. If so, the areas of the topics are tinted too. */
  isByTopic: boolean;
}

/** Rows of papers: indices into the map's columns. */
export type PaperRows = readonly number[] | Uint32Array;

export interface Scene {
  /** Rows that are drawn larger and on top, while other papers are dimmed; null: nothing is highlighted or dimmed. */
  highlighted: PaperRows | null;
  /**
   * A mask by row: 1 for papers that are not highlighted, but keep their normal size and color; null: there are none.
   */
  matched: Uint8Array | null;
  /** Rows with a numbered badge. The first one has number 1. */
  numbered: readonly number[];
  /** The row of the paper that is open in the panel; null: none. */
  selected: number | null;
  /** Rows that are joined to the open paper, or to the pin, by lines. */
  linked: readonly number[];
  /** The rows of `linked` that are far away on the map, although the papers are similar: their lines are dashed. */
  farLinked: readonly number[];
  /** The rows of a reading path in order. They are joined by a line. */
  path: readonly number[];
  /** A position marked by a pin, where there is no paper, in world coordinates; null: none. */
  pin: readonly [x: number, y: number] | null;
  /** The row of the paper under the pointer, on the map or in a list; null: none. */
  hovered: number | null;
  /**
   * The topic under the pointer, whose papers are highlighted instead of `highlighted`. −1: papers in no topic; null:
   * none.
   */
  hoveredTopic: number | null;
  /**
   * A mask by row: 1 for papers outside the chosen dates, which are dimmed even if highlighted. null: all dates are
   * shown.
   */
  excludedByDate: Uint8Array | null;
  /**
   * A mask by row: 1 for papers whose color is not chosen in the legend, which are dimmed too. null: all colors are
   * shown.
   */
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
