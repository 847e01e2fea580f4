import type { CorpusFile } from './corpus.ts';
import type { HeldOutSuccess } from './held-out.ts';
import type { TrainOptions } from './options.ts';

/** Everything about one training run that its model's card tells. No date: the same run gives the same card. */
export interface TrainingRecord {
  name: string;
  options: TrainOptions;
  corpus: readonly CorpusFile[];
  papers: number;
  repeated: number;
  short: number;
  heldOut: HeldOutSuccess;
  steps: number;
  finalLoss: number;
  finalTemperature: number;
  vocabulary: number;
  tokens: number;
  environment: { node: string; onnxruntime: string; platform: string; cores: number };
}

function pairKinds({ titleShare, halvesShare, kinShare, spanTokens }: TrainOptions): string {
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

${number(record.papers)} papers, ${number(record.tokens)} tokens, after leaving out ${number(record.repeated)} repeated papers (same id or
same abstract) and ${number(record.short)} without a title or with an abstract of fewer than 20 words.

${options.sources}

| file | papers | unreadable lines | sha256 |
|---|---:|---:|---|
${record.corpus.map((file) => `| ${file.name} | ${number(file.rows)} | ${number(file.skipped)} | \`${file.sha256}\` |`).join('\n')}

## Training

${number(record.steps)} steps of ${number(options.batchSize)} pairs, each pair with all others of its batch as negativeSampleRate (symmetric InfoNCE,
temperature ${record.finalTemperature.toFixed(4)}${options.learnTemperature ? ' at the end, learned' : ', fixed'}). Kinds of pairs, by share:

${pairKinds(options)}

Up to ${percent(options.neighborShare)} of a batch sits beside a paper of the same categories and time, as a hard negative.
${percent(options.dropout)} of the tokens of each text are left out at random; a token that then occurs n times in a text counts
n^${options.saturation}, as it does in the finished model. Adam on the rows a batch touches; a learned weight a
token, started at a / (a + frequency). The step size rises over the first ${percent(options.warmup)} of the steps and falls to zero
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
abstracts: MRR@10 ${heldOut.mrr10.toFixed(4)}, found among the first ten ${heldOut.success10.toFixed(4)}.

## Limits

Word order and negation are lost. Words unknown to the corpus fall into pieces, which say less; a word with a character
that the corpus hardly has counts for nothing. Subjects that the corpus does not cover are met only through their words.
`;
}
