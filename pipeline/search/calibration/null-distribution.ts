import { inChunks } from '../../core/cooperative.ts';
import type { Effects } from '../../core/effects.ts';
import { type Embedder, queryText } from '../../embedding/embedder.ts';
import { runInBuild } from '../../runtime/scheduling.ts';
import { scoreStats } from '../fusion.ts';
import { queryTerms } from '../lexical/query-terms.ts';
import { type RetrievalIndex, retrieveCandidates } from '../retrieve.ts';
import {
  answerFeatures,
  createFeatureExtractor,
  type MatchFeatures,
  matchScore,
  type NullDistribution,
} from './answerability.ts';
import { offTopicQueries } from './off-topic-queries.ts';

/** With fewer papers the answers to off-topic queries say nothing about chance. */
const MIN_PAPERS = 20;

/**
 * Runs the off-topic queries against a corpus and keeps how well they are answered. Real queries are compared with that;
 * see answerability.ts.
 *
 * @returns undefined for a corpus of fewer than 20 papers
 */
export async function measureNullDistribution(
  index: RetrievalIndex,
  embedder: Embedder,
  effects: Effects,
): Promise<NullDistribution | undefined> {
  if (index.invertedIndex.paperCount < MIN_PAPERS) {
    effects.debug(
      `null distribution: none, because there are fewer than ${MIN_PAPERS} papers; every query counts as answered`,
    );
    return undefined;
  }
  const progress = effects.startProgress('null distribution', offTopicQueries.length);
  const { dimensions } = embedder.card;
  const embeddings = await embedder.embed(offTopicQueries.map((query) => queryText(embedder.card, query)));
  const features: MatchFeatures[] = [];
  const answer = (text: string, i: number) => {
    const terms = queryTerms(index.invertedIndex, text);
    const vectors = [embeddings.subarray(i * dimensions, (i + 1) * dimensions)];
    const featuresOf = createFeatureExtractor(index.invertedIndex, terms, text);
    features.push(answerFeatures(featuresOf, retrieveCandidates(index, { terms, vectors })));
  };
  const answering = inChunks(offTopicQueries.length, (from, to) => {
    for (let i = from; i < to; i++) answer(offTopicQueries[i], i);
  });
  const onProgress = (share: number) => progress.update(Math.round(share * offTopicQueries.length));
  await runInBuild(answering, effects.signal, onProgress);
  progress.finish(`${offTopicQueries.length} off-topic queries`);
  const statsOf = (feature: keyof MatchFeatures) => scoreStats(Float32Array.from(features, (one) => one[feature]));
  const stats = { coverage: statsOf('coverage'), similarity: statsOf('similarity'), proximity: statsOf('proximity') };
  // Four digits: the manifest is read by people too.
  const scores = features.map((one) => Math.round(matchScore(one, stats) * 1e4) / 1e4).sort((a, b) => a - b);
  return { ...stats, scores };
}
