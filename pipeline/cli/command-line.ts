/** Parses the arguments of a command, and makes its help: both from the same table of options and flags. */
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type Config, configShape, type OptionName, readConfig } from '../config.ts';
import type { Effects } from '../core/effects.ts';
import { errorKinds, errorMessage, PaperfieldError } from '../core/errors.ts';

/** The operand of commands that read a query. */
const QUERY = 'QUERY';

/** A flag of one command, in addition to the options of config.ts. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** Takes several values: `--corpus A B C`. */
  readonly multiple?: boolean;
  readonly description: string;
}

export interface Command {
  readonly name: string;
  /** What it does, for the help; begins with a verb. */
  readonly summary: string;
  /** The arguments without a flag, as the help shows them, such as `QUERY` or `IN.jsonl`; empty for none. */
  readonly operand: string;
  readonly options: readonly OptionName[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Imports what it needs only when it runs, so that help appears without loading a model's runtime. */
  run(call: Call): Promise<void>;
}

/** The values of a command's own flags; a list for a flag that takes several. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One call of a command. */
export interface Call {
  readonly config: Config;
  readonly operands: readonly string[];
  readonly flags: FlagValues;
  readonly standardInput: Readable;
  /** Prints a line to standard output. */
  print(line: string): void;
  /**
   * Writes to standard output as it is.
   *
   * @throws PaperfieldError bad_request, for bytes if standard output is a terminal
   */
  write(piece: string | Uint8Array): void;
  readonly effects: Effects;
}

/**
 * Parses the arguments after a command's name.
 *
 * @throws PaperfieldError bad_request, if an argument is unexpected, or an option unknown, without value or invalid
 * @example
 * parseCall(buildCommand, ['--source', 'a.jsonl', 'b.jsonl', '--seed', '7']).config.source; // ['a.jsonl', 'b.jsonl']
 */
export function parseCall(command: Command, args: readonly string[]): Pick<Call, 'config' | 'operands' | 'flags'> {
  const options: ParseOptions = { config: { type: 'string' } };
  for (const name of command.options) options[flagName(name)] = { type: 'string', multiple: name === 'source' };
  for (const [name, { type, multiple = false }] of Object.entries(command.flags)) options[name] = { type, multiple };
  const { values, positionals } = parse(command, args, options);

  // `--source A B C`: the arguments after the first value, up to the next flag, are values too.
  const multiple = Object.keys(options).find((name) => options[name].multiple && values[name] !== undefined);
  const operands = command.operand === '' ? [] : positionals;
  if (command.operand === '' && positionals.length > 0) {
    if (multiple === undefined)
      throw new PaperfieldError('bad_request', `unexpected argument '${positionals[0]}'. ${usage(command)}`);
    values[multiple] = [...(values[multiple] as string[]), ...positionals];
  }
  const written: Record<string, unknown> = {};
  for (const name of command.options) if (values[flagName(name)] !== undefined) written[name] = values[flagName(name)];
  const configFile = typeof values.config === 'string' ? values.config : undefined;
  const flags: Record<string, FlagValues[string]> = {};
  for (const name of Object.keys(command.flags)) flags[name] = values[name] as FlagValues[string];
  return { config: readConfig(written, configFile), operands, flags };
}

type ParseOptions = Record<string, { type: 'boolean' | 'string'; multiple?: boolean }>;

/**
 * `parseArgs` of Node, except that `-survey` and `-0.5` are words of a query, in their positions: the shell has removed
 * the quotes around the query, and all options of this program begin with two dashes.
 *
 * @throws PaperfieldError bad_request
 */
function parse(command: Command, args: readonly string[], options: ParseOptions) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const isQueryWord = (arg: string, i: number) =>
    command.operand === QUERY && i < end && /^-[^-]/.test(arg) && !takesValue(options, args[i - 1]);
  for (const [i, arg] of args.entries()) {
    const name = arg.slice(1).replace(/=.*/s, '');
    if (!isQueryWord(arg, i) || !Object.hasOwn(options, name)) continue;
    const remedy = `write -${arg} for the option, or -- ${arg} to exclude papers with the word`;
    throw new PaperfieldError('bad_request', `ambiguous argument '${arg}': ${remedy}. ${usage(command)}`);
  }
  try {
    // Replaced by empty arguments, which Node takes for operands; the tokens say where they were.
    const plain = args.map((arg, i) => (isQueryWord(arg, i) ? '' : arg));
    const { values, tokens } = parseArgs({ args: plain, options, allowPositionals: true, tokens: true });
    return { values, positionals: tokens.flatMap(({ kind, index }) => (kind === 'positional' ? [args[index]] : [])) };
  } catch (error) {
    // The first sentence of Node's message names the flag and the fault; what follows is for users of Node.
    const [sentence] = errorMessage(error).split(/\. To specify|\n/);
    throw new PaperfieldError('bad_request', `${sentence.replace(/\.$/, '')}. ${usage(command)}`);
  }
}

/** Whether an argument is a flag whose value comes next. */
function takesValue(options: ParseOptions, arg: string | undefined): boolean {
  return arg?.startsWith('--') === true && options[arg.slice(2)]?.type === 'string';
}

export function usage(command: Command): string {
  return `Usage: paperfield ${command.name}${command.operand === '' ? '' : ` ${command.operand}`} [options]; more with --help`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const rows = command.options.map((name): [string, string] => {
    const defaultValue: unknown = configShape[name].safeParse(undefined).data;
    const shownDefault = Array.isArray(defaultValue) ? '' : ` [${String(defaultValue)}]`;
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

/** The help of the whole program. */
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

/** What holds for all commands. */
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

/** The flag of an option, without its dashes: `data-dir` for `dataDir`. */
export function flagName(option: string): string {
  return option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
