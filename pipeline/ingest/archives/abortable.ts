import { Readable } from 'node:stream';

/**
 * The same chunks, until the signal is aborted, even while the next chunk is awaited.
 *
 * @throws the signal's reason; what `bytes` throws
 */
export async function* abortable(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!signal) {
    yield* bytes;
    return;
  }
  const iterator = bytes[Symbol.asyncIterator]();
  let isDone = false;
  try {
    while (!isDone) {
      const { done, value } = await nextOrAbort(iterator, signal);
      isDone = done ?? false;
      if (!done) yield value;
    }
  } finally {
    if (signal.aborted) {
      // An iterator that waits for its next chunk does not return before it has it.
      if (bytes instanceof Readable) bytes.destroy();
      void iterator.return?.().then(undefined, () => undefined);
    } else if (!isDone) await iterator.return?.();
  }
}

function nextOrAbort<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    // Not `Promise.race`, which would keep every chunk until the signal is aborted.
    signal.addEventListener('abort', stop, { once: true });
    iterator.next().then(
      (result) => {
        signal.removeEventListener('abort', stop);
        resolve(result);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
}
