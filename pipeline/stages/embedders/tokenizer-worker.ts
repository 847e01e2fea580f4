/** What a tokenizing thread runs: loads the tokenizer of one model and answers texts with tokens. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadTokenizer } from './load-tokenizer.ts';
import { tokenize } from './tokens.ts';

/** What the thread is started with. */
export interface WorkerStart {
  readonly folder: string;
  readonly maxTokens: number;
}

/** One question, and its answer below. */
export interface TokenizeJob {
  readonly id: number;
  readonly texts: readonly string[];
}

const { folder, maxTokens } = workerData as WorkerStart;
const port = parentPort;
if (!port) throw new Error('runs in a worker thread only');
const tokenizer = await loadTokenizer(folder);
port.on('message', ({ id, texts }: TokenizeJob) => {
  try {
    const tokens = tokenize(tokenizer, texts, maxTokens);
    const buffers = [tokens.offsets, ...Object.values(tokens.columns)].map((column) => column.buffer as ArrayBuffer);
    port.postMessage({ id, tokens }, buffers);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
