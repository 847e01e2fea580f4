/** Runs a command line: finds the command, writes its output, and turns errors into messages and exit codes. */
import { addAbortSignal } from 'node:stream';
import { errorKinds, errorMessage, PaperfieldError } from '../core/errors.ts';
import { type Command, commandHelp, generalHelp, parseArguments } from './command-line.ts';
import { buildCommand, nightlyCommand } from './commands/build.ts';
import { configCommand } from './commands/config.ts';
import { embedCommand } from './commands/embed.ts';
import { evalCommand } from './commands/eval.ts';
import { mapCommand, topicsCommand } from './commands/export.ts';
import { fetchCommand } from './commands/fetch.ts';
import { importCommand } from './commands/import.ts';
import { searchCommand, similarCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { snapshotsCommand } from './commands/snapshots.ts';
import { statusCommand } from './commands/status.ts';
import { trainCommand } from './commands/train.ts';
import { clearLineSequence, createCommandLineEffects } from './terminal.ts';

/** All commands, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  importCommand,
  buildCommand,
  fetchCommand,
  configCommand,
  serveCommand,
  searchCommand,
  similarCommand,
  topicsCommand,
  mapCommand,
  nightlyCommand,
  statusCommand,
  snapshotsCommand,
  embedCommand,
  evalCommand,
  trainCommand,
];

/** Runs one command line and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(generalHelp(commands));
    return name === undefined ? errorKinds.bad_request.exit : 0;
  }
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const command = commands.find((one) => one.name === name);
    if (!command)
      throw new PaperfieldError('bad_request', `unknown command '${name}'; paperfield --help lists all commands`);
    if (rest.includes('--help') || rest.includes('-h')) {
      print(commandHelp(command));
      return 0;
    }
    await command.run({
      ...parseArguments(command, rest),
      // A getter, so that standard input is opened only by a command that reads it. The stop signal ends waiting for
      // input.
      get standardInput() {
        return addAbortSignal(stop.signal, process.stdin);
      },
      print,
      write,
      effects: createCommandLineEffects(process.stderr, stop.signal, process.env.PAPERFIELD_LOG === 'debug'),
    });
    return 0;
  } catch (error) {
    return reportError(
      stop.signal.aborted ? new PaperfieldError('canceled', 'stopped; the current snapshot stays in use') : error,
    );
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Writes an error to standard error and returns its exit code. */
function reportError(error: unknown): number {
  if (error instanceof PaperfieldError) {
    process.stderr.write(`${clearLineSequence(process.stderr)}paperfield: ${error.message}\n`);
    return errorKinds[error.kind].exit;
  }
  // Errors of the operating system are about files or folders of the user. Their own messages say which and why.
  if (isSystemError(error)) return reportError(new PaperfieldError('bad_input', error.message));
  const trace = error instanceof Error ? error.stack : errorMessage(error);
  process.stderr.write(`${clearLineSequence(process.stderr)}paperfield: internal error, please report it:\n${trace}\n`);
  return 1;
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function write(piece: string | Uint8Array): void {
  if (typeof piece !== 'string' && process.stdout.isTTY)
    throw new PaperfieldError(
      'bad_request',
      'a terminal cannot show this format; give --out FILE, or redirect the output with > or |',
    );
  process.stdout.write(piece);
}
