import { trainOptionsSchema } from '../../training/options.ts';
import type { Command, Flag, FlagValues } from '../command-line.ts';

/** `heldOutShare` as a flag: `held-out-share`. */
const flagName = (name: string) => name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
const optionNames = Object.keys(trainOptionsSchema.shape) as (keyof typeof trainOptionsSchema.shape)[];

const flags: Record<string, Flag> = Object.fromEntries(
  optionNames.map((name) => {
    const schema = trainOptionsSchema.shape[name];
    const fallback = schema.safeParse(undefined).data;
    const shown = fallback === undefined ? '' : ` [${String(fallback)}]`;
    const sentence = `${(schema.description ?? '').replace(/\.$/, '')}${shown}`;
    return [flagName(name), { type: 'string', multiple: name === 'corpus', sentence }];
  }),
);

export const trainCommand: Command = {
  name: 'train',
  summary: 'makes an embedding model from a corpus of papers',
  operand: '',
  options: [],
  flags,
  async run({ flags: values, effects }) {
    // Lazily: training loads a runtime of its own that no other command needs.
    const { train } = await import('../../training/train.ts');
    await train(readOptions(values), effects);
  },
};

function readOptions(values: FlagValues) {
  const written: Record<string, unknown> = {};
  for (const name of optionNames) {
    const value = values[flagName(name)];
    if (value !== undefined) written[name] = name === 'corpus' || name === 'out' ? value : readValue(String(value));
  }
  // The schema behind `train` checks every value; here they are only taken out of their text.
  return written as Parameters<typeof import('../../training/train.ts').train>[0];
}

/** `0.3`, `true`, or `5,25` for a pair; anything else stays text and fails the schema with its name. */
function readValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[\d.]+(?:,[\d.]+)+$/.test(text)) return text.split(',').map(readValue);
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
