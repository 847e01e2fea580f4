/** What the map shows beside the papers themselves. Rows are indices into the map's columns. */
import type { World } from './world.ts';

export interface Scene {
  /** Rows that stand out while the rest is dimmed; null: no paper is dimmed. */
  lit: readonly number[] | null;
  /** Rows that carry a number, the first one 1. */
  numbered: readonly number[];
  /** The paper that is read, and the rows lines go to from it. */
  selected: number | null;
  linked: readonly number[];
  /** The paper under the pointer, here or in a list. */
  hovered: number | null;
  /** The topic pointed at in a list, −1 for the papers of none: lit instead of `lit`. */
  hoveredTopic: number | null;
  /** 1 for each row that a filter keeps out: dimmed, whatever else is lit; null: none is kept out. */
  outside: Uint8Array | null;
}

export const emptyScene: Scene = {
  lit: null,
  numbered: [],
  selected: null,
  linked: [],
  hovered: null,
  hoveredTopic: null,
  outside: null,
};

/** The papers of the map: places, topics, and the tone of each. */
export interface Papers {
  world: World;
  topic: Int32Array;
  colour: Uint8Array;
  rowsOf(topic: number): readonly number[];
}

/** The rows in the order they are drawn: what is dimmed lies under what is not. */
export interface Layers {
  dim: Uint32Array;
  plain: Uint32Array;
  lit: Uint32Array;
}

export function layersOf(scene: Scene, papers: Papers): Layers {
  const none = new Uint32Array(0);
  const { outside } = scene;
  const within = (row: number) => outside === null || outside[row] === 0;
  const wanted = scene.hoveredTopic === null ? scene.lit : papers.rowsOf(scene.hoveredTopic);
  const lit = wanted?.filter(within) ?? null;
  const everything = Uint32Array.from({ length: papers.world.n }, (_, row) => row);
  if (lit === null && outside === null) return { dim: none, plain: everything, lit: none };
  if (lit === null) {
    return { dim: everything.filter((row) => !within(row)), plain: everything.filter(within), lit: none };
  }
  const isLit = new Uint8Array(papers.world.n);
  for (const row of lit) isLit[row] = 1;
  // The first hit is drawn last, on top.
  return { dim: everything.filter((row) => !isLit[row]), plain: none, lit: Uint32Array.from(lit).reverse() };
}
