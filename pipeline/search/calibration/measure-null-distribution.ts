import type { Effects } from '../../core/effects.ts';
import { type Embedder, queryText } from '../../embedding/embedder.ts';
import { pause } from '../../runtime/scheduling.ts';
import { scaleOf } from '../fusion.ts';
import { askedWords } from '../lexical/query-terms.ts';
import { gather, type Retrievable } from '../retrieve.ts';
import { supportOf, supportReader } from './match-features.ts';
import { type Background, type Support, strengthOf } from './null-distribution.ts';
import { everydayQuestions } from './off-topic-queries.ts';

/** Questions between two pauses. */
const QUESTIONS_AT_ONCE = 8;
/** Among fewer papers chance has no shape yet. */
const LEAST_PAPERS = 20;

/**
 * Asks a corpus questions that it is not about and keeps how strong its answers are: what a real question's answers are
 * compared with. Undefined for a corpus of a few papers.
 */
export async function measureBackground(
  corpus: Retrievable,
  embedder: Embedder,
  effects: Effects,
): Promise<Background | undefined> {
  if (corpus.words.papers < LEAST_PAPERS) return undefined;
  const progress = effects.begin('background', everydayQuestions.length);
  const { card } = embedder;
  const vectors = await embedder.embed(everydayQuestions.map((question) => queryText(card, question)));
  const supports: Support[] = [];
  for (const [i, question] of everydayQuestions.entries()) {
    if (i % QUESTIONS_AT_ONCE === 0) await pause(effects.signal);
    const asked = askedWords(corpus.words, question);
    const near = [vectors.subarray(i * card.dimensions, (i + 1) * card.dimensions)];
    supports.push(supportOf(supportReader(corpus.words, asked, question), gather(corpus, { asked, near })));
    progress.at(i + 1);
  }
  progress.end(`${everydayQuestions.length} unrelated questions`);
  const scales = {
    coverage: scaleOf(Float32Array.from(supports, ({ coverage }) => coverage)),
    nearness: scaleOf(Float32Array.from(supports, ({ nearness }) => nearness)),
    pairs: scaleOf(Float32Array.from(supports, ({ pairs }) => pairs)),
  };
  const strengths = supports.map((support) => strengthOf(support, { ...scales, strengths: [] }));
  return { ...scales, strengths: strengths.map((one) => Math.round(one * 1e4) / 1e4).sort((a, b) => a - b) };
}
