import { main } from '../../pipeline/cli/main.ts';

/** What one command line answered and wrote. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The command line's own `main` in this process, with what it writes kept for the test: what a process of its own would
 * do, without the second that it takes to start one. One call at a time.
 */
export async function callMain(args: readonly string[]): Promise<Called> {
  const written = { out: '', err: '' };
  const restoreOut = keepWrites(process.stdout, (text) => {
    written.out += text;
  });
  const restoreErr = keepWrites(process.stderr, (text) => {
    written.err += text;
  });
  try {
    return { code: await main(args), ...written };
  } finally {
    restoreOut();
    restoreErr();
  }
}

function keepWrites(stream: NodeJS.WriteStream, keep: (text: string) => void): () => void {
  const { write } = stream;
  stream.write = (chunk: string | Uint8Array) => {
    keep(String(chunk));
    return true;
  };
  return () => {
    stream.write = write;
  };
}
