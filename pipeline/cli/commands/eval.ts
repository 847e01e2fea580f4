/** The command `eval`, which measures search on judged queries, and topics on labeled papers. */
import { statSync } from 'node:fs';
import { type BuildOptions, pickBuildOptions } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { SearchMode } from '../../core/query/ast.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import {
  deriveSimilarPapersSet,
  type FileOpener,
  readLabeledSet,
  readRetrievalSet,
} from '../../evaluation/datasets.ts';
import type { AgreementWithLabels } from '../../evaluation/label-agreement.ts';
import type { MeanWithInterval } from '../../evaluation/ranking-metrics.ts';
import type { RetrievalMetrics } from '../../evaluation/retrieval.ts';
import { resolveSources } from '../../ingest/source-files.ts';
import { dataPaths } from '../../store/data-folder.ts';
import type { Command, CommandCall } from '../command-line.ts';

/** What `paperfield eval` measures on one set: search on judged queries, or topics on labeled papers. */
export type EvaluationReport =
  | {
      readonly set: string;
      readonly kind: 'retrieval';
      readonly model: string;
      readonly documents: number;
      readonly queries: number;
      readonly embedRate: number;
      readonly modes: Readonly<Record<string, RetrievalMetrics>>;
      /**
       * Metrics of the search for similar papers: papers that answer the same query should find each other. Null if no
       * query has two answers.
       */
      readonly similar: { readonly papers: number; readonly modes: Readonly<Record<string, RetrievalMetrics>> } | null;
    }
  | {
      readonly set: string;
      readonly kind: 'groups';
      readonly model: string;
      readonly documents: number;
      readonly labels: number;
      readonly embedRate: number;
      readonly figures: AgreementWithLabels;
    };

/** A report as lines for a terminal. */
function formatEvaluationReport(report: EvaluationReport): string[] {
  const { set, documents, model, embedRate } = report;
  const rate = `embedded at ${Math.round(embedRate)} papers/s`;
  if (report.kind === 'retrieval') {
    return [
      `${set}: ${report.queries} queries over ${documents} documents, model ${model}, ${rate}`,
      '            nDCG@10              MRR@10               recall@100',
      ...modeLines(report.modes),
      ...(report.similar ? [`similar papers to ${report.similar.papers}`, ...modeLines(report.similar.modes)] : []),
    ];
  }
  const { kMeansV, purity10, levels } = report.figures;
  return [
    `${set}: ${documents} papers in ${report.labels} labels, model ${model}, ${rate}`,
    `  k-means with ${report.labels} clusters   V ${digits(kMeansV.mean)} (runs ${digits(kMeansV.low)}–${digits(kMeansV.high)})`,
    `  share of the ten nearest with the same label   ${digits(purity10)}`,
    ...levels.map(
      ({ chosen, topics, topicsV, topicsAri, outlierShare, insideV }) =>
        `  ${chosen ? '*' : ' '} ${String(topics).padStart(3)} topics   V ${digits(topicsV)}   ARI ${digits(topicsAri)}` +
        `   outliers ${(outlierShare * 100).toFixed(1)} %   V without outliers ${digits(insideV)}`,
    ),
  ];
}

function modeLines(modes: Readonly<Record<string, RetrievalMetrics>>): string[] {
  return Object.entries(modes).map(([mode, { ndcg10, mrr10, recall100 }]) =>
    `  ${mode.padEnd(9)} ${[ndcg10, mrr10, recall100].map((one) => interval(one).padEnd(20)).join(' ')}`.trimEnd(),
  );
}

function interval({ mean, low, high }: MeanWithInterval): string {
  return `${digits(mean)} [${digits(low)}, ${digits(high)}]`;
}

function digits(value: number): string {
  return value.toFixed(3);
}

export const evalCommand: Command = {
  name: 'eval',
  summary: 'measure search on judged queries (a folder in BEIR layout) and topics on labeled papers (JSONL with label)',
  operand: 'SET…',
  options: ['dataDir', 'model', 'neighbors', 'resolution', 'minTopicSize', 'm', 'efConstruction', 'efSearch', 'seed'],
  flags: { json: { type: 'boolean', description: 'Print the results as JSON, one line per set' } },
  async run({ config, operands, flags, standardInput, print, effects }: CommandCall) {
    if (operands.length === 0)
      throw new PaperfieldError('bad_request', 'eval needs a folder in BEIR layout, or a JSONL file');
    const { openEmbedder } = await import('../../embedding/open-embedder.ts');
    const options = pickBuildOptions(config);
    const embedder = await openEmbedder(options.model, dataPaths(config.dataDir).modelCache, effects);
    const open: FileOpener = async (path) => (await resolveSources([path], standardInput))[0];
    try {
      for (const set of operands) {
        const isFolder = statSync(set, { throwIfNoEntry: false })?.isDirectory() ?? false;
        const report = await (isFolder ? evaluateSearch : evaluateTopics)(set, { open, embedder, options, effects });
        if (flags.json) print(JSON.stringify(report));
        else for (const line of formatEvaluationReport(report)) print(line);
      }
    } finally {
      await embedder.close();
    }
  },
};

/** What the evaluation of every set needs. */
interface Setup {
  readonly open: FileOpener;
  readonly embedder: Embedder;
  readonly options: BuildOptions;
  readonly effects: Effects;
}

/** The largest number of hits that the API returns. A paper with a lower rank counts as not found. */
const MAX_HITS = 200;

/**
 * Measures search on judged queries, with the answers that the server would give: near-duplicates are collapsed, and a
 * query that the server does not answer has no hits.
 */
async function evaluateSearch(folder: string, { open, embedder, options, effects }: Setup): Promise<EvaluationReport> {
  const { createInMemorySearchContext, embedAndMeasureRate, measureRetrieval } = await import(
    '../../evaluation/retrieval.ts'
  );
  const { search } = await import('../../search/engine.ts');
  const { searchModes } = await import('../../core/query/ast.ts');
  const { printValue } = await import('../../core/query/printer.ts');
  const set = await readRetrievalSet(folder, open);
  const { vectors, papersPerSecond } = await embedAndMeasureRate(set.papers, embedder, effects);
  const context = await createInMemorySearchContext(set.papers, vectors, embedder, options, effects);
  const servedIds = async (q: string, mode: SearchMode) => {
    const { total, rows } = await search(context, { q, mode });
    return total > 0 ? rows.slice(0, MAX_HITS).map((row) => set.papers[row].id) : [];
  };
  const modes = await measureRetrieval(set, searchModes, servedIds, effects);
  const related = deriveSimilarPapersSet(set);
  const similarIds = (id: string, mode: SearchMode) => servedIds(`like:${printValue(id)}`, mode);
  const similar = related.queries.length > 0 && {
    papers: related.queries.length,
    modes: await measureRetrieval(related, searchModes, similarIds, effects),
  };
  return {
    set: folder,
    kind: 'retrieval',
    model: embedder.settings.name,
    documents: set.papers.length,
    queries: set.queries.length,
    embedRate: papersPerSecond,
    modes,
    similar: similar || null,
  };
}

async function evaluateTopics(path: string, { open, embedder, options, effects }: Setup): Promise<EvaluationReport> {
  const { embedAndMeasureRate } = await import('../../evaluation/retrieval.ts');
  const { measureAgreementWithLabels } = await import('../../evaluation/label-agreement.ts');
  const { buildKnnGraph } = await import('../../search/vector/build-knn-graph.ts');
  const { buildHnswWithProgress } = await import('../../search/vector/hnsw.ts');
  const { findTopics } = await import('../../topics/find-topics.ts');
  const set = await readLabeledSet(await open(path));
  const { vectors, papersPerSecond } = await embedAndMeasureRate(set.papers, embedder, effects);
  const { leadingDimensions } = embedder.settings;
  const index = await buildHnswWithProgress(vectors, { ...options, leadingDimensions }, effects);
  const graph = await buildKnnGraph(vectors, index, { k: options.neighbors }, effects);
  const tree = await findTopics(vectors, graph, options, effects);
  return {
    set: path,
    kind: 'groups',
    model: embedder.settings.name,
    documents: set.papers.length,
    labels: set.labels.length,
    embedRate: papersPerSecond,
    figures: measureAgreementWithLabels(set, vectors, graph, tree),
  };
}
