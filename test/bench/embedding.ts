import { tmpdir } from 'node:os';
import { quietEffects } from '../../pipeline/effects.ts';
import { passageText, queryText } from '../../pipeline/stages/embedders/embedder.ts';
import { openEmbedder } from '../../pipeline/stages/embedders/transformers.ts';
import { parse } from '../../pipeline/stages/parse.ts';
import { openSources } from '../../pipeline/store/sources.ts';
import { sampleFolder } from '../fixtures/sample-server.ts';

const ROUNDS = 5;
/** The sample so often that a run takes seconds; each copy gets a word of its own, so that no text stands twice. */
const COPIES = 30;

/** Abstracts a second through the embedded model, and the time of one query. */
export async function benchEmbedding(print: (line: string) => void): Promise<void> {
  const { papers } = await parse(await openSources([sampleFolder], process.stdin), quietEffects());
  const embedder = await openEmbedder('embedded', tmpdir(), quietEffects());
  const texts = Array.from({ length: COPIES }, (_, copy) =>
    papers.map((paper) => `${passageText(embedder.card, paper)} ${copy}`),
  ).flat();
  await embedder.embed(texts.slice(0, 500));

  const whole: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    whole.push(await rate(texts, (part) => embedder.embed(part)));
    // Few texts at a time go through one thread, as a nightly run's do.
    alone.push(
      await rate(texts.slice(0, 2000), async (part) => {
        for (let from = 0; from < part.length; from += 500) await embedder.embed(part.slice(from, from + 500));
      }),
    );
  }
  print(`  ${texts.length} abstracts at once    ${median(whole).toFixed(0)}/s (${spread(whole)})`);
  print(`  500 abstracts at a time   ${median(alone).toFixed(0)}/s (${spread(alone)})`);

  const query = queryText(embedder.card, 'robots that learn to push and grasp objects');
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const started = performance.now();
    await embedder.embed([`${query} ${i}`]);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  print(`  a query   median ${times[150].toFixed(2)} ms, p95 ${times[285].toFixed(2)} ms`);
  await embedder.close();
}

async function rate(texts: readonly string[], work: (texts: readonly string[]) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work(texts);
  return (texts.length * 1000) / (performance.now() - started);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;
}
