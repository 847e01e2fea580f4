/** What the command line says, made into options; and the help, made from the same table. */

import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type Config, configShape, type OptionName, readConfig } from '../config.ts';
import type { Effects } from '../core/effects.ts';
import { errorKinds, messageOf, PaperfieldError } from '../core/errors.ts';

/** The operand of a command that reads a query. */
const QUERY = 'QUERY';

/** A flag that one command has beside the options of config.ts. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** Takes several values: `--corpus A B C`. */
  readonly multiple?: boolean;
  readonly sentence: string;
}

/** One command: what it is called with, and what it does. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Words after the name as the help shows them, such as `QUERY` or `IN.jsonl`; empty for none. */
  readonly operand: string;
  readonly options: readonly OptionName[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Loads what it works with when it runs: asking for help must not wait for a model's runtime. */
  run(call: Call): Promise<void>;
}

/** The values of a command's own flags; a list where the flag takes several. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One call of a command. */
export interface Call {
  readonly config: Config;
  readonly operands: readonly string[];
  readonly flags: FlagValues;
  readonly standardInput: Readable;
  /** Prints a line of the answer itself. */
  print(line: string): void;
  /**
   * Writes a piece of the answer as it is, text or bytes.
   *
   * @throws PaperfieldError bad_request, for bytes where standard output is a terminal
   */
  write(piece: string | Uint8Array): void;
  readonly effects: Effects;
}

/**
 * @throws PaperfieldError bad_request, where a flag is unknown, lacks its value or does not fit
 */
export function parseCall(
  command: Command,
  args: readonly string[],
): Omit<Call, 'standardInput' | 'print' | 'write' | 'effects'> {
  const options: ParseOptions = { config: { type: 'string' } };
  for (const name of command.options) options[dashed(name)] = { type: 'string', multiple: name === 'source' };
  for (const [name, { type, multiple = false }] of Object.entries(command.flags)) options[name] = { type, multiple };
  const { values, positionals } = parse(command, args, options);

  // `--source A B C`: what follows the first path, up to the next flag, are paths too.
  const listed = Object.keys(options).find((name) => options[name].multiple && values[name] !== undefined);
  const operands = command.operand === '' ? [] : positionals;
  if (command.operand === '' && positionals.length > 0) {
    if (listed === undefined)
      throw new PaperfieldError('bad_request', `${positionals[0]}: what is this? ${usage(command)}`);
    values[listed] = [...(values[listed] as string[]), ...positionals];
  }
  const fromFlags: Record<string, unknown> = {};
  for (const name of command.options) if (values[dashed(name)] !== undefined) fromFlags[name] = values[dashed(name)];
  const file = typeof values.config === 'string' ? values.config : undefined;
  const flags: Record<string, FlagValues[string]> = {};
  for (const name of Object.keys(command.flags)) flags[name] = values[name] as FlagValues[string];
  return { config: readConfig(fromFlags, file), operands, flags };
}

type ParseOptions = Record<string, { type: 'boolean' | 'string'; multiple?: boolean }>;

/**
 * Of a query `-survey` and `-0.5` are words, in their places: a shell takes away the quotes that held it together, and
 * every option of ours begins with two dashes.
 *
 * @throws PaperfieldError bad_request
 */
function parse(command: Command, args: readonly string[], options: ParseOptions) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const isWord = (arg: string, at: number) =>
    command.operand === QUERY && at < end && /^-[^-]/.test(arg) && !isValueOf(options, args[at - 1]);
  for (const [at, arg] of args.entries()) {
    const name = arg.slice(1).replace(/=.*/s, '');
    if (!isWord(arg, at) || !Object.hasOwn(options, name)) continue;
    const remedy = `write -${arg} for the option, or -- ${arg} for papers without the word`;
    throw new PaperfieldError('bad_request', `${arg}: is this an option? ${remedy}. ${usage(command)}`);
  }
  try {
    // To the parser such a word is an empty one; it tells the places of all.
    const plain = args.map((arg, at) => (isWord(arg, at) ? '' : arg));
    const { values, tokens } = parseArgs({ args: plain, options, allowPositionals: true, tokens: true });
    return { values, positionals: tokens.flatMap(({ kind, index }) => (kind === 'positional' ? [args[index]] : [])) };
  } catch (error) {
    // Node's sentence names the flag and what is wrong with it; its second half is about Node.
    const [sentence] = messageOf(error).split(/\. To specify|\n/);
    throw new PaperfieldError('bad_request', `${sentence.replace(/\.$/, '')}. ${usage(command)}`);
  }
}

/** Whether the word after this one is its value. */
function isValueOf(options: ParseOptions, before: string | undefined): boolean {
  return before?.startsWith('--') === true && options[before.slice(2)]?.type === 'string';
}

export function usage(command: Command): string {
  return `Usage: paperfield ${command.name}${command.operand === '' ? '' : ` ${command.operand}`} [options]; more with --help`;
}

/** The help of one command. */
export function helpOf(command: Command): string {
  const rows = command.options.map((name): [string, string] => {
    const fallback: unknown = configShape[name].safeParse(undefined).data;
    const shown = Array.isArray(fallback) ? '' : ` [${String(fallback)}]`;
    return [
      `--${dashed(name)} ${name === 'source' ? 'PATH…' : 'VALUE'}`,
      `${configShape[name].description ?? ''}${shown}`,
    ];
  });
  for (const [name, { type, multiple, sentence }] of Object.entries(command.flags)) {
    rows.push([`--${name}${multiple ? ' VALUE…' : type === 'string' ? ' VALUE' : ''}`, sentence]);
  }
  rows.push(['--config FILE', 'A JSON file of options [paperfield.config.json, if it is there]']);
  return [
    `paperfield ${[command.name, command.operand].filter((part) => part !== '').join(' ')}: ${command.summary}`,
    '',
    table(rows),
    '',
    exitCodes(),
  ].join('\n');
}

/** The help of the whole. */
export function helpOfAll(commands: readonly Command[]): string {
  return [
    'paperfield: semantic search and a topic map for research papers, on this machine, offline.',
    '',
    table(commands.map((command) => [[command.name, command.operand].join(' ').trim(), command.summary])),
    '',
    'paperfield COMMAND --help tells the options of one.',
    '',
    exitCodes(),
  ].join('\n');
}

function exitCodes(): string {
  const kinds = Object.entries(errorKinds).map(([kind, { exit }]) => `${exit} ${kind.replace('_', ' ')}`);
  return `Exit codes: 0 done, 1 a fault of paperfield, ${kinds.join(', ')}.`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
