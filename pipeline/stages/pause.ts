/**
 * Lets the process hear what came in while a loop had it, the signal to stop above all: called every so many rows, in less
 * than a second each.
 *
 * @throws the signal's reason, where it is aborted
 */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
