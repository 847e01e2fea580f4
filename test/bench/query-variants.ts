/**
 * `npm run bench:variants -- SET_DIR`: how well varied queries find what the unvaried ones find, over HTTP. Sixty queries of
 * a judged set (BEIR layout; its short queries in everyday words are left out) get five variants each: one misspelling, two
 * misspellings, another way to join or hyphenate a word, a British or American spelling or an acronym for its long form or
 * the reverse, and a negation of something that the query is not about. Seeds are fixed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom, type Random, shuffle } from '../../pipeline/core/algorithms/random.ts';
import { readRetrievalSet } from '../../pipeline/evaluation/datasets.ts';
import { reciprocalRankAt } from '../../pipeline/evaluation/ranking-metrics.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';

const QUERIES = 60;
const QUERY_SEED = 60;
const VARIANT_SEED = 300;
const DEPTH = 10;

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)];

/** One typing error: two letters swapped, or one left out, doubled, or hit beside its key. The first letter is kept. */
function misspell(word: string, random: Random): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const kind = Math.floor(random() * 4);
  const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
  const row = rows.find((keys) => keys.includes(word[at])) ?? rows[0];
  const key = row.indexOf(word[at]);
  const beside = row[key > 0 ? key - 1 : key + 1];
  if (kind === 0 && word[at] !== word[at + 1]) {
    return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  }
  if (kind === 1) return word.slice(0, at) + word.slice(at + 1);
  if (kind === 2) return word.slice(0, at) + word[at] + word.slice(at);
  return word.slice(0, at) + beside + word.slice(at + 1);
}

function misspellWords(text: string, count: number, random: Random): string | undefined {
  const words = [...text.matchAll(/(?<![\w-])[a-z]{5,}(?![\w-])/g)];
  if (words.length < count) return undefined;
  const order = Int32Array.from(words.keys());
  shuffle(order, random);
  const chosen = new Set(order.subarray(0, count));
  return [...words.entries()].reverse().reduce((result, [i, { index, 0: word }]) => {
    return chosen.has(i) ? result.slice(0, index) + misspell(word, random) + result.slice(index + word.length) : result;
  }, text);
}

const PREFIXES =
  /\b(multi|pre|self|non|re|un|sub|super|inter|cross|co|fine|over|under|feed|out|open|post)(?=[a-z]{4})/i;
/** Words that are written apart, joined or with a hyphen. */
const COMPOUNDS: readonly (readonly [string, string])[] = [
  ['data', 'set'],
  ['data', 'sets'],
  ['fine', 'tuning'],
  ['fine', 'tune'],
  ['fine', 'tuned'],
  ['real', 'time'],
  ['open', 'source'],
  ['long', 'context'],
  ['large', 'scale'],
  ['text', 'to'],
  ['web', 'page'],
  ['feed', 'forward'],
  ['time', 'step'],
  ['key', 'frame'],
  ['question', 'answering'],
  ['low', 'rank'],
  ['zero', 'shot'],
  ['few', 'shot'],
  ['multi', 'step'],
  ['fact', 'checking'],
  ['super', 'resolution'],
];

function rehyphenate(text: string, random: Random): string | undefined {
  const options: string[] = [];
  for (const { index, 0: word } of text.matchAll(/[A-Za-z]{2,}-[A-Za-z]{2,}/g)) {
    for (const by of [' ', ''])
      options.push(text.slice(0, index) + word.replace('-', by) + text.slice(index + word.length));
  }
  for (const [first, second] of COMPOUNDS) {
    const apart = new RegExp(`\\b${first} ${second}\\b`, 'i');
    if (apart.test(text)) options.push(text.replace(apart, `${first}-${second}`), text.replace(apart, first + second));
    const joined = new RegExp(`\\b${first}${second}\\b`, 'i');
    if (joined.test(text))
      options.push(text.replace(joined, `${first}-${second}`), text.replace(joined, `${first} ${second}`));
  }
  if (options.length === 0 && PREFIXES.test(text)) options.push(text.replace(PREFIXES, '$1-'));
  for (const { index, 0: number } of text.matchAll(/\b[A-Za-z]{2,}-?\d+\b/g)) {
    const other = number.includes('-') ? number.replace('-', '') : number.replace(/(?=\d)/, '-');
    options.push(text.slice(0, index) + other + text.slice(index + number.length));
  }
  return options.length > 0 ? pick(options, random) : undefined;
}

/** Pairs of equal meaning: British and American, acronym and long form. */
const EQUIVALENTS: readonly (readonly [string, string])[] = [
  ['modelling', 'modeling'],
  ['behaviour', 'behavior'],
  ['colour', 'color'],
  ['labelled', 'labeled'],
  ['centre', 'center'],
  ['optimisation', 'optimization'],
  ['generalise', 'generalize'],
  ['generalisation', 'generalization'],
  ['summarisation', 'summarization'],
  ['personalised', 'personalized'],
  ['quantisation', 'quantization'],
  ['tokenisation', 'tokenization'],
  ['tokeniser', 'tokenizer'],
  ['visualise', 'visualize'],
  ['recognise', 'recognize'],
  ['memorise', 'memorize'],
  ['memorised', 'memorized'],
  ['analyse', 'analyze'],
  ['artefacts', 'artifacts'],
  ['grey', 'gray'],
  ['llms', 'large language models'],
  ['llm', 'large language model'],
  ['mllms', 'multimodal large language models'],
  ['mllm', 'multimodal large language model'],
  ['vlms', 'vision-language models'],
  ['vlm', 'vision-language model'],
  ['rl', 'reinforcement learning'],
  ['rag', 'retrieval-augmented generation'],
  ['moe', 'mixture of experts'],
  ['ocr', 'optical character recognition'],
  ['asr', 'automatic speech recognition'],
  ['tts', 'text-to-speech'],
  ['ner', 'named entity recognition'],
  ['qa', 'question answering'],
  ['vqa', 'visual question answering'],
  ['cot', 'chain-of-thought'],
  ['sft', 'supervised fine-tuning'],
  ['dpo', 'direct preference optimization'],
  ['grpo', 'group relative policy optimization'],
  ['vit', 'vision transformer'],
  ['dit', 'diffusion transformer'],
  ['vae', 'variational autoencoder'],
  ['gnn', 'graph neural network'],
  ['peft', 'parameter-efficient fine-tuning'],
  ['icl', 'in-context learning'],
  ['gui', 'graphical user interface'],
  ['nerf', 'neural radiance field'],
  ['vla', 'vision-language-action'],
  ['3d', 'three-dimensional'],
];

function substituteEquivalent(text: string, random: Random): string | undefined {
  const options = EQUIVALENTS.flatMap(([a, b]) =>
    [
      [a, b],
      [b, a],
    ].flatMap(([from, to]) => {
      const pattern = new RegExp(`(?<![\\w-])${from}(?![\\w-])`, 'i');
      return from !== to && pattern.test(text) ? [text.replace(pattern, to)] : [];
    }),
  );
  return options.length > 0 ? pick(options, random) : undefined;
}

const NEGATED = [
  'protein folding',
  'weather forecasting',
  'music generation',
  'federated learning',
  'autonomous driving',
  'recommender systems',
  'quantum computing',
  'medical imaging',
];

function negate(text: string, random: Random): string {
  const other = pick(
    NEGATED.filter((subject) => !subject.split(' ').some((word) => text.toLowerCase().includes(word.slice(0, 5)))),
    random,
  );
  return `${text.replace(/\?$/, '')} ${pick(['without', 'not about', 'other than'], random)} ${other}`;
}

const kinds = {
  'one misspelling': (text: string, random: Random) => misspellWords(text, 1, random),
  'two misspellings': (text: string, random: Random) => misspellWords(text, 2, random),
  'hyphens and joins': rehyphenate,
  'British, American, acronyms': substituteEquivalent,
  negation: negate,
};

const [setFolder] = process.argv.slice(2);
const set = await readRetrievalSet(setFolder, async (path) => (await resolveSources([path], process.stdin))[0]);
const typed = set.queries.filter(({ id }) => !id.endsWith('stranger'));
const order = Int32Array.from(typed.keys());
shuffle(order, createSeededRandom(QUERY_SEED));
// Queries to which most kinds apply come first, so that there are 300 variants of 60 queries.
const applicable = (i: number) =>
  Object.values(kinds).filter((vary) => vary(typed[i].text, createSeededRandom(1)) !== undefined).length;
const chosen = Array.from(order)
  .sort((a, b) => applicable(b) - applicable(a))
  .slice(0, QUERIES)
  .map((i) => typed[i]);

const folder = temporaryFolder();
const source = join(folder.path, 'papers.jsonl');
writeFileSync(source, set.papers.map((paper) => JSON.stringify(paper)).join('\n'));
const server = await serveCorpus([source], process.env.MODEL ? { model: process.env.MODEL } : {});
try {
  const succeeds = async (q: string, judged: ReadonlyMap<string, number>) => {
    const url = `${server.url}/api/search?${new URLSearchParams({ q, limit: String(DEPTH) })}`;
    const { hits } = (await (await fetch(url)).json()) as SearchResponse;
    return reciprocalRankAt(
      DEPTH,
      hits.map(({ id }) => id),
      judged,
    );
  };
  const plain = new Map<string, number>();
  for (const { id, text, judged } of chosen) plain.set(id, await succeeds(text, judged));
  const random = createSeededRandom(VARIANT_SEED);
  let [variants, found, expected] = [0, 0, 0];
  for (const [kind, vary] of Object.entries(kinds)) {
    let [count, hits, unvaried] = [0, 0, 0];
    for (const { id, text, judged } of chosen) {
      const variant = vary(text, random);
      if (variant === undefined) continue;
      const rank = await succeeds(variant, judged);
      const before = plain.get(id) ?? 0;
      count++;
      hits += rank > 0 ? 1 : 0;
      unvaried += before > 0 ? 1 : 0;
      if (before > 0 && rank === 0) process.stdout.write(`  lost (${kind}): ${text} → ${variant}\n`);
    }
    process.stdout.write(
      `${kind.padEnd(28)} ${count} variants, success@10 ${hits} of ${unvaried} unvaried: ${(hits / unvaried).toFixed(3)}\n`,
    );
    [variants, found, expected] = [variants + count, found + hits, expected + unvaried];
  }
  process.stdout.write(`${variants} variants of ${chosen.length} queries: ${(found / expected).toFixed(3)}\n`);
} finally {
  await server.stop();
  folder.remove();
}
