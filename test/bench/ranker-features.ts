/**
 * `npm run ranker:features OUT_DIR SET_DIR…`: writes what the ranker and the verdict are learned from
 * (pipeline/training/ranker): for each judged query of some sets, the features of its candidates and of its answer.
 *
 * For each set (a folder in BEIR layout) `OUT_DIR/NAME.json` has the queries, the match features of their answers and those
 * of off-topic queries, and `OUT_DIR/NAME.bin` the ranking features of all candidates, as float32: candidates × features,
 * query after query.
 */
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { pickBuildOptions, readConfig } from '../../pipeline/config.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { readRetrievalSet } from '../../pipeline/evaluation/datasets.ts';
import { createInMemorySearchContext, embedAndMeasureRate } from '../../pipeline/evaluation/retrieval.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import { answerFeatures, createMatchFeatureExtractor } from '../../pipeline/search/calibration/answerability.ts';
import { offTopicQueries } from '../../pipeline/search/calibration/null-distribution.ts';
import { retrieveCandidates } from '../../pipeline/search/candidates.ts';
import { queryTerms } from '../../pipeline/search/lexical/bm25.ts';
import { computeRankingFeatures } from '../../pipeline/search/rank.ts';

const [out, ...sets] = process.argv.slice(2);
const effects = silentEffects();
const options = pickBuildOptions(readConfig({}, undefined));
const embedder = await openEmbedder(process.env.MODEL ?? 'embedded', join(out, 'models'), effects);
for (const folder of sets) {
  const set = await readRetrievalSet(folder, async (path) => (await resolveSources([path], process.stdin))[0]);
  const { vectors } = await embedAndMeasureRate(set.papers, embedder, effects);
  const context = await createInMemorySearchContext(set.papers, vectors, embedder, options, effects);
  const { index } = context;
  const name = basename(folder);
  const answerTo = (text: string, vector: Float32Array) => {
    const terms = queryTerms(index.invertedIndex, text);
    const candidates = retrieveCandidates(index, { terms, vectors: [vector] });
    const featuresOf = createMatchFeatureExtractor(index.invertedIndex, terms, text, candidates);
    return { terms, candidates, answer: answerFeatures(featuresOf, candidates) };
  };
  const offTopic = [];
  for (const text of offTopicQueries) offTopic.push(answerTo(text, await embedder.embedQueries([text])).answer);
  const file = createWriteStream(join(out, `${name}.bin`));
  const queries = [];
  for (const { id, text, judged } of set.queries) {
    const vector = await embedder.embedQueries([text]);
    const { terms, candidates, answer } = answerTo(text, vector);
    const { ofCandidates, ofQuery } = computeRankingFeatures(candidates, terms, index.invertedIndex.paperCount);
    const count = candidates.rows.length;
    const features = new Float32Array(count * ofCandidates.length);
    for (let i = 0; i < count; i++) {
      for (let f = 0; f < ofCandidates.length; f++) features[i * ofCandidates.length + f] = ofCandidates[f][i];
    }
    if (!file.write(Buffer.from(features.buffer))) await once(file, 'drain');
    const grades = Array.from(candidates.rows, (row) => judged.get(set.papers[row].id) ?? 0);
    queries.push({
      id,
      text,
      ofQuery,
      answer,
      grades,
      judged: [...judged.values()],
      self: candidates.rows.findIndex((row) => set.papers[row].id === id),
    });
  }
  file.end();
  await once(file, 'finish');
  writeFileSync(join(out, `${name}.json`), JSON.stringify({ offTopic, queries }));
  process.stdout.write(`${name}: ${queries.length} queries\n`);
}
await embedder.close();
