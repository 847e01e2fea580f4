import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PAD_TOKEN, UNKNOWN_TOKEN, wordPieceTokenizerJson } from '../embedding/wordpiece.ts';
import type { CorpusFile } from './corpus.ts';
import type { HeldOutMetrics } from './held-out-evaluation.ts';
import { encodeOnnxModel } from './onnx-writer.ts';
import type { TrainOptions } from './options.ts';
import { type QuantizedTable, staticModelGraph } from './static-model-graph.ts';

/** Everything about one training run that its model's card tells. No date: the same run gives the same card. */
export interface TrainingRecord {
  name: string;
  options: TrainOptions;
  corpus: readonly CorpusFile[];
  papers: number;
  duplicates: number;
  tooShort: number;
  heldOut: HeldOutMetrics;
  steps: number;
  finalLoss: number;
  finalTemperature: number;
  vocabulary: number;
  tokens: number;
  environment: { node: string; onnxruntime: string; platform: string; cores: number };
}

function pairKinds({ titleShare, halvesShare, categoryShare: kinShare, spanTokens }: TrainOptions): string {
  // The share of kin is taken from the end of the scale (see PairMaker), so spans get what is left.
  const spans = Math.max(0, 1 - titleShare - halvesShare - kinShare);
  return [
    `- ${percent(titleShare)} title ↔ abstract`,
    `- ${percent(halvesShare)} first half ↔ second half of an abstract`,
    `- ${percent(spans)} span of ${spanTokens[0]} to ${spanTokens[1]} tokens ↔ title and rest of the abstract`,
    `- ${percent(kinShare)} paper ↔ another of exactly the same categories and a near date (a span pair where there is none)`,
  ].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The model card for people, in Markdown. */
export function modelCard(record: TrainingRecord): string {
  const { name, options, heldOut, environment } = record;
  const number = (value: number): string => value.toLocaleString('en-US');
  const kept = Object.entries(options).filter(
    ([key]) => !['corpus', 'out', 'minutes', 'steps', 'sources', 'license'].includes(key),
  );
  return `# ${name}

A static token-embedding model for research papers: a text becomes the L2-normalized weighted sum of the vectors of its
tokens. No attention, no word order: that is what makes it small and fast. It is trained from scratch on titles and
abstracts, so that a title, a question or a paper lies near the papers about the same thing.

| | |
|---|---|
| vocabulary | ${number(record.vocabulary)} word pieces, lower case, accents stripped |
| vector | ${options.dimensions} dimensions, length 1 (a text without a known word: all zeros) |
| table | two bits a component with a float32 scale a row, the learned token weight folded in |
| input | \`input_ids\`, \`attention_mask\` [batch, sequence] int64; passages are ${options.titleTimes === 1 ? 'the title' : `${options.titleTimes} times the title`} and the abstract, newlines between |
| output | \`sentence_embedding\` [batch, ${options.dimensions}] float32, pooled and normalized inside the graph |
| longest text | ${options.maxTokens} tokens |
| license | ${options.license} |

\`paperfield.json\` tells a program the same. \`config.json\` says \`bert\` only because that is the plainest name under
which transformers hands \`input_ids\` and \`attention_mask\` to an encoder.

## Data

${number(record.papers)} papers, ${number(record.tokens)} tokens, after leaving out ${number(record.duplicates)} repeated papers (same id or
same abstract) and ${number(record.tooShort)} without a title or with an abstract of fewer than 20 words.

${options.sources}

| file | papers | unreadable lines | sha256 |
|---|---:|---:|---|
${record.corpus.map((file) => `| ${file.name} | ${number(file.rows)} | ${number(file.skipped)} | \`${file.sha256}\` |`).join('\n')}

## Training

${number(record.steps)} steps of ${number(options.batchSize)} pairs, each pair with all others of its batch as negativeSampleRate (symmetric InfoNCE,
temperature ${record.finalTemperature.toFixed(4)}${options.learnTemperature ? ' at the end, learned' : ', fixed'}). Kinds of pairs, by share:

${pairKinds(options)}

Up to ${percent(options.hardNegativeShare)} of a batch sits beside a paper of the same categories and time, as a hard negative.
${percent(options.dropout)} of the tokens of each text are left out at random; a token that then occurs n times in a text counts
n^${options.saturation}, as it does in the finished model. Adam on the rows a batch touches; a learned weight a
token, started at a / (a + frequency). The step size rises over the first ${percent(options.warmupShare)} of the steps and falls to zero
as a cosine.

To repeat it exactly: the same files in the same order, \`--seed ${options.seed} --steps ${record.steps}\`, and the
options below. Environment: Node ${environment.node}, onnxruntime ${environment.onnxruntime}, ${environment.platform},
${environment.cores} CPU cores, no accelerator.

\`\`\`json
${JSON.stringify(Object.fromEntries(kept), null, 2)}
\`\`\`

## Figures

Loss at the end ${record.finalLoss.toFixed(4)} (mean of the last progress lines, on training pairs).

Held-out papers (${number(heldOut.papers)}, chosen by hash of the id, never trained on), a title searched among their
abstracts: MRR@10 ${heldOut.mrrAt10.toFixed(4)}, found among the first ten ${heldOut.successAt10.toFixed(4)}.

## Limits

Word order and negation are lost. Words unknown to the corpus fall into pieces, which say less; a word with a character
that the corpus hardly has counts for nothing. Subjects that the corpus does not cover are met only through their words.
`;
}

/**
 * `tokenizer.json`.
 *
 * @param vocabulary tokens in row order.
 */
export function tokenizerJson(vocabulary: readonly string[]): string {
  return JSON.stringify(wordPieceTokenizerJson(Object.fromEntries(vocabulary.map((token, row) => [token, row]))));
}

/** `tokenizer_config.json`: the general tokenizer class, which asks for no token types. */
export function tokenizerConfigJson(maxTokens: number): string {
  return `${JSON.stringify(
    {
      tokenizer_class: 'PreTrainedTokenizer',
      model_max_length: maxTokens,
      pad_token: PAD_TOKEN,
      unk_token: UNKNOWN_TOKEN,
      clean_up_tokenization_spaces: false,
    },
    null,
    2,
  )}\n`;
}

/**
 * `config.json`. The type `bert` is not what the graph is: it is the plainest name under which transformers takes
 * `input_ids` and `attention_mask` to an encoder and hands back whatever the graph puts out.
 */
export function modelConfigJson(vocabularySize: number, dimensions: number, maxTokens: number): string {
  return `${JSON.stringify(
    {
      model_type: 'bert',
      architectures: ['BertModel'],
      vocab_size: vocabularySize,
      hidden_size: dimensions,
      max_position_embeddings: maxTokens,
      num_hidden_layers: 0,
      num_attention_heads: 1,
      pad_token_id: 0,
    },
    null,
    2,
  )}\n`;
}

export interface ModelParts {
  vocabulary: readonly string[];
  table: QuantizedTable;
  /** See {@link staticModelGraph}. */
  saturation: number;
  maxTokens: number;
  /** How often a title stands in front of its abstract. */
  titleTimes: number;
  /** README.md: the card for people. */
  card: string;
}

/**
 * Token vectors start at random and no dimension is preferred, so any half of them tells nearly what all tell: measured at
 * 512 of 1,024, see `reranked`.
 */
const LEADING = 512;

/** The card for programs: how to feed this model and what comes out. */
function machineCardJson(name: string, dimensions: number, maxTokens: number, titleTimes: number): string {
  return `${JSON.stringify(
    {
      name,
      version: '3',
      dimensions,
      leadingDimensions: Math.min(LEADING, dimensions),
      maxTokens,
      pooling: 'model',
      output: 'sentence_embedding',
      normalize: false,
      dtype: 'fp32',
      queryPrefix: '',
      passagePrefix: '',
      separator: '\n',
      titleTimes,
    },
    null,
    2,
  )}\n`;
}

/**
 * Writes the folder that transformers loads. Beside its place first, then renamed: a run that is stopped leaves the
 * previous model whole.
 *
 * @returns bytes of all files together.
 */
export function writeModelFolder(out: string, parts: ModelParts): number {
  const name = basename(out);
  const files: [string, string | Uint8Array][] = [
    ['config.json', modelConfigJson(parts.vocabulary.length, parts.table.dimensions, parts.maxTokens)],
    ['tokenizer.json', tokenizerJson(parts.vocabulary)],
    ['tokenizer_config.json', tokenizerConfigJson(parts.maxTokens)],
    ['paperfield.json', machineCardJson(name, parts.table.dimensions, parts.maxTokens, parts.titleTimes)],
    ['README.md', parts.card],
    ['onnx/model.onnx', encodeOnnxModel(staticModelGraph(parts.table, parts.saturation))],
  ];
  const aside = join(dirname(out), `.${name}.partial`);
  const previous = join(dirname(out), `.${name}.previous`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(join(aside, 'onnx'), { recursive: true });
  let bytes = 0;
  for (const [path, content] of files) {
    writeFileSync(join(aside, path), content);
    bytes += typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
  }
  rmSync(previous, { recursive: true, force: true });
  try {
    renameSync(out, previous);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(aside, out);
  rmSync(previous, { recursive: true, force: true });
  return bytes;
}
