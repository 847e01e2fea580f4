import { bestRows } from '../../pipeline/core/algorithms/top-k.ts';
import { type Steps, spans } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Passage } from '../../pipeline/core/paper.ts';
import { type ComparedVectors, comparedVectorAt, similarityOf } from '../../pipeline/core/vectors.ts';
import { openAhead } from '../../pipeline/runtime/lazy-task.ts';
import { inTurns } from '../../pipeline/runtime/scheduling.ts';
import type { MeaningReader } from '../../pipeline/search/highlight/semantic-highlight.ts';
import type { WordIndex } from '../../pipeline/search/lexical/inverted-index.ts';
import type { Placed } from '../hits.ts';
import type { PathAnswer } from '../schemas/explore.ts';
import { linksInSteps, type PathFinder, pathFinder, type ReadingPath } from './reading-path.ts';
import { sharedWords } from './shared-words.ts';

/** Powers of a step's distance, from the gentlest path to the shortest; the first of bearable length is taken. */
const POWERS = [3, 2, 1, 0];
/** Nobody reads more papers on the way. */
const MOST_PAPERS = 12;
/** Words told of a step. */
const WORDS = 4;
/** So many papers of either island are tried as the end of a bridge. */
const ENDS = 64;
/** Papers compared between two steps: some milliseconds. */
const ROWS_A_STEP = 2048;

interface PathSource {
  readonly graph: KnnGraph;
  readonly vectors: ComparedVectors;
  readonly words: WordIndex;
  /** Absent where the model's words cannot be read: rarity alone then chooses the words that are told. */
  readonly reader: MeaningReader | undefined;
  paper(row: number): Passage;
  placed: Placed;
}

/** Two islands' papers that are nearest to each other. */
interface Bridge {
  readonly ends: readonly [number, number];
  readonly similarity: number;
}

/**
 * A function that finds the way of reading from one paper to another, each step to a paper near to the one before. The
 * graph is turned round when that is first asked for.
 */
export function openPath(source: PathSource): (from: number, to: number) => Promise<Omit<PathAnswer, 'snapshot'>> {
  const { graph, words, vectors, reader, paper, placed } = source;
  const closenessTo = (rows: readonly [number, number]) => {
    const [one, other] = rows.map((row) => comparedVectorAt(vectors, row));
    return reader?.against(
      one.map((component, d) => component + other[d]),
      [],
    ).cosine;
  };
  const shared = (rows: readonly [number, number]) =>
    sharedWords(words, rows, paper(rows[1]), WORDS, closenessTo(rows));
  const ahead = openAhead(function* () {
    return pathFinder(yield* linksInSteps(graph));
  });
  return async (from, to) => {
    const finder = await ahead.ready();
    const found = (await inTurns(gentlest(finder, from, to))) ?? (await inTurns(bridged(source, finder, from, to)));
    return {
      papers: found.rows.map(placed),
      steps: found.similarities.map((similarity, i) => ({
        similarity: Math.round(similarity * 1e4) / 1e4,
        shared: shared([found.rows[i], found.rows[i + 1]]),
        isBridge: i === found.bridge,
      })),
    };
  };
}

interface Found extends ReadingPath {
  /** Which step leads from one island to another. */
  readonly bridge?: number;
}

function* gentlest(finder: PathFinder, from: number, to: number): Steps<Found | undefined> {
  let found: Found | undefined;
  for (const power of POWERS) {
    yield 0;
    found = finder.path(from, to, power);
    if (!found || found.rows.length <= MOST_PAPERS) return found;
  }
  return found;
}

/** Over the nearest bridge between the islands of the two. */
function* bridged(source: PathSource, finder: PathFinder, from: number, to: number): Steps<Found> {
  const bridge = yield* nearestBridge(source, [finder.island(from), finder.island(to)], [from, to]);
  const before = yield* gentlest(finder, from, bridge.ends[0]);
  const behind = yield* gentlest(finder, bridge.ends[1], to);
  if (!before || !behind) throw new Error('an island does not hold together');
  return {
    rows: [...before.rows, ...behind.rows],
    similarities: [...before.similarities, bridge.similarity, ...behind.similarities],
    bridge: before.similarities.length,
  };
}

/**
 * The nearest two papers of two islands; of large ones, among those of each that are nearest to where the path begins or
 * ends on the other.
 */
function* nearestBridge(
  { vectors }: PathSource,
  islands: readonly [Int32Array, Int32Array],
  [from, to]: readonly [number, number],
): Steps<Bridge> {
  const near = function* (island: Int32Array, row: number): Steps<Int32Array> {
    if (island.length <= ENDS) return island;
    const vector = comparedVectorAt(vectors, row);
    const cosines = new Float32Array(vectors.count);
    yield* spans(island.length, ROWS_A_STEP, (first, end) => {
      for (let at = first; at < end; at++) cosines[island[at]] = similarityOf(vectors, island[at], vector);
    });
    return bestRows(island, cosines, ENDS);
  };
  let best: Bridge = { ends: [from, to], similarity: Number.NEGATIVE_INFINITY };
  const others = yield* near(islands[1], from);
  for (const one of yield* near(islands[0], to)) {
    const vector = comparedVectorAt(vectors, one);
    for (const other of others) {
      const similarity = similarityOf(vectors, other, vector);
      if (similarity > best.similarity) best = { ends: [one, other], similarity };
    }
  }
  return best;
}
