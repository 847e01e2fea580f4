import { z } from 'zod';
import type { LiveEngine } from '../../../server/live-snapshot.ts';
import type { Hit } from '../../../server/schemas/search.ts';
import type { Engine } from '../../../server/snapshot-engine.ts';
import type { Config } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { Command } from '../command-line.ts';

/** Hits for a reader at a terminal: place, score, title, then id, date, the matching sentence, and near-duplicates. */
export function hitLines(hits: readonly Hit[], offset = 0): string[] {
  return hits.flatMap((hit, i) => [
    `${String(offset + i + 1).padStart(3)}. ${hit.title}  (${hit.score.toFixed(3)})`,
    `     ${[hit.id, hit.date].filter((part) => part !== null).join(' · ')}`,
    `     ${hit.snippet.text}`,
    ...hit.duplicates.map(({ id, title }) => `     also ${id}: ${title}`),
  ]);
}

/** Opens the current snapshot for one question, with the very code that the server answers with. */
export async function withEngine<T>(
  config: Config,
  effects: Effects,
  use: (engine: Engine) => T | Promise<T>,
): Promise<T> {
  const { openLiveEngine } = await import('../../../server/live-snapshot.ts');
  const live: LiveEngine = await openLiveEngine(config.dataDir, effects);
  try {
    return await live.with(use);
  } finally {
    await live.close();
  }
}

/** What stands first in each order. */
const FIRST = { relevance: 'the nearest', date: 'the newest', comments: 'the most discussed' };

export const searchCommand: Command = {
  name: 'search',
  summary: 'finds papers by words and meaning',
  operand: 'QUERY',
  options: ['dataDir'],
  flags: {
    mode: { type: 'string', sentence: 'hybrid, semantic or keyword [hybrid]' },
    limit: { type: 'string', sentence: 'How many hits (1–200) [10]' },
    offset: { type: 'string', sentence: 'How many hits to pass over [0]' },
    json: { type: 'boolean', sentence: 'Answer as the API does' },
  },
  async run({ config, operands, flags, print, effects }) {
    const { searchRequest } = await import('../../../server/schemas/search.ts');
    const { limit = '10', mode, offset } = flags;
    const request = searchRequest.safeParse({ q: operands.join(' '), mode, limit, offset });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const answer = await withEngine(config, effects, (engine) => engine.search(request.data));
    if (flags.json) return print(JSON.stringify(answer));
    if (answer.didYouMean !== null) print(`Did you mean: ${answer.didYouMean}`);
    if (answer.status !== 'answered') {
      const isUnread = answer.status === 'unknown_language';
      print(isUnread ? 'The model does not know these words; try it in English.' : 'Nothing here is about that.');
      if (answer.nearMisses.length > 0) print('The nearest are about something else:');
      for (const line of hitLines(answer.nearMisses)) print(line);
      return;
    }
    const { orderOf } = await import('../../core/query/ast.ts');
    const { parseQuery } = await import('../../core/query/parser.ts');
    print(
      `${answer.total} ${answer.total === 1 ? 'paper' : 'papers'}, ${FIRST[orderOf(parseQuery(answer.query))]} first`,
    );
    for (const line of hitLines(answer.hits, request.data.offset)) print(line);
  },
};

export const similarCommand: Command = {
  name: 'similar',
  summary: 'finds papers near to a paper',
  operand: 'ID',
  options: ['dataDir'],
  flags: {
    limit: { type: 'string', sentence: 'How many papers (1–200) [10]' },
    json: { type: 'boolean', sentence: 'Answer as the API does' },
  },
  async run({ config, operands, flags, print, effects }) {
    const [id, ...more] = operands;
    if (id === undefined || more.length > 0) throw new PaperfieldError('bad_request', 'similar takes one paper id');
    const { similarRequest } = await import('../../../server/schemas/search.ts');
    const request = similarRequest.safeParse({ limit: flags.limit });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const answer = await withEngine(config, effects, (engine) => engine.similar(id, request.data.limit));
    if (flags.json) return print(JSON.stringify(answer));
    for (const line of hitLines(answer.hits)) print(line);
  },
};
