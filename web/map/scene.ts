/** What the map shows beside the papers themselves. Rows are indices into the map's columns. */
import type { Theme } from './color/palette.ts';
import type { World } from './world.ts';

/** How papers are colored. */
export interface Coloring {
  /** By row a number in `pixels`. */
  column: Uint8Array;
  /** Opaque, as ImageData has them. */
  pixels(theme: Theme): Uint32Array;
  /** Each color is a topic's, so that the ground of topics may be tinted. */
  isOfTopics: boolean;
}

export type Rows = readonly number[] | Uint32Array;

export interface Scene {
  /** Rows that stand out while the rest is dimmed; null: no paper is dimmed. */
  lit: Rows | null;
  /** 1 for each row that keeps its color beside `lit` without standing out as it does; null: none does. */
  found: Uint8Array | null;
  /** Rows that carry a number, the first one 1. */
  numbered: readonly number[];
  /** The paper that is read, and the rows lines go to from it. */
  selected: number | null;
  linked: readonly number[];
  /** Those of `linked` that the map could not lay near. */
  strained: readonly number[];
  /** Rows that a line leads through, one after another. */
  route: readonly number[];
  /** Where something stands that is no paper of the map, in the world's units. */
  pin: readonly [number, number] | null;
  /** The paper under the pointer, here or in a list. */
  hovered: number | null;
  /** The topic pointed at in a list, −1 for the papers of none: lit instead of `lit`. */
  hoveredTopic: number | null;
  /** 1 for each row that a filter keeps out: dimmed, whatever else is lit; null: none is kept out. */
  outside: Uint8Array | null;
  /** The same, of the colors that one keeps to. */
  uncolored: Uint8Array | null;
}

export const emptyScene: Scene = {
  lit: null,
  found: null,
  numbered: [],
  selected: null,
  linked: [],
  strained: [],
  route: [],
  pin: null,
  hovered: null,
  hoveredTopic: null,
  outside: null,
  uncolored: null,
};

/** The papers of the map: places, topics, and the tone of each. */
export interface Papers {
  world: World;
  topic: Int32Array;
  color: Uint8Array;
  rowsOf(topic: number): Rows;
}
