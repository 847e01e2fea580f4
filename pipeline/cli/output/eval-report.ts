import type { GroupFigures } from '../../evaluation/label-agreement.ts';
import type { Estimate } from '../../evaluation/ranking-metrics.ts';
import type { RetrievalFigures } from '../../evaluation/retrieval.ts';

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
      readonly figures: GroupFigures;
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
        `   in none ${(outlierShare * 100).toFixed(1)} %   V without these ${digits(insideV)}`,
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
