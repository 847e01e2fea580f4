/** What the map shows beside the papers themselves. Rows are indices into the map's columns. */
import type { Theme } from './palette.ts';
import type { PointIndex } from './point-index.ts';
import type { World } from './world.ts';

/** How papers are coloured. */
export interface Colouring {
  /** By row a number in `pixels`. */
  column: Uint8Array;
  /** Opaque, as ImageData has them. */
  pixels(theme: Theme): Uint32Array;
  /** Each colour is a topic's, so that the ground of topics may be tinted. */
  isOfTopics: boolean;
}

export type Rows = readonly number[] | Uint32Array;

export interface Scene {
  /** Rows that stand out while the rest is dimmed; null: no paper is dimmed. */
  lit: Rows | null;
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
  /** The same, of the colours that one keeps to. */
  uncoloured: Uint8Array | null;
}

export const emptyScene: Scene = {
  lit: null,
  numbered: [],
  selected: null,
  linked: [],
  strained: [],
  route: [],
  pin: null,
  hovered: null,
  hoveredTopic: null,
  outside: null,
  uncoloured: null,
};

/** The papers of the map: places, topics, and the tone of each. */
export interface Papers {
  world: World;
  topic: Int32Array;
  colour: Uint8Array;
  rowsOf(topic: number): Rows;
}

/** More rows than this stand out by their strength alone: larger dots would hide each other, and take long. */
const FEW = 12_000;

/** Papers by how they are drawn: what is dimmed lies under what is not. */
export interface Layers {
  /** Something stands out, and the rest is dimmed. */
  isDimmed: boolean;
  /** In the order of the index 1 for what is dimmed, 0 for what is drawn as always; null: all are one or the other. */
  dimmed: Uint8Array | null;
  /** Drawn larger, the last one on top. */
  lit: Uint32Array;
}

export function layersOf(scene: Scene, papers: Papers, index: PointIndex): Layers {
  const outside = either(scene.outside, scene.uncoloured);
  const none = new Uint32Array(0);
  const wanted = scene.hoveredTopic === null ? scene.lit : papers.rowsOf(scene.hoveredTopic);
  if (wanted === null) return { isDimmed: outside !== null, dimmed: outside && index.ordered(outside), lit: none };
  const lit = Uint32Array.from(wanted).filter((row) => outside === null || outside[row] === 0);
  // The first hit is drawn last, on top.
  if (lit.length <= FEW) return { isDimmed: true, dimmed: null, lit: lit.reverse() };
  const dimmed = new Uint8Array(papers.world.n).fill(1);
  for (const row of lit) dimmed[row] = 0;
  return { isDimmed: true, dimmed: index.ordered(dimmed), lit: none };
}

function either(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, row) => value | b[row]!);
}
