/** What of a scene is dimmed, what stands as always, and what lies on top. Pure. */
import type { PointIndex } from '../interaction/point-index.ts';
import type { Papers, Scene } from '../scene.ts';

/** More rows than this stand out by their strength alone: larger dots would hide each other, and take long. */
const FEW = 12_000;
/** So many of the first rows that are lit let the names of their topics stand out. */
const NAMED = 60;

/** Papers by how they are drawn: what is dimmed lies under what is not. */
export interface Layers {
  /** Something stands out, and the rest is dimmed. */
  isDimmed: boolean;
  /** In the order of the index 1 for what is dimmed, 0 for what is not; null: all are one or the other. */
  dimmed: Uint8Array | null;
  /** So many papers a map would hold that is everywhere as crowded as it is here around what is not dimmed. */
  crowd: number;
  /** Drawn larger, the last one on top. */
  lit: Uint32Array;
  /** Topics whose names keep their strength; null: all. */
  strong: ReadonlySet<number> | null;
}

export function layersOf(scene: Scene, papers: Papers, index: PointIndex): Layers {
  const outside = either(scene.outside, scene.uncolored);
  const isTopic = scene.hoveredTopic !== null;
  const wanted = isTopic ? papers.rowsOf(scene.hoveredTopic!) : scene.lit;
  const found = isTopic ? null : scene.found;
  const none = new Uint32Array(0);
  if (wanted === null) return { ...dimming(outside, index), lit: none, strong: null };
  const lit = Uint32Array.from(wanted).filter((row) => outside === null || outside[row] === 0);
  const isFew = lit.length <= FEW;
  // The first hit is drawn last, on top.
  const above = isFew ? lit.slice().reverse() : none;
  const strong = new Set(Array.from(isFew ? lit.subarray(0, NAMED) : none, (row) => papers.topic[row]!));
  if (isFew && found === null) {
    return { isDimmed: true, dimmed: null, crowd: index.n, lit: above, strong: strong.size > 0 ? strong : null };
  }
  const dimmed = found ? keptOut(found, outside) : new Uint8Array(index.n).fill(1);
  for (const row of lit) dimmed[row] = 0;
  if (found) for (const topic of topicsHeld(papers.topic, dimmed)) strong.add(topic);
  return { ...dimming(dimmed, index), lit: above, strong: strong.size > 0 ? strong : null };
}

/** @param outside by row 1 for what is dimmed; null: nothing is */
function dimming(outside: Uint8Array | null, index: PointIndex): Pick<Layers, 'isDimmed' | 'dimmed' | 'crowd'> {
  if (!outside?.includes(1)) return { isDimmed: false, dimmed: null, crowd: index.n };
  const dimmed = index.ordered(outside);
  return { isDimmed: true, dimmed, crowd: index.crowd(dimmed) };
}

/** 1 for each row that was not found, or is outside. */
function keptOut(found: Uint8Array, outside: Uint8Array | null): Uint8Array {
  const out = new Uint8Array(found.length);
  for (let row = 0; row < out.length; row++) out[row] = (found[row]! ^ 1) | (outside === null ? 0 : outside[row]!);
  return out;
}

/** Topics of which as large a part is not dimmed as of all papers, or a third. */
function topicsHeld(topicOf: Int32Array, dimmed: Uint8Array): number[] {
  let room = 0;
  for (const topic of topicOf) if (topic >= room) room = topic + 1;
  const size = new Int32Array(room);
  const held = new Int32Array(room);
  let all = 0;
  for (let row = 0; row < dimmed.length; row++) {
    all += 1 - dimmed[row]!;
    const topic = topicOf[row]!;
    if (topic < 0) continue;
    size[topic]!++;
    held[topic]! += 1 - dimmed[row]!;
  }
  const share = Math.min(1 / 3, all / Math.max(1, dimmed.length));
  return Array.from(size.keys()).filter((topic) => size[topic]! > 0 && held[topic]! >= share * size[topic]!);
}

function either(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, row) => value | b[row]!);
}
