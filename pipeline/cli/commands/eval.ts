import { statSync } from 'node:fs';
import { type BuildOptions, buildOptionsFrom } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { SearchMode } from '../../core/query/ast.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { type OpenFile, readLabeledSet, readRetrievalSet } from '../../evaluation/datasets.ts';
import { resolveSources } from '../../ingest/sources.ts';
import { dataPaths } from '../../store/data-folder.ts';
import type { Call, Command } from '../command-line.ts';
import { type Report, reportLines } from '../output/eval-report.ts';

export const evalCommand: Command = {
  name: 'eval',
  summary:
    'measures search on judged queries (a folder in BEIR layout) and topics on labeled papers (JSONL with label)',
  operand: 'SET…',
  options: ['dataDir', 'model', 'neighbors', 'resolution', 'minTopicSize', 'm', 'efConstruction', 'efSearch', 'seed'],
  flags: { json: { type: 'boolean', description: 'Answer as JSON, one line a set' } },
  async run({ config, operands, flags, standardInput, print, effects }: Call) {
    if (operands.length === 0)
      throw new PaperfieldError('bad_request', 'eval needs a folder in BEIR layout, or a JSONL file');
    const { openEmbedder } = await import('../../embedding/open-embedder.ts');
    const options = buildOptionsFrom(config);
    const embedder = await openEmbedder(options.model, dataPaths(config.dataDir).modelCache, effects);
    const open: OpenFile = async (path) => (await resolveSources([path], standardInput))[0];
    try {
      for (const set of operands) {
        const isFolder = statSync(set, { throwIfNoEntry: false })?.isDirectory() ?? false;
        const report = await (isFolder ? evaluateSearch : evaluateTopics)(set, { open, embedder, options, effects });
        if (flags.json) print(JSON.stringify(report));
        else for (const line of reportLines(report)) print(line);
      }
    } finally {
      await embedder.close();
    }
  },
};

/** What sets are measured with. */
interface Setup {
  readonly open: OpenFile;
  readonly embedder: Embedder;
  readonly options: BuildOptions;
  readonly effects: Effects;
}

/** The longest page that the API serves: what is ranked below it is not found. */
const MAX_HITS = 200;

/** Measures what the server would answer: the same search, with near-duplicates collapsed and unanswered queries empty. */
async function evaluateSearch(folder: string, { open, embedder, options, effects }: Setup): Promise<Report> {
  const { createEvaluationContext, embedAll } = await import('../../evaluation/evaluation-context.ts');
  const { measureRetrieval } = await import('../../evaluation/retrieval.ts');
  const { relatedPapers } = await import('../../evaluation/datasets.ts');
  const { search } = await import('../../search/engine.ts');
  const { searchModes } = await import('../../core/query/ast.ts');
  const { printValue } = await import('../../core/query/printer.ts');
  const set = await readRetrievalSet(folder, open);
  const { vectors, papersPerSecond } = await embedAll(set.papers, embedder, effects);
  const context = await createEvaluationContext(set.papers, vectors, embedder, options, effects);
  const servedIds = async (q: string, mode: SearchMode) => {
    const { status, rows } = await search(context, { q, mode });
    return status === 'answered' ? rows.slice(0, MAX_HITS).map((row) => set.papers[row].id) : [];
  };
  const modes = await measureRetrieval(set, searchModes, servedIds, effects);
  const related = relatedPapers(set);
  const similarIds = (id: string, mode: SearchMode) => servedIds(`like:${printValue(id)}`, mode);
  const similar = related.queries.length > 0 && {
    papers: related.queries.length,
    modes: await measureRetrieval(related, searchModes, similarIds, effects),
  };
  return {
    set: folder,
    kind: 'retrieval',
    model: embedder.card.name,
    documents: set.papers.length,
    queries: set.queries.length,
    embedRate: papersPerSecond,
    modes,
    similar: similar || null,
  };
}

async function evaluateTopics(path: string, { open, embedder, options, effects }: Setup): Promise<Report> {
  const { embedAll } = await import('../../evaluation/evaluation-context.ts');
  const { measureGroups } = await import('../../evaluation/label-agreement.ts');
  const { buildKnnGraph } = await import('../../search/vector/build-knn-graph.ts');
  const { buildVectorIndex } = await import('../../search/vector/hnsw.ts');
  const { findTopics } = await import('../../topics/find-topics.ts');
  const set = await readLabeledSet(await open(path));
  const { vectors, papersPerSecond } = await embedAll(set.papers, embedder, effects);
  const { leadingDimensions } = embedder.card;
  const index = await buildVectorIndex(vectors, { ...options, leadingDimensions }, effects);
  const graph = await buildKnnGraph(vectors, index, { k: options.neighbors }, effects);
  const tree = await findTopics(vectors, graph, options, effects);
  return {
    set: path,
    kind: 'groups',
    model: embedder.card.name,
    documents: set.papers.length,
    labels: set.labels.length,
    embedRate: papersPerSecond,
    figures: measureGroups(set, vectors, graph, tree),
  };
}
