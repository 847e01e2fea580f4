import { type ComparedVectors, similarityOf } from '../../core/vectors.ts';
import { type Evidence, type Scale, scaleOf, standardized } from '../fusion.ts';

interface Sampled {
  readonly vectors: ComparedVectors;
  /** Rows from which it is reckoned what cosine is usual for a vector. */
  readonly sample: Int32Array;
}

/** How much of a paper's nearness to what it shall not be like is taken from its score. */
const PUSH = 0.5;

/**
 * How near some rows are in meaning. To one vector: its cosine. To several: half the mean and half the least of the
 * nearnesses, each in standard deviations above what is usual for its vector: so a paper that has something of all comes
 * before one that is very near to one of them, and before one that is near to everything. What an answer shall not be
 * like pushes it away as far as it is nearer to that than usual.
 *
 * @param known cosines of some rows with the one vector: looking for the nearest gave them already
 */
export function meaningOf(
  corpus: Sampled,
  rows: Int32Array,
  near: readonly Float32Array[],
  far: readonly Float32Array[],
  known: ReadonlyMap<number, number> = new Map(),
): Pick<Evidence, 'cosine' | 'cosineScale'> {
  if (near.length === 0 && far.length === 0) {
    return { cosine: new Float32Array(rows.length), cosineScale: { mean: 0, deviation: 0 } };
  }
  if (near.length === 1 && far.length === 0) {
    const [vector] = near;
    const cosine = Float32Array.from(rows, (row) => known.get(row) ?? similarityOf(corpus.vectors, row, vector));
    return { cosine, cosineScale: usualCosine(corpus, vector) };
  }
  const nearness = (vectors: readonly Float32Array[]) => {
    const scales = vectors.map((vector) => usualCosine(corpus, vector));
    return (row: number) =>
      vectors.map((vector, i) => standardized(similarityOf(corpus.vectors, row, vector), scales[i]));
  };
  const [toNear, toFar] = [nearness(near), nearness(far)];
  const cosine = Float32Array.from(rows, (row) => {
    const wanted = toNear(row);
    const mean = wanted.reduce((sum, one) => sum + one, 0) / Math.max(1, wanted.length);
    const shared = wanted.length === 0 ? 0 : (mean + Math.min(...wanted)) / 2;
    return shared - PUSH * Math.max(0, ...toFar(row));
  });
  return { cosine, cosineScale: { mean: 0, deviation: 1 } };
}

/** What cosine papers usually have with a vector. */
export function usualCosine({ vectors, sample }: Sampled, vector: Float32Array): Scale {
  return scaleOf(Float32Array.from(sample, (row) => similarityOf(vectors, row, vector)));
}
