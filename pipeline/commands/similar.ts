import { z } from 'zod';
import type { Command } from '../command-line.ts';
import { PaperfieldError } from '../core/errors.ts';
import { hitLines } from './hit-lines.ts';
import { withEngine } from './with-engine.ts';

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
    const { similarRequest } = await import('../../server/contract.ts');
    const request = similarRequest.safeParse({ limit: flags.limit });
    if (!request.success) throw new PaperfieldError('bad_request', z.prettifyError(request.error));
    const answer = await withEngine(config, effects, (engine) => engine.similar(id, request.data.limit));
    if (flags.json) return print(JSON.stringify(answer));
    for (const line of hitLines(answer.hits)) print(line);
  },
};
