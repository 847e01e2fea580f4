import { z } from 'zod';

/** Every option of `train`, once: default, range, meaning, and when to leave it alone. */
export const trainOptionsSchema = z.object({
  corpus: z.array(z.string()).min(1).describe('JSONL files of papers (id, title, abstract); .xz and .gz are unpacked.'),
  out: z.string().min(1).describe('Folder of the model; its last part is the name of the model.'),
  sources: z
    .string()
    .default('Not told by whoever trained this model.')
    .describe('Where the corpus comes from and under which licenses, one paragraph for the card of the model.'),
  license: z.string().default('MIT').describe('License of the model, for its card.'),
  seed: z.int().min(0).default(7).describe('Fixes every random choice: same seed, same files.'),
  steps: z.int().min(1).optional().describe('Training steps. Give this for a run that can be repeated exactly.'),
  minutes: z
    .number()
    .positive()
    .default(15)
    .describe(
      'Time for the steps, used when `steps` is absent: a few trial steps are timed, the number is fixed then.',
    ),
  dimensions: z
    .int()
    .min(8)
    .max(4096)
    // Four components share a byte of the model.
    .multipleOf(4)
    .default(1024)
    .describe(
      'Length of a vector. Size of the model is a quarter of a byte × rows × this; a step costs in proportion.',
    ),
  vocabulary: z.int().min(200).max(200_000).default(65_536).describe('Rows of the table, special tokens included.'),
  pieceShare: z
    .number()
    .min(0.01)
    .max(0.9)
    .default(0.2)
    .describe('Share of the rows for pieces of rare words; the rest are whole words.'),
  minCharacterCount: z.int().min(1).default(200).describe('A rarer character gets no row; words with it are unknown.'),
  maxTokens: z.int().min(16).max(4096).default(512).describe('Tokens of a text that count; the rest is cut off.'),
  batchSize: z
    .int()
    .min(2)
    .max(16_384)
    .default(4096)
    .describe('Pairs a step; each has all others as negativeSampleRate. Cost of a step grows with its square.'),
  temperature: z
    .number()
    .positive()
    .max(1)
    .default(0.05)
    .describe(
      'Temperature of the loss. Lower: better at finding one exact paper; higher: better at subjects and groups.',
    ),
  learnTemperature: z
    .boolean()
    .default(false)
    .describe('Let the temperature follow the gradient, not below 0.02; it settles near 0.04.'),
  learningRate: z.number().positive().default(0.012).describe('Adam step at its height, in units of a component.'),
  weightRate: z.number().positive().default(0.01).describe('Adam step of the logarithm of a token weight.'),
  warmup: z.number().min(0).max(0.5).default(0.03).describe('Share of the steps in which the rate rises from 0.'),
  dropout: z.number().min(0).max(0.9).default(0.35).describe('Share of the tokens of a text that a step leaves out.'),
  saturation: z
    .number()
    .positive()
    .max(1)
    .default(0.7)
    .describe(
      'A token that occurs n times in a text counts n to this power. 1: in proportion; lower: exact titles are found more often.',
    ),
  titleTimes: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe(
      'How often the title stands in front of the abstract where both stand for a paper, also in the finished model.',
    ),
  sif: z.number().positive().default(0.001).describe('a of the start weights a / (a + frequency).'),
  titleShare: z.number().min(0).max(1).default(0.4).describe('Share of pairs title ↔ abstract.'),
  halvesShare: z.number().min(0).max(1).default(0.15).describe('Share of pairs first half ↔ second half.'),
  kinShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'Share of pairs of two papers with the same categories and a near date. More: clearer groups, fewer exact finds.',
    ),
  neighborShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Share of a batch that sits beside a paper of the same categories and time, as a hard negative.'),
  spanTokens: z
    .tuple([z.int().min(1), z.int().min(1)])
    .default([5, 25])
    .describe('Shortest and longest span in pairs span ↔ rest, which make up the remaining share.'),
  heldOutShare: z.number().min(0).max(0.5).default(0.01).describe('Share of papers never trained on, by hash of id.'),
  evaluateEvery: z.int().min(1).default(500).describe('Steps between two measurements on the held-out papers.'),
  logEvery: z.int().min(1).default(50).describe('Steps between two progress lines.'),
  threads: z.int().min(1).default(2).describe('Threads of onnxruntime in matrix products.'),
});

/** What a caller may write. */
export type TrainOptionsInput = z.input<typeof trainOptionsSchema>;
/** What training uses: complete. */
export type TrainOptions = z.output<typeof trainOptionsSchema>;
