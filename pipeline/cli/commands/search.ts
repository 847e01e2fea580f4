/** The commands `search` and `similar`, which print ranked papers of the current snapshot. */
import { z } from 'zod';
import type { LiveEngine } from '../../../server/live-snapshot.ts';
import type { Hit } from '../../../server/schemas/papers.ts';
import type { SnapshotEngine } from '../../../server/snapshot-engine.ts';
import type { Config } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { ScoreExplanation } from '../../search/explain-scores.ts';
import type { Command } from '../command-line.ts';

/**
 * The hits as lines for a terminal: rank, title and score, then id and date, then the snippet, then near-duplicates.
 */
function hitLines(hits: readonly Hit[], offset = 0): string[] {
  return hits.flatMap((hit, i) => [
    `${String(offset + i + 1).padStart(3)}. ${hit.title}  (${hit.score.toFixed(3)})`,
    `     ${[hit.id, hit.date].filter((part) => part !== null).join(' · ')}`,
    `     ${hit.snippet.text}`,
    ...hit.duplicates.map(({ id, title }) => `     also ${id}: ${title}`),
  ]);
}

/** Opens the current snapshot with the same code as the server, passes its search engine to `use`, and closes it. */
async function withEngine<T>(
  config: Config,
  effects: Effects,
  use: (engine: SnapshotEngine) => T | Promise<T>,
): Promise<T> {
  const { openLiveEngine } = await import('../../../server/live-snapshot.ts');
  const live: LiveEngine = await openLiveEngine(config.dataDir, effects);
  try {
    return await live.with(use);
  } finally {
    await live.close();
  }
}

export const searchCommand: Command = {
  name: 'search',
  summary: 'search papers by keywords and meaning',
  operand: 'QUERY',
  options: ['dataDir'],
  flags: {
    mode: { type: 'string', description: 'hybrid, semantic or keyword [hybrid]' },
    limit: { type: 'string', description: 'Number of hits (1–200) [10]' },
    offset: { type: 'string', description: 'Number of hits to skip [0]' },
    explain: {
      type: 'boolean',
      description: 'Show how scores came about: BM25, cosine, z-scores, weights, calibration',
    },
    json: { type: 'boolean', description: 'Print the API response as JSON' },
  },
  async run({ config, operands, flags, print, effects }) {
    const { searchRequest } = await import('../../../server/schemas/search.ts');
    const { limit = '10', mode, offset, explain } = flags;
    const request = searchRequest.safeParse({ q: operands.join(' '), mode, limit, offset, explain });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const response = await withEngine(config, effects, (engine) => engine.search(request.data));
    if (flags.json) return print(JSON.stringify(response));
    for (const { kind, typed, used } of response.interpretations) {
      print(
        kind === 'spelling' || kind === 'quotation'
          ? `Searched for ${used} instead of ${typed}`
          : `Understood as ${used}`,
      );
    }
    if (response.didYouMean !== null) print(`Did you mean: ${response.didYouMean}`);
    if (response.status === 'uncertain') {
      print('No paper is clearly about this. Closest papers:');
      for (const line of hitLines(response.hits, request.data.offset)) print(line);
    } else if (response.status === 'answered') {
      const { describeSortOrder } = await import('../../core/query/ast.ts');
      const { effectiveSort, parseQuery } = await import('../../core/query/parser.ts');
      const count = response.total === 1 ? '1 paper' : `${response.total} papers`;
      print(`${count}, ${describeSortOrder(effectiveSort(parseQuery(response.query)))}`);
      for (const line of hitLines(response.hits, request.data.offset)) print(line);
    } else {
      const isUnknown = response.status === 'unknown_language';
      print(isUnknown ? 'The model does not know these words; try English.' : 'No paper is about this.');
      if (response.nearMisses.length > 0) print('Closest papers:');
      for (const line of hitLines(response.nearMisses)) print(line);
    }
    if (response.explanation) for (const line of explanationLines(response.explanation)) print(line);
  },
};

/** The explanation of a search as lines for a terminal: the query, the calibration, and a table of scores. */
function explanationLines(explanation: ScoreExplanation): string[] {
  const { weights, calibration, bm25Stats, cosineStats } = explanation;
  const number = (value: number) => value.toFixed(3).padStart(8);
  const terms = explanation.terms.map(
    ({ stem, documentFrequency, weight }) => `${stem}×${weight} (df ${documentFrequency})`,
  );
  return [
    '',
    `text         ${explanation.text}`,
    `terms        ${terms.join(', ')}`,
    ...(explanation.unknownWords.length > 0 ? [`not in corpus ${explanation.unknownWords.join(', ')}`] : []),
    ...(explanation.filteredPapers === null ? [] : [`filter       ${explanation.filteredPapers} papers pass`]),
    ...(weights
      ? [
          `weights      ${Object.entries(weights)
            .map(([name, weight]) => `${name} ${weight}`)
            .join(', ')}`,
        ]
      : []),
    ...(bm25Stats && cosineStats
      ? [
          `corpus       BM25 ${bm25Stats.mean} ± ${bm25Stats.deviation}, cosine ${cosineStats.mean} ± ${cosineStats.deviation}`,
        ]
      : []),
    ...(calibration
      ? [
          `answer       score ${calibration.score}, above ${Math.round(calibration.percentile * 100)}% of off-topic queries (coverage ` +
            `${calibration.features.coverage}, similarity ${calibration.features.similarity}, proximity ` +
            `${calibration.features.proximity}, names ${calibration.features.names})`,
        ]
      : []),
    `candidates   ${explanation.candidates}`,
    `time         ${explanation.timings.map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(1)} ms`).join(', ')}`,
    '   score     BM25 proximity cosine  lexical percentile',
    ...explanation.hits.map(
      ({ id, score, bm25, proximity, cosine, features, percentile }) =>
        `${[score, bm25, proximity, cosine, features.lexical ?? 0].map(number).join(' ')} ${percentile === null ? '       –' : number(percentile)}  ${id}`,
    ),
  ];
}

export const similarCommand: Command = {
  name: 'similar',
  summary: 'find papers similar to a paper',
  operand: 'ID',
  options: ['dataDir'],
  flags: {
    limit: { type: 'string', description: 'Number of papers (1–200) [10]' },
    json: { type: 'boolean', description: 'Print the API response as JSON' },
  },
  async run({ config, operands, flags, print, effects }) {
    const [id, ...more] = operands;
    if (id === undefined || more.length > 0) throw new PaperfieldError('bad_request', 'similar expects one paper id');
    const { similarPapersRequest } = await import('../../../server/schemas/papers.ts');
    const request = similarPapersRequest.safeParse({ limit: flags.limit });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const response = await withEngine(config, effects, (engine) => engine.similar(id, request.data.limit));
    if (flags.json) return print(JSON.stringify(response));
    for (const line of hitLines(response.hits)) print(line);
  },
};
