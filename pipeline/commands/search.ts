import { z } from 'zod';
import type { Command } from '../command-line.ts';
import { PaperfieldError } from '../core/errors.ts';
import { hitLines } from './hit-lines.ts';
import { withEngine } from './with-engine.ts';

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
    const { searchRequest } = await import('../../server/contract.ts');
    const { limit = '10', mode, offset } = flags;
    const request = searchRequest.safeParse({ q: operands.join(' '), mode, limit, offset });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const answer = await withEngine(config, effects, (engine) => engine.search(request.data));
    if (flags.json) return print(JSON.stringify(answer));
    if (answer.didYouMean !== null) print(`Did you mean: ${answer.didYouMean}`);
    if (answer.verdict !== 'found') {
      const isUnread = answer.verdict === 'unread';
      print(isUnread ? 'The model does not know these words; try it in English.' : 'Nothing here is about that.');
      if (answer.apart.length > 0) print('The nearest are about something else:');
      for (const line of hitLines(answer.apart)) print(line);
      return;
    }
    const { orderOf } = await import('../../server/search/grammar/query.ts');
    const { parseQuery } = await import('../../server/search/grammar/parse.ts');
    print(
      `${answer.total} ${answer.total === 1 ? 'paper' : 'papers'}, ${FIRST[orderOf(parseQuery(answer.query))]} first`,
    );
    for (const line of hitLines(answer.hits, request.data.offset)) print(line);
  },
};
