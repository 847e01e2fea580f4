/** Writes the folder of a trained model: ONNX graph, tokenizer, configuration, settings and model card. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PAD_TOKEN, UNKNOWN_TOKEN, wordPieceTokenizerJson } from '../embedding/wordpiece.ts';
import { createFolder } from '../runtime/create-folder.ts';
import type { CorpusFileSummary } from './corpus.ts';
import type { HeldOutMetrics } from './held-out-evaluation.ts';
import { encodeOnnxModel } from './onnx-writer.ts';
import type { TrainOptions } from './options.ts';
import { createStaticModelGraph, type QuantizedTable } from './static-model-graph.ts';

/** The content of a model's folder. */
interface ModelContent {
  /** The tokens in the order of their ids, which are also the rows of the table. */
  readonly vocabulary: readonly string[];
  readonly table: QuantizedTable;
  /** The exponent in (0, 1] with which repeated tokens count: n occurrences in a text count n^saturation. */
  readonly saturation: number;
  readonly maxTokens: number;
  /** How often the title is repeated before the abstract in the input of the model. */
  readonly titleTimes: number;
  /** The model card, Markdown. */
  readonly readme: string;
}

/**
 * Writes a model's folder in the layout that the transformers library loads. The folder is written under a temporary
 * name and then renamed, so that a run that is stopped leaves the previous model intact.
 *
 * @returns the size of all files in bytes
 */
export function writeModelFolder(out: string, content: ModelContent): number {
  const name = basename(out);
  const { vocabulary, table, saturation, maxTokens, titleTimes, readme } = content;
  const files: [string, string | Uint8Array][] = [
    ['config.json', modelConfigJson(vocabulary.length, table.dimensions, maxTokens)],
    ['tokenizer.json', tokenizerJson(vocabulary)],
    ['tokenizer_config.json', tokenizerConfigJson(maxTokens)],
    ['paperfield.json', paperfieldJson(name, table.dimensions, maxTokens, titleTimes)],
    ['README.md', readme],
    ['onnx/model.onnx', encodeOnnxModel(createStaticModelGraph(table, saturation))],
  ];
  const temporary = join(dirname(out), `.${name}.partial`);
  const previous = join(dirname(out), `.${name}.previous`);
  rmSync(temporary, { recursive: true, force: true });
  createFolder(join(temporary, 'onnx'));
  let bytes = 0;
  for (const [path, data] of files) {
    writeFileSync(join(temporary, path), data);
    bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
  }
  rmSync(previous, { recursive: true, force: true });
  try {
    renameSync(out, previous);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(temporary, out);
  rmSync(previous, { recursive: true, force: true });
  return bytes;
}

/** The content of `tokenizer.json`. A token's id is its position in `vocabulary`. */
export function tokenizerJson(vocabulary: readonly string[]): string {
  return JSON.stringify(wordPieceTokenizerJson(Object.fromEntries(vocabulary.map((token, row) => [token, row]))));
}

/** The content of `tokenizer_config.json`. It names the general tokenizer class, which needs no token types. */
export function tokenizerConfigJson(maxTokens: number): string {
  return formatJson({
    tokenizer_class: 'PreTrainedTokenizer',
    model_max_length: maxTokens,
    pad_token: PAD_TOKEN,
    unk_token: UNKNOWN_TOKEN,
    clean_up_tokenization_spaces: false,
  });
}

/**
 * The content of `config.json`. It says `bert`, although the model is none, because that is the simplest type for which
 * the transformers library passes `input_ids` and `attention_mask` to the graph and returns all of its outputs.
 */
function modelConfigJson(vocabularySize: number, dimensions: number, maxTokens: number): string {
  return formatJson({
    model_type: 'bert',
    architectures: ['BertModel'],
    vocab_size: vocabularySize,
    hidden_size: dimensions,
    max_position_embeddings: maxTokens,
    num_hidden_layers: 0,
    num_attention_heads: 1,
    pad_token_id: 0,
  });
}

/**
 * The vector index contains only this many dimensions of a vector, the first ones. Training starts from random vectors
 * and prefers no dimension, so any half of the dimensions says nearly as much as all of them (measured with 512 of
 * 1,024).
 */
const LEADING_DIMENSIONS = 512;

/** The content of `paperfield.json`: the model's settings, and where it comes from. */
function paperfieldJson(name: string, dimensions: number, maxTokens: number, titleTimes: number): string {
  return formatJson({
    name,
    version: '3',
    dimensions,
    leadingDimensions: Math.min(LEADING_DIMENSIONS, dimensions),
    maxTokens,
    pooling: 'model',
    output: 'sentence_embedding',
    normalize: false,
    dtype: 'fp32',
    queryPrefix: '',
    passagePrefix: '',
    separator: '\n',
    titleTimes,
  });
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Everything that the model card says about a training run. It has no date: the same run gives the same card. */
interface TrainingRecord {
  readonly name: string;
  readonly options: TrainOptions;
  readonly corpus: readonly CorpusFileSummary[];
  /** Number of papers used. `duplicates` and `tooShort` count the papers that were left out. */
  readonly papers: number;
  readonly duplicates: number;
  readonly tooShort: number;
  readonly heldOut: HeldOutMetrics;
  readonly steps: number;
  readonly finalLoss: number;
  readonly finalTemperature: number;
  /** Number of tokens in the vocabulary. */
  readonly vocabulary: number;
  /** Number of tokens in the texts of all papers. */
  readonly tokens: number;
  readonly environment: {
    readonly node: string;
    readonly onnxruntime: string;
    readonly platform: string;
    readonly cores: number;
  };
}

/** The model card, in Markdown. */
export function modelCard(record: TrainingRecord): string {
  const { name, options, heldOut, environment } = record;
  const { titleTimes } = options;
  const number = (value: number): string => value.toLocaleString('en-US');
  const omitted = ['corpus', 'out', 'minutes', 'steps', 'sources', 'license'];
  const listed = Object.fromEntries(Object.entries(options).filter(([key]) => !omitted.includes(key)));
  return `# ${name}

A static embedding model for research papers: the vector of a text is the L2-normalized, weighted sum of the vectors of its
tokens. It has neither attention nor word order, which makes it small and fast. It is trained from scratch on titles and
abstracts, so that the vector of a title, a question or a paper is close to those of papers about the same thing.

| | |
|---|---|
| vocabulary | ${number(record.vocabulary)} word pieces, lower case, without accents |
| vector | ${options.dimensions} dimensions, length 1 (zero for a text without a known word) |
| table | two bits per component with a float32 scale per row, which includes the learned token weight |
| input | \`input_ids\`, \`attention_mask\` [batch, sequence] int64; a passage is ${titleTimes === 1 ? 'the title' : `${titleTimes} times the title`} and the abstract, separated by newlines |
| output | \`sentence_embedding\` [batch, ${options.dimensions}] float32, pooled and normalized in the graph |
| longest text | ${options.maxTokens} tokens |
| license | ${options.license} |

\`paperfield.json\` has the same for programs. \`config.json\` says \`bert\` because that is the simplest model type for which
the transformers library passes \`input_ids\` and \`attention_mask\` to an encoder.

## Data

${number(record.papers)} papers, ${number(record.tokens)} tokens, without ${number(record.duplicates)} duplicates (same id or same abstract) and
${number(record.tooShort)} papers without a title or with an abstract of fewer than 20 words.

${options.sources}

| file | papers | unreadable lines | sha256 |
|---|---:|---:|---|
${record.corpus.map((file) => `| ${file.name} | ${number(file.rows)} | ${number(file.skipped)} | \`${file.sha256}\` |`).join('\n')}

## Training

${number(record.steps)} steps of ${number(options.batchSize)} pairs, each pair with all others of its batch as negatives (symmetric InfoNCE,
temperature ${record.finalTemperature.toFixed(4)}${options.learnTemperature ? ' at the end, learned' : ', fixed'}). Kinds of pairs, by share:

${describePairs(options)}

Up to ${percent(options.hardNegativeShare)} of a batch has a paper of the same categories and a similar date in the batch, as a hard negative.
${percent(options.dropout)} of the tokens of each text are left out at random; a token that then occurs n times in a text counts
n^${options.saturation}, as in the finished model. Adam updates only the rows of a batch, and a weight per token, initialized
with a / (a + frequency). The learning rate rises over the first ${percent(options.warmupShare)} of the steps, then falls to zero along a cosine.

To repeat this run exactly: the same files in the same order, \`--seed ${options.seed} --steps ${record.steps}\`, and the options below.
Environment: Node ${environment.node}, onnxruntime ${environment.onnxruntime}, ${environment.platform}, ${environment.cores} CPU cores, no accelerator.

\`\`\`json
${JSON.stringify(listed, null, 2)}
\`\`\`

## Metrics

Training loss at the end: ${record.finalLoss.toFixed(4)} (mean of the last progress interval).

Titles of ${number(heldOut.papers)} held-out papers (chosen by a hash of the id, never trained on), searched among their abstracts:
MRR@10 ${heldOut.mrrAt10.toFixed(4)}, success@10 ${heldOut.successAt10.toFixed(4)}.

## Limitations

Word order and negation are lost. Words that are not in the vocabulary are split into pieces, which say less; a word with a
character that is very rare in the corpus is ignored. Subjects that the corpus does not cover are recognized only by their
words.
`;
}

function describePairs({ titleShare, halvesShare, categoryShare, spanTokens }: TrainOptions): string {
  const [shortest, longest] = spanTokens;
  const spanShare = Math.max(0, 1 - titleShare - halvesShare - categoryShare);
  return [
    `- ${percent(titleShare)} title ↔ abstract`,
    `- ${percent(halvesShare)} first half ↔ second half of an abstract`,
    `- ${percent(spanShare)} span of ${shortest} to ${longest} tokens ↔ title and rest of the abstract`,
    `- ${percent(categoryShare)} paper ↔ another with exactly the same categories and a similar date (a span pair if there is none)`,
  ].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
