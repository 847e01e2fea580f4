/** Embeds papers, with a cache of the vectors of known texts. */
import { processInChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { PaperText } from '../core/paper.ts';
import { allocateVectors, type Vectors, vectorAt } from '../core/vectors.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import { type Embedder, embeddingInputOf } from './embedder.ts';

/**
 * Number of texts after which their vectors are written to the cache, so that a run that is stopped loses at most about
 * a minute of work.
 */
const TEXTS_PER_SAVE = 20_000;

/** A cache of the vectors of texts that the same model has embedded before. */
interface EmbeddingCache {
  /** Copies the vector of a text into `target` and returns true; false if the text is not cached. */
  read(text: string, target: Float32Array): boolean;
  /** Adds the vectors of texts to the cache. `vectors` is row-major, `texts.length` × dimensions. */
  append(texts: readonly string[], vectors: Float32Array): void;
}

/** A cache that stores nothing. */
export const noEmbeddingCache: EmbeddingCache = { read: () => false, append: () => undefined };

interface EmbeddedPapers {
  /** One unit vector per paper, in the order of the papers; zero for a text without a known token. */
  readonly vectors: Vectors;
  /** Number of distinct texts that the model embedded. */
  readonly embedded: number;
  /** Number of papers whose vector was in the cache. */
  readonly reused: number;
}

/**
 * Embeds the title and abstract of each paper. The model embeds only texts that are not in the cache, equal texts once.
 * Their vectors are added to the cache.
 *
 * @throws PaperfieldError model, if the model fails on a text; the signal's reason, if the run is stopped
 */
export async function embedPapers(
  papers: readonly PaperText[],
  embedder: Embedder,
  cache: EmbeddingCache,
  effects: Effects,
): Promise<EmbeddedPapers> {
  const { dimensions } = embedder.settings;
  const vectors = allocateVectors(papers.length, dimensions);
  const rowsOfNewText = new Map<string, number[]>();
  let reused = 0;
  const lookUp = (row: number) => {
    const text = embeddingInputOf(embedder.settings, papers[row]);
    if (cache.read(text, vectorAt(vectors, row))) {
      reused++;
      return;
    }
    const rows = rowsOfNewText.get(text);
    if (rows) rows.push(row);
    else rowsOfNewText.set(text, [row]);
  };
  const lookUps = processInChunks(papers.length, (from, to) => {
    for (let row = from; row < to; row++) lookUp(row);
  });
  await runBuildTask(lookUps, effects.signal);

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
