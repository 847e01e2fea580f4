import { statSync } from 'node:fs';
import { type BuildOptions, buildOptionsOf } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { type OpenFile, readLabeledSet, readRetrievalSet } from '../../evaluation/datasets.ts';
import { openSources } from '../../ingest/sources.ts';
import { dataFolders } from '../../store/data-folder.ts';
import type { Call, Command } from '../command-line.ts';
import { type Report, reportLines } from '../output/eval-report.ts';

export const evalCommand: Command = {
  name: 'eval',
  summary:
    'measures search on judged queries (a folder in BEIR layout) and topics on labeled papers (JSONL with label)',
  operand: 'SET…',
  options: ['dataDir', 'model', 'neighbors', 'resolution', 'minTopicSize', 'm', 'efConstruction', 'efSearch', 'seed'],
  flags: { json: { type: 'boolean', sentence: 'Answer as JSON, one line a set' } },
  async run({ config, operands, flags, standardInput, print, effects }: Call) {
    if (operands.length === 0)
      throw new PaperfieldError('bad_request', 'eval needs a folder in BEIR layout, or a JSONL file');
    const { openEmbedder } = await import('../../embedding/open-embedder.ts');
    const options = buildOptionsOf(config);
    const embedder = await openEmbedder(options.model, dataFolders(config.dataDir).modelCache, effects);
    const open: OpenFile = async (path) => (await openSources([path], standardInput))[0];
    try {
      for (const set of operands) {
        const isFolder = statSync(set, { throwIfNoEntry: false })?.isDirectory() ?? false;
        const report = await (isFolder ? evaluateSearch : evaluateGroups)(set, { open, embedder, options, effects });
        if (flags.json) print(JSON.stringify(report));
        else for (const line of reportLines(report)) print(line);
      }
    } finally {
      await embedder.close();
    }
  },
};

/** What a set is measured with. */
interface Bench {
  readonly open: OpenFile;
  readonly embedder: Embedder;
  readonly options: BuildOptions;
  readonly effects: Effects;
}

/** Searches with the very code that the server answers with. */
async function evaluateSearch(folder: string, { open, embedder, options, effects }: Bench): Promise<Report> {
  const { makeSearchable } = await import('../../evaluation/searchable.ts');
  const { measureRetrieval } = await import('../../evaluation/retrieval.ts');
  const { relatedPapers } = await import('../../evaluation/related-papers.ts');
  const { vectorAt } = await import('../../core/vectors.ts');
  const { rank } = await import('../../search/rank.ts');
  const { searchModes } = await import('../../../server/schemas/search.ts');
  const { queryText } = await import('../../embedding/embedder.ts');
  const { askedWords } = await import('../../search/lexical/query-terms.ts');
  const { retrievable } = await import('../../search/retrieve.ts');
  const { tune } = await import('../../search/tuning/learn-fusion-weights.ts');
  const set = await readRetrievalSet(folder, open);
  const corpus = await makeSearchable(set.papers, embedder, options, effects);
  const ready = retrievable(corpus.words, corpus.vectors, corpus.index, options.efSearch);
  // As a build does: by questions the corpus is asked about itself, without a look at the judgments.
  const { weights } = await tune(set.papers, ready, embedder, options.seed, effects);
  const vectors = new Map<string, Float32Array>();
  const modes = await measureRetrieval(
    set,
    searchModes,
    async (query, mode) => {
      const vector = vectors.get(query) ?? (await embedder.embed([queryText(embedder.card, query)]));
      vectors.set(query, vector);
      const asked = askedWords(corpus.words, query);
      const ranked = rank({ corpus: ready, weights }, { asked, near: [vector] }, mode);
      return Array.from(ranked.rows.subarray(0, 200), (row) => set.papers[row].id);
    },
    effects,
  );
  const related = relatedPapers(set);
  const rowOf = new Map(set.papers.map(({ id }, row) => [id, row]));
  const similar =
    related.queries.length === 0
      ? null
      : await measureRetrieval(
          related,
          searchModes,
          async (id, mode) => {
            const row = rowOf.get(id) ?? 0;
            const { title, abstract } = set.papers[row];
            const asked = askedWords(corpus.words, `${title}\n${abstract}`);
            const near = [vectorAt(corpus.vectors, row)];
            const ranked = rank({ corpus: ready, weights }, { asked, near }, mode);
            return Array.from(ranked.rows.subarray(0, 200), (other) => set.papers[other].id);
          },
          effects,
        );
  const { embedRate } = corpus;
  const counts = { documents: set.papers.length, queries: set.queries.length };
  const asked = similar && { papers: related.queries.length, modes: similar };
  return { set: folder, kind: 'retrieval', model: embedder.card.name, ...counts, embedRate, modes, similar: asked };
}

async function evaluateGroups(path: string, { open, embedder, options, effects }: Bench): Promise<Report> {
  const { makeSearchable } = await import('../../evaluation/searchable.ts');
  const { measureGroups } = await import('../../evaluation/label-agreement.ts');
  const { buildKnnGraph } = await import('../../search/vector/build-knn-graph.ts');
  const { findTopics } = await import('../../topics/find-topics.ts');
  const set = await readLabeledSet(await open(path));
  const corpus = await makeSearchable(set.papers, embedder, options, effects);
  const { vectors, index, embedRate } = corpus;
  const graph = await buildKnnGraph(vectors, index, { k: options.neighbors }, effects);
  const tree = await findTopics(vectors, graph, options, effects);
  const figures = measureGroups(set, vectors, graph, tree);
  const counts = { documents: set.papers.length, labels: set.labels.length };
  return { set: path, kind: 'groups', model: embedder.card.name, ...counts, embedRate, figures };
}
