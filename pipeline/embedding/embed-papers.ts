import type { Effects } from '../core/effects.ts';
import type { Passage } from '../core/paper.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';
import { pause } from '../runtime/scheduling.ts';
import { type Embedder, passageText } from './embedder.ts';

/** A long run keeps what it has every so many texts, so that stopping it loses little. */
const KEEP_EVERY = 20_000;

/** Texts looked up in the cache between two pauses. */
const LOOKED_UP_AT_ONCE = 2048;

/** Vectors known from earlier builds. */
export interface KnownVectors {
  read(text: string, target: Float32Array): boolean;
  append(texts: readonly string[], vectors: Float32Array): void;
}

/** `embedded` texts went through the model, `reused` ones were known; texts that stand twice count once. */
export interface Embedding {
  readonly vectors: Vectors;
  readonly embedded: number;
  readonly reused: number;
}

/** One unit vector a paper, in the papers' order. Only texts that `known` does not hold are embedded. */
export async function embedPapers(
  papers: readonly Passage[],
  embedder: Embedder,
  known: KnownVectors,
  effects: Effects,
): Promise<Embedding> {
  const { dimensions } = embedder.card;
  const vectors = allocateVectors(papers.length, dimensions);
  const rowsOfNewText = new Map<string, number[]>();
  let reused = 0;
  for (const [row, paper] of papers.entries()) {
    if (row % LOOKED_UP_AT_ONCE === 0) await pause(effects.signal);
    const text = passageText(embedder.card, paper);
    if (known.read(text, vectorAt(vectors, row))) reused++;
    else {
      const rows = rowsOfNewText.get(text);
      if (rows) rows.push(row);
      else rowsOfNewText.set(text, [row]);
    }
  }

  const fresh = [...rowsOfNewText.keys()];
  const progress = effects.begin('embed', fresh.length);
  for (let from = 0; from < fresh.length; from += KEEP_EVERY) {
    const part = fresh.slice(from, from + KEEP_EVERY);
    const partVectors = await embedder.embed(part, (done) => {
      effects.signal.throwIfAborted();
      progress.at(from + done);
    });
    part.forEach((text, i) => {
      const vector = partVectors.subarray(i * dimensions, (i + 1) * dimensions);
      for (const row of rowsOfNewText.get(text) ?? []) vectorAt(vectors, row).set(vector);
    });
    known.append(part, partVectors);
  }
  progress.end(`${fresh.length} embedded, ${reused} known`);
  return { vectors, embedded: fresh.length, reused };
}
