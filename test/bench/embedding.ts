import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { embeddingInputOf } from '../../pipeline/embedding/embedder.ts';
import { createTransformersTokenizer, loadTokenizer } from '../../pipeline/embedding/load-tokenizer.ts';
import { locateModel, openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { readPapers } from '../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import { sampleFolder } from '../fixtures/sample-server.ts';

const ROUNDS = 5;
/** The sample so often that a run takes a second or two; each copy gets a word of its own: no text stands twice. */
const COPIES = 30;
const FEW = 500;

/** Abstracts a second through the embedded model, tokenizing included; tokenizing alone; the time of one query. */
export async function benchEmbedding(print: (line: string) => void): Promise<void> {
  const { papers } = await readPapers(await resolveSources([sampleFolder], process.stdin), silentEffects());
  const started = performance.now();
  const embedder = await openEmbedder('embedded', tmpdir(), silentEffects());
  const opened = performance.now();
  await embedder.embed(papers.map((paper) => embeddingInputOf(embedder.settings, paper)));
  const ready = performance.now();
  print(`  the ${papers.length} sample papers, cold   ${ms(opened - started)} to open, ${ms(ready - opened)} to embed`);

  const texts = Array.from({ length: COPIES }, (_, copy) =>
    papers.map((paper) => `${embeddingInputOf(embedder.settings, paper)} ${copy}`),
  ).flat();
  const some = texts.slice(0, 2000);
  const { ours, theirs } = tokenizers();
  const rates: Record<'whole' | 'parts' | 'ours' | 'theirs', number[]> = { whole: [], parts: [], ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.whole.push(await rate(texts.length, () => embedder.embed(texts)));
    rates.parts.push(
      await rate(some.length, async () => {
        for (let from = 0; from < some.length; from += FEW) await embedder.embed(some.slice(from, from + FEW));
      }),
    );
    rates.ours.push(await rate(some.length, async () => ours(some, embedder.settings.maxTokens)));
    rates.theirs.push(await rate(some.length, async () => theirs(some, embedder.settings.maxTokens)));
  }
  print(`  ${texts.length} abstracts at once          ${describeRates(rates.whole)}`);
  print(`  ${FEW} abstracts at a time         ${describeRates(rates.parts)}`);
  print(`  tokenizing alone, our code      ${describeRates(rates.ours)}`);
  print(`  tokenizing alone, the library   ${describeRates(rates.theirs)}`);

  const query = 'robots that learn to push and grasp objects';
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const start = performance.now();
    await embedder.embedQueries([`${query} ${i}`]);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  print(`  a query                         median ${times[150].toFixed(2)} ms, p95 ${times[285].toFixed(2)} ms`);
  await embedder.close();
}

/** The embedded model's tokenizer as the embedder takes it, and as the library would. */
function tokenizers() {
  const place = locateModel('embedded');
  if (!('folder' in place)) throw new Error('the embedded model has no folder');
  const read = (name: string): unknown => JSON.parse(readFileSync(join(place.folder, name), 'utf8'));
  const theirs = createTransformersTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  return { ours: loadTokenizer(place.folder), theirs };
}

async function rate(texts: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (texts * 1000) / (performance.now() - started);
}

/** `5120/s (4800–5300)`: the middle one, and the range. */
function describeRates(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(0)}/s (${sorted[0].toFixed(0)}–${sorted[sorted.length - 1].toFixed(0)})`;
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}
