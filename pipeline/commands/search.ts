import { z } from 'zod';
import type { Command } from '../command-line.ts';
import { PaperfieldError } from '../core/errors.ts';
import { hitLines } from './hit-lines.ts';
import { withEngine } from './with-engine.ts';

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
    print(`${answer.total} papers, the nearest first`);
    for (const line of hitLines(answer.hits, request.data.offset)) print(line);
  },
};
