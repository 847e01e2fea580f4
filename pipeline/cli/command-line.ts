/** Parses the arguments of a command and writes its help text, both from the same list of options and flags. */
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type Config, configShape, type OptionName, readConfig } from '../config.ts';
import type { Effects } from '../core/effects.ts';
import { errorKinds, errorMessage, PaperfieldError } from '../core/errors.ts';

/** The options of the commands that tell people of failed or silent nights. */
export const NOTIFY_OPTIONS = ['notifyWebhook', 'notifyMailTo', 'notifyMailFrom', 'notifySmtp'] as const;

/** The name that the help gives to a search query, the operand of some commands. */
const QUERY = 'QUERY';

/** A command-line flag that is not one of the common options of config.ts. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** Whether the flag takes several values, as in `--corpus A B C`. */
  readonly multiple?: boolean;
  readonly description: string;
}

/** A command of the program, such as `build` or `search`. */
export interface Command {
  readonly name: string;
  /** What the command does, for the help text; begins with a verb. */
  readonly summary: string;
  /** What the help shows for the arguments without a flag, such as `QUERY` or `IN.jsonl`; empty if there are none. */
  readonly operand: string;
  readonly options: readonly OptionName[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Runs the command. It imports what it needs only then, so that help appears without loading a model's runtime. */
  run(call: CommandCall): Promise<void>;
}

/** The values of a command's own flags, by name; a list for a flag that takes several values. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Options of the command line, without those of the config file. */
export interface WrittenOptions {
  /** Path of the config file, if one was given. */
  readonly configFile: string | undefined;
  /** Values by name; a list for `source`. */
  readonly options: Readonly<Partial<Record<OptionName, string | readonly string[]>>>;
}

/** One run of a command: its options, arguments and input, and where its output goes. */
export interface CommandCall {
  readonly config: Config;
  readonly operands: readonly string[];
  readonly flags: FlagValues;
  /** The options as they were written on the command line, for a program that this one starts. */
  readonly written: WrittenOptions;
  readonly standardInput: Readable;
  /** Prints a line to standard output. */
  print(line: string): void;
  /**
   * Writes text or bytes to standard output, without a line break after them.
   *
   * @throws PaperfieldError bad_request, if bytes would go to a terminal
   */
  write(piece: string | Uint8Array): void;
  readonly effects: Effects;
}

/**
 * Parses the arguments after a command's name.
 *
 * @throws PaperfieldError bad_request, if an argument is unexpected, or an option unknown, without value or invalid
 * @example
 * parseArguments(buildCommand, ['--source', 'a.jsonl', 'b.jsonl']).config.source; // ['a.jsonl', 'b.jsonl']
 */
export function parseArguments(
  command: Command,
  args: readonly string[],
): Pick<CommandCall, 'config' | 'operands' | 'flags' | 'written'> {
  const options: ParseOptions = { config: { type: 'string' } };
  for (const name of command.options) options[flagName(name)] = { type: 'string', multiple: name === 'source' };
  for (const [name, { type, multiple = false }] of Object.entries(command.flags)) options[name] = { type, multiple };
  const { values, positionals } = parse(command, args, options);

  // In `--source A B C`, Node takes B and C for arguments without a flag. They are further values of `--source`.
  const multiple = Object.keys(options).find((name) => options[name].multiple && values[name] !== undefined);
  const operands = command.operand === '' ? [] : positionals;
  if (command.operand === '' && positionals.length > 0) {
    if (multiple === undefined)
      throw new PaperfieldError('bad_request', `unexpected argument '${positionals[0]}'. ${usageLine(command)}`);
    values[multiple] = [...(values[multiple] as string[]), ...positionals];
  }
  const written: Partial<Record<OptionName, string | readonly string[]>> = {};
  for (const name of command.options) {
    const value = values[flagName(name)];
    if (typeof value === 'string' || Array.isArray(value)) written[name] = value as string | string[];
  }
  const configFile = typeof values.config === 'string' ? values.config : undefined;
  const flags: Record<string, FlagValues[string]> = {};
  for (const name of Object.keys(command.flags)) flags[name] = values[name] as FlagValues[string];
  return { config: readConfig(written, configFile), operands, flags, written: { configFile, options: written } };
}

type ParseOptions = Record<string, { type: 'boolean' | 'string'; multiple?: boolean }>;

/**
 * Parses arguments like Node's `parseArgs`, except that words of a query may begin with one dash, such as `-survey` or
 * `-0.5`: the shell has removed the quotes around the query, and all options of this program begin with two dashes.
 *
 * @throws PaperfieldError bad_request, if an option is unknown or has no value, or if an argument may be a word or an
 *   option
 */
function parse(command: Command, args: readonly string[], options: ParseOptions) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const isQueryWord = (arg: string, i: number) =>
    command.operand === QUERY && i < end && /^-[^-]/.test(arg) && !takesValue(options, args[i - 1]);
  for (const [i, arg] of args.entries()) {
    const name = arg.slice(1).replace(/=.*/s, '');
    if (!isQueryWord(arg, i) || !Object.hasOwn(options, name)) continue;
    const remedy = `write -${arg} for the option, or -- ${arg} to exclude papers with the word`;
    throw new PaperfieldError('bad_request', `ambiguous argument '${arg}': ${remedy}. ${usageLine(command)}`);
  }
  try {
    // Words with a dash are replaced by empty arguments, which Node takes for operands. Afterwards the words are put
    // back at the positions that the tokens give.
    const plain = args.map((arg, i) => (isQueryWord(arg, i) ? '' : arg));
    const { values, tokens } = parseArgs({ args: plain, options, allowPositionals: true, tokens: true });
    return { values, positionals: tokens.flatMap(({ kind, index }) => (kind === 'positional' ? [args[index]] : [])) };
  } catch (error) {
    // The first sentence of Node's message names the flag and the fault. The rest is advice for programmers.
    const [sentence] = errorMessage(error).split(/\. To specify|\n/);
    throw new PaperfieldError('bad_request', `${sentence.replace(/\.$/, '')}. ${usageLine(command)}`);
  }
}

/** Whether an argument is a flag whose value is the next argument. */
function takesValue(options: ParseOptions, arg: string | undefined): boolean {
  return arg?.startsWith('--') === true && options[arg.slice(2)]?.type === 'string';
}

export function usageLine(command: Command): string {
  return `Usage: paperfield ${command.name}${command.operand === '' ? '' : ` ${command.operand}`} [options]; more with --help`;
}

/** The help text of one command, with its options, flags and their defaults. */
export function commandHelp(command: Command): string {
  const rows = command.options.map((name): [string, string] => {
    const defaultValue: unknown = configShape[name].safeParse(undefined).data;
    const hasNone = typeof defaultValue === 'object' || defaultValue === '';
    const shownDefault = hasNone ? '' : ` [${String(defaultValue)}]`;
    return [
      `--${flagName(name)} ${name === 'source' ? 'PATH…' : 'VALUE'}`,
      `${configShape[name].description ?? ''}${shownDefault}`,
    ];
  });
  for (const [name, { type, multiple, description }] of Object.entries(command.flags)) {
    rows.push([`--${name}${multiple ? ' VALUE…' : type === 'string' ? ' VALUE' : ''}`, description]);
  }
  rows.push(['--config FILE', 'JSON file with options [paperfield.config.json, if it exists]']);
  return [
    `paperfield ${[command.name, command.operand].filter((part) => part !== '').join(' ')}: ${command.summary}`,
    '',
    table(rows),
    '',
    footer(),
  ].join('\n');
}

/** The help text of the program, which lists all commands. */
export function generalHelp(commands: readonly Command[]): string {
  return [
    'paperfield: semantic search and a topic map for research papers, on your own machine, offline.',
    '',
    table(commands.map((command) => [[command.name, command.operand].join(' ').trim(), command.summary])),
    '',
    'paperfield COMMAND --help shows the options of a command.',
    '',
    footer(),
  ].join('\n');
}

/** The end of every help text: exit codes and environment variables. */
function footer(): string {
  const kinds = Object.entries(errorKinds).map(([kind, { exit }]) => `${exit} ${kind.replace('_', ' ')}`);
  return [
    `Exit codes: 0 success, 1 internal error, ${kinds.join(', ')}.`,
    'Environment: PAPERFIELD_LOG=debug reports what the program decides and why, on standard error.',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** The arguments with which a command gets the written options that it has, too. */
export function argumentsFor(command: Command, { configFile, options }: WrittenOptions): string[] {
  const args = command.options.flatMap((name) => {
    const value = options[name] ?? [];
    return [value].flat().map((one) => `--${flagName(name)}=${one}`);
  });
  return configFile === undefined ? args : [...args, `--config=${configFile}`];
}

/** The flag of an option, without its dashes: `data-dir` for `dataDir`. */
export function flagName(option: string): string {
  return option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
