import { inChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { Passage } from '../core/paper.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';
import { runInBuild } from '../runtime/scheduling.ts';
import { type Embedder, passageText } from './embedder.ts';

/** Vectors are cached after this many texts, so that a run that is stopped loses at most a minute of work. */
const TEXTS_PER_SAVE = 20_000;

/** Vectors of texts that were embedded before, by the same model. */
interface EmbeddingCache {
  /** Copies the vector of a text into `target` and returns true; false if the text is not cached. */
  read(text: string, target: Float32Array): boolean;
  /** `vectors` is row-major, `texts.length` × dimensions. */
  append(texts: readonly string[], vectors: Float32Array): void;
}

/** A cache that keeps nothing. */
export const noEmbeddingCache: EmbeddingCache = { read: () => false, append: () => undefined };

interface EmbeddedPapers {
  /** One unit vector per paper, in the order of the papers; zero for a text without a known token. */
  readonly vectors: Vectors;
  /** Distinct texts that went through the model. */
  readonly embedded: number;
  /** Papers whose text was cached. */
  readonly reused: number;
}

/**
 * Embeds title and abstract of each paper. Only texts that are not cached go through the model, each once, and are added
 * to the cache.
 *
 * @throws PaperfieldError model, if the model fails on a text; the signal's reason, if the run is stopped
 */
export async function embedPapers(
  papers: readonly Passage[],
  embedder: Embedder,
  cache: EmbeddingCache,
  effects: Effects,
): Promise<EmbeddedPapers> {
  const { dimensions } = embedder.card;
  const vectors = allocateVectors(papers.length, dimensions);
  const rowsOfNewText = new Map<string, number[]>();
  let reused = 0;
  const lookUp = (row: number) => {
    const text = passageText(embedder.card, papers[row]);
    if (cache.read(text, vectorAt(vectors, row))) {
      reused++;
      return;
    }
    const rows = rowsOfNewText.get(text);
    if (rows) rows.push(row);
    else rowsOfNewText.set(text, [row]);
  };
  const lookUps = inChunks(papers.length, (from, to) => {
    for (let row = from; row < to; row++) lookUp(row);
  });
  await runInBuild(lookUps, effects.signal);

  const newTexts = [...rowsOfNewText.keys()];
  effects.debug(`vector cache: has ${reused} of ${papers.length} papers; ${newTexts.length} distinct texts to embed`);
  const progress = effects.startProgress('embed', newTexts.length);
  for (let from = 0; from < newTexts.length; from += TEXTS_PER_SAVE) {
    const texts = newTexts.slice(from, from + TEXTS_PER_SAVE);
    const newVectors = await embedder.embed(texts, (done) => {
      effects.signal.throwIfAborted();
      progress.update(from + done);
    });
    texts.forEach((text, i) => {
      const vector = newVectors.subarray(i * dimensions, (i + 1) * dimensions);
      for (const row of rowsOfNewText.get(text) ?? []) vectorAt(vectors, row).set(vector);
    });
    cache.append(texts, newVectors);
  }
  progress.finish(`${newTexts.length} embedded, ${reused} from the cache`);
  return { vectors, embedded: newTexts.length, reused };
}
