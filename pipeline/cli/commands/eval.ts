import { statSync } from 'node:fs';
import { type BuildOptions, buildOptionsFrom } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { SearchMode } from '../../core/query/ast.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { type OpenFile, readLabeledSet, readRetrievalSet, relatedPapers } from '../../evaluation/datasets.ts';
import type { LabelAgreement } from '../../evaluation/label-agreement.ts';
import type { Estimate } from '../../evaluation/ranking-metrics.ts';
import type { RetrievalFigures } from '../../evaluation/retrieval.ts';
import { resolveSources } from '../../ingest/source-files.ts';
import { dataPaths } from '../../store/data-folder.ts';
import type { Call, Command } from '../command-line.ts';

/** The figures of `paperfield eval` for one set. */
export type Report =
  | {
      readonly set: string;
      readonly kind: 'retrieval';
      readonly model: string;
      readonly documents: number;
      readonly queries: number;
      readonly embedRate: number;
      readonly modes: Readonly<Record<string, RetrievalFigures>>;
      /** Of similar papers: papers that answer the same query should find each other. Null if no query has two answers. */
      readonly similar: { readonly papers: number; readonly modes: Readonly<Record<string, RetrievalFigures>> } | null;
    }
  | {
      readonly set: string;
      readonly kind: 'groups';
      readonly model: string;
      readonly documents: number;
      readonly labels: number;
      readonly embedRate: number;
      readonly figures: LabelAgreement;
    };

/** A report for a terminal. */
export function reportLines(report: Report): string[] {
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

function modeLines(modes: Readonly<Record<string, RetrievalFigures>>): string[] {
  return Object.entries(modes).map(([mode, { ndcg10, mrr10, recall100 }]) =>
    `  ${mode.padEnd(9)} ${[ndcg10, mrr10, recall100].map((one) => interval(one).padEnd(20)).join(' ')}`.trimEnd(),
  );
}

function interval({ mean, low, high }: Estimate): string {
  return `${digits(mean)} [${digits(low)}, ${digits(high)}]`;
}

function digits(value: number): string {
  return value.toFixed(3);
}

export const evalCommand: Command = {
  name: 'eval',
  summary:
    'measures search on judged queries (a folder in BEIR layout) and topics on labeled papers (JSONL with label)',
  operand: 'SET…',
  options: ['dataDir', 'model', 'neighbors', 'resolution', 'minTopicSize', 'm', 'efConstruction', 'efSearch', 'seed'],
  flags: { json: { type: 'boolean', description: 'Answer as JSON, one line per set' } },
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
  const { createEvaluationContext, embedAll, measureRetrieval } = await import('../../evaluation/retrieval.ts');
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
  const { embedAll } = await import('../../evaluation/retrieval.ts');
  const { measureLabelAgreement } = await import('../../evaluation/label-agreement.ts');
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
    figures: measureLabelAgreement(set, vectors, graph, tree),
  };
}
