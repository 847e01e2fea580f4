/** The options of `paperfield train`. */
import { z } from 'zod';

/**
 * All options of `paperfield train` with meaning, range and default. Each option is a flag of the command line, and its
 * description is the help text of the flag.
 */
export const trainOptionsSchema = z.object({
  corpus: z
    .array(z.string())
    .min(1)
    .describe('JSONL files of papers (id, title, abstract); .xz and .gz are decompressed.'),
  out: z.string().min(1).describe('Folder of the model; its last part is the name of the model.'),
  sources: z
    .string()
    .default('Not given.')
    .describe('Where the corpus comes from and its licenses, one paragraph for the model card.'),
  license: z.string().default('MIT').describe('License of the model, for the model card.'),
  seed: z.int().min(0).default(7).describe('Determines every random choice: the same seed gives the same files.'),
  steps: z.int().min(1).optional().describe('Training steps. Needed for a run that can be repeated exactly.'),
  minutes: z
    .number()
    .positive()
    .default(15)
    .describe('Time for the steps if `steps` is not given: a few trial steps are timed to determine their number.'),
  dimensions: z
    .int()
    .min(8)
    .max(4096)
    // A multiple of four, because the model packs four components into a byte.
    .multipleOf(4)
    .default(1024)
    .describe(
      'Length of a vector. The model takes a quarter of a byte × rows × this; the time of a step is proportional to it.',
    ),
  vocabulary: z.int().min(200).max(200_000).default(65_536).describe('Tokens, including special tokens.'),
  subwordShare: z
    .number()
    .min(0.01)
    .max(0.9)
    .default(0.2)
    .describe('Share of the vocabulary for pieces of rare words; the rest are complete words.'),
  minCharacterCount: z
    .int()
    .min(1)
    .default(200)
    .describe('Characters that occur less often get no token; words with them are unknown.'),
  maxTokens: z.int().min(16).max(4096).default(512).describe('Longer texts are truncated to this many tokens.'),
  batchSize: z
    .int()
    .min(2)
    .max(16_384)
    .default(4096)
    .describe('Pairs per step; each has all others as negatives. The time of a step grows with its square.'),
  temperature: z
    .number()
    .positive()
    .max(1)
    .default(0.05)
    .describe('Temperature of the loss. Lower: better at finding one exact paper; higher: better at clusters.'),
  learnTemperature: z
    .boolean()
    .default(false)
    .describe('Let the temperature follow its gradient, down to 0.02; it converges near 0.04.'),
  learningRate: z
    .number()
    .positive()
    .default(0.012)
    .describe('Highest learning rate of Adam for the components of vectors.'),
  weightLearningRate: z
    .number()
    .positive()
    .default(0.01)
    .describe('Highest learning rate of Adam for the logarithms of token weights.'),
  warmupShare: z.number().min(0).max(0.5).default(0.03).describe('Share of the steps in which the rate rises from 0.'),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.35)
    .describe('Share of the tokens of a text that are left out in a step.'),
  saturation: z
    .number()
    .positive()
    .max(1)
    .default(0.7)
    .describe(
      'A token that occurs n times in a text counts n to this power. 1: proportionally; lower: exact titles are found more often.',
    ),
  titleTimes: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .describe('How often the title is repeated before the abstract, also when the model is used.'),
  sifSmoothing: z.number().positive().default(0.001).describe('a of the initial token weights a / (a + frequency).'),
  titleShare: z.number().min(0).max(1).default(0.4).describe('Share of pairs title ↔ abstract.'),
  halvesShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.15)
    .describe('Share of pairs first half ↔ second half of an abstract.'),
  categoryShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      'Share of pairs of two papers with the same categories and a similar date. More: clearer clusters, fewer exact finds.',
    ),
  hardNegativeShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Share of a batch with a paper of the same categories and a similar date as a hard negative.'),
  spanTokens: z
    .tuple([z.int().min(1), z.int().min(1)])
    .default([5, 25])
    .describe('Shortest and longest span in pairs span ↔ rest of the abstract, which make up the remaining share.'),
  heldOutShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.01)
    .describe('Share of papers held out for evaluation, by a hash of the id.'),
  evaluateEvery: z.int().min(1).default(500).describe('Steps between two evaluations on the held-out papers.'),
  logEvery: z.int().min(1).default(50).describe('Steps between two lines of progress.'),
  threads: z.int().min(1).default(2).describe('Threads of onnxruntime for matrix products.'),
});

/** Options as a caller gives them: an option with a default may be missing. */
export type TrainOptionsInput = z.input<typeof trainOptionsSchema>;
/** Options with defaults filled in. */
export type TrainOptions = z.output<typeof trainOptionsSchema>;
