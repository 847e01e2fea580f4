import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'pipeline', 'paperfield.mjs');

/** How a command ended and what it wrote. */
export interface Ended {
  /** Null where a signal ended it; one that hangs is ended by SIGKILL after its time. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until standard output or standard error holds a pattern; fails where the command ends without it. */
  said(pattern: RegExp): Promise<string>;
}

export interface RunOptions {
  /** The folder it stands in: a temporary one, so that no config file or data folder of the checkout is found. */
  readonly cwd: string;
  /** What it reads from standard input; `open` leaves the input open without a word. */
  readonly input?: string | Buffer | 'open';
  readonly timeoutMs?: number;
}

const alive = new Set<ChildProcess>();
// A test that fails leaves its processes behind; none of them outlives the tests.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts `node pipeline/paperfield.mjs …` as a user would. */
export function startPaperfield(args: readonly string[], options: RunOptions): Running {
  const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  alive.add(child);
  let out = '';
  let err = '';
  const watchers = new Set<() => void>();
  const told = () => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    told();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    told();
  });
  // A command that ends before it has read its input is no fault of the test.
  child.stdin.on('error', () => undefined);
  if (options.input !== 'open') child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 25_000);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      alive.delete(child);
      resolve({ code, signal, out, err });
    });
  });
  return {
    child,
    ended,
    said(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const [found] = pattern.exec(out) ?? pattern.exec(err) ?? [];
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without ${pattern}: ${out}${err}`)));
      });
    },
  };
}

/** Runs a command to its end. */
export function paperfield(args: readonly string[], options: RunOptions): Promise<Ended> {
  return startPaperfield(args, options).ended;
}
