/** Decompresses xz with the program `xz`, because Node cannot, and libraries for it are slow or not maintained. */
import { spawn } from 'node:child_process';
import { pipeline, Readable } from 'node:stream';

/** How much memory the program may use. Files of `xz -9` need 65 MiB. */
const MAX_MEMORY = '256MiB';

/**
 * Decompresses an xz stream of any number of parts; its checksums are verified. The program is stopped when the iteration
 * ends, also before the end of the stream.
 *
 * @param chunks the compressed bytes, in chunks of any size
 * @throws Error, if the stream is damaged or incomplete, or the program is missing; what `chunks` throws
 */
export async function* xzDecompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const child = spawn('xz', ['--decompress', '--stdout', `--memlimit-decompress=${MAX_MEMORY}`], { stdio: 'pipe' });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 1000) complaint += chunk.toString();
  });
  const ended = new Promise<number | Error | null>((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  });
  let sourceError: Error | undefined;
  source.on('error', (error) => {
    sourceError = error;
  });
  // The program may close its input early; what that means, its exit code says.
  pipeline(source, child.stdin, () => undefined);
  try {
    for await (const chunk of child.stdout) yield chunk;
    const result = await ended;
    if (result instanceof Error) throw new Error('.xz needs the program xz; on Debian: apt install xz-utils');
    if (sourceError) throw sourceError;
    if (result !== 0) throw new Error(reasonOf(complaint) || `xz ended with exit code ${result}`);
  } finally {
    child.kill('SIGKILL');
    source.destroy();
  }
}

/** What the program complains of, without its own name. */
function reasonOf(complaint: string): string {
  if (/memory usage limit/i.test(complaint)) return `it needs more than ${MAX_MEMORY} of memory; unpack it with xz -d`;
  return complaint
    .replace(/^xz: (?:\(stdin\): )?/gm, '')
    .trim()
    .split('\n', 1)[0];
}
