/**
 * The nightly run: builds a snapshot if the input has changed, removes old snapshots, and appends a line to a log file.
 */

import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BuildResult, buildSnapshot } from './build.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { errorMessage, PaperfieldError } from './core/errors.ts';
import type { Manifest } from './core/manifest.ts';
import type { SourceFile } from './ingest/source-files.ts';
import { createFolder } from './runtime/create-folder.ts';
import { currentSnapshotFolder, currentSnapshotId, dataPaths, pruneSnapshots } from './store/data-folder.ts';
import { verifyChecksums } from './store/snapshot-reader.ts';

export interface NightlyResult extends BuildResult {
  /** Ids of the old snapshots that were removed. */
  readonly pruned: readonly string[];
  readonly tookMs: number;
}

/**
 * Builds a snapshot of the sources, unless the current snapshot was built from the same input. Then removes all but the
 * newest `config.keep` snapshots. Every run, also one that fails, appends one JSON line to `logs/nightly.jsonl`.
 *
 * @param resolveSources finds the source files; called within the run, so that a missing source is logged as well
 * @throws PaperfieldError in the same cases as `buildSnapshot`; the current snapshot stays in use
 */
export async function runNightlyBuild(
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
    const result = await buildSnapshot(config, await resolveSources(), unchangedSince, effects);
    const pruned = pruneSnapshots(config.dataDir, config.keep);
    const { manifest, embedded, reused, unchanged } = result;
    const outcome = unchanged ? 'unchanged' : 'promoted';
    const facts = { outcome, snapshot: manifest.id, embedded, reused, pruned, counts: manifest.counts };
    return { ...result, pruned, tookMs: appendLog(facts, effects.warn) };
  } catch (error) {
    const code = error instanceof PaperfieldError ? error.kind : effects.signal.aborted ? 'canceled' : 'internal';
    // If the log cannot be written either, only debug output says so: the cause is usually the same as that of `error`,
    // which the user sees.
    appendLog({ outcome: 'failed', code, message: errorMessage(error) }, effects.debug);
    throw error;
  }
}

/**
 * Reads the manifest of the current snapshot. Undefined if there is no current snapshot or one of its files is damaged,
 * so that a new snapshot is built.
 */
async function readUndamagedManifest(dataDir: string, effects: Effects): Promise<Manifest | undefined> {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    return await verifyChecksums(currentSnapshotFolder(dataDir));
  } catch (error) {
    effects.warn(`the current snapshot cannot be used and is replaced by a new one: ${errorMessage(error)}`);
    return undefined;
  }
}
