/** The front door: picks the command, prints, and turns errors into exit codes. Nothing else does. */
import { addAbortSignal } from 'node:stream';
import { errorKinds, messageOf, PaperfieldError } from '../core/errors.ts';
import { helpOf, helpOfAll, parseCall } from './command-line.ts';
import { commands } from './commands/all.ts';
import { realEffects } from './terminal.ts';

/** Runs one command line and answers its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(helpOfAll(commands));
    return name === undefined ? errorKinds.bad_request.exit : 0;
  }
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const command = commands.find((one) => one.name === name);
    if (!command) throw new PaperfieldError('bad_request', `no command '${name}'; paperfield --help tells them all`);
    if (rest.includes('--help') || rest.includes('-h')) {
      print(helpOf(command));
      return 0;
    }
    const effects = realEffects(process.stderr, stop.signal);
    await command.run({
      ...parseCall(command, rest),
      // Looked at only by a command that reads it; stopping the run ends the waiting for it.
      get standardInput() {
        return addAbortSignal(stop.signal, process.stdin);
      },
      print,
      write,
      effects,
    });
    return 0;
  } catch (error) {
    return fail(
      stop.signal.aborted ? new PaperfieldError('canceled', 'stopped; what served before still does') : error,
    );
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** An error of the operating system, about a file or folder that the user named: its own message says which and why. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function fail(error: unknown): number {
  if (isSystemError(error)) return fail(new PaperfieldError('bad_input', error.message));
  if (error instanceof PaperfieldError) {
    process.stderr.write(`paperfield: ${error.message}\n`);
    return errorKinds[error.kind].exit;
  }
  const trace = error instanceof Error ? error.stack : messageOf(error);
  process.stderr.write(`paperfield: a fault of ours, please report it:\n${trace}\n`);
  return 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function write(piece: string | Uint8Array): void {
  if (typeof piece !== 'string' && process.stdout.isTTY)
    throw new PaperfieldError(
      'bad_request',
      'a terminal cannot show this format; give --out FILE, or send it on with > or |',
    );
  process.stdout.write(piece);
}
