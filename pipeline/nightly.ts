/** The nightly run: a build that reuses what is known, removes old snapshots, and writes a line into a log file. */
import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BuildResult, build } from './build.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { errorMessage, PaperfieldError } from './core/errors.ts';
import type { Manifest } from './core/manifest.ts';
import type { SourceFile } from './ingest/source-files.ts';
import { createFolder } from './store/atomic-write.ts';
import { currentSnapshotFolder, currentSnapshotId, dataPaths, pruneSnapshots } from './store/data-folder.ts';
import { verifyChecksums } from './store/snapshot-reader.ts';

export interface NightlyResult extends BuildResult {
  /** Ids of the old snapshots that were removed. */
  readonly pruned: readonly string[];
  readonly tookMs: number;
}

/**
 * Builds a snapshot of the sources, unless they are the same as in the current one, and removes all but the newest
 * snapshots. Each run appends one JSON line to `logs/nightly.jsonl`, failed runs too.
 *
 * @param resolveSources called within the run, so that a missing source is logged as well
 * @throws PaperfieldError like `build`; the current snapshot stays in use
 */
export async function nightly(
  config: Config,
  resolveSources: () => Promise<readonly SourceFile[]>,
  effects: Effects,
): Promise<NightlyResult> {
  const started = effects.now();
  const { nightlyLog } = dataPaths(config.dataDir);
  const appendLog = (facts: object, onFault: (line: string) => void): number => {
    const tookMs = effects.now().getTime() - started.getTime();
    try {
      createFolder(dirname(nightlyLog));
      appendFileSync(nightlyLog, `${JSON.stringify({ time: started.toISOString(), tookMs, ...facts })}\n`);
    } catch (error) {
      onFault(`${nightlyLog}: cannot be written (${errorMessage(error)})`);
    }
    return tookMs;
  };
  try {
    const unchangedSince = await readUndamagedManifest(config.dataDir, effects);
    const result = await build(config, await resolveSources(), unchangedSince, effects);
    const pruned = pruneSnapshots(config.dataDir, config.keep);
    const { manifest, embedded, reused, unchanged } = result;
    const outcome = unchanged ? 'unchanged' : 'promoted';
    const facts = { outcome, snapshot: manifest.id, embedded, reused, pruned, counts: manifest.counts };
    return { ...result, pruned, tookMs: appendLog(facts, effects.warn) };
  } catch (error) {
    const code = error instanceof PaperfieldError ? error.kind : effects.signal.aborted ? 'canceled' : 'internal';
    // The error itself is what the user must see; that it could not be logged follows from it more often than not.
    appendLog({ outcome: 'failed', code, message: errorMessage(error) }, effects.debug);
    throw error;
  }
}

/** The manifest of the current snapshot; undefined if there is none or a file of it is damaged: then it is built again. */
async function readUndamagedManifest(dataDir: string, effects: Effects): Promise<Manifest | undefined> {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    return await verifyChecksums(currentSnapshotFolder(dataDir));
  } catch (error) {
    effects.warn(`the current snapshot cannot be used and is replaced by a new one: ${errorMessage(error)}`);
    return undefined;
  }
}
