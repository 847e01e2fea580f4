import { trainOptionsSchema } from '../../training/options.ts';
import { type Command, type Flag, type FlagValues, flagName } from '../command-line.ts';

const optionNames = Object.keys(trainOptionsSchema.shape) as (keyof typeof trainOptionsSchema.shape)[];

const flags: Record<string, Flag> = Object.fromEntries(
  optionNames.map((name) => {
    const schema = trainOptionsSchema.shape[name];
    const defaultValue = schema.safeParse(undefined).data;
    const shownDefault = defaultValue === undefined ? '' : ` [${String(defaultValue)}]`;
    const description = `${(schema.description ?? '').replace(/\.$/, '')}${shownDefault}`;
    return [flagName(name), { type: 'string', multiple: name === 'corpus', description }];
  }),
);

export const trainCommand: Command = {
  name: 'train',
  summary: 'train an embedding model on a corpus of papers',
  operand: '',
  options: [],
  flags,
  async run({ flags: values, effects }) {
    // `train` is imported lazily, because no other command needs the libraries of training.
    const { train } = await import('../../training/train.ts');
    await train(readOptions(values), effects);
  },
};

function readOptions(values: FlagValues) {
  const options: Record<string, unknown> = {};
  for (const name of optionNames) {
    const value = values[flagName(name)];
    if (value !== undefined) options[name] = name === 'corpus' || name === 'out' ? value : readValue(String(value));
  }
  // `train` validates every value. Here, values are only converted from text.
  return options as Parameters<typeof import('../../training/train.ts').train>[0];
}

/**
 * Converts the text of an option: to a number (`0.3`), a boolean (`true`) or a pair of numbers (`5,25`). Any other text
 * is returned as it is; validation refuses it if the option is not a text.
 */
function readValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[\d.]+(?:,[\d.]+)+$/.test(text)) return text.split(',').map(readValue);
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
