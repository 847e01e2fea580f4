import type { Config } from './config.ts';
import { subrange } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import type { Manifest } from './core/manifest.ts';
import { refuseWorseQuality } from './evaluation/quality-gate.ts';
import { buildCheckpoints } from './runtime/scheduling.ts';
import { promoteSnapshot } from './store/data-folder.ts';
import { currentManifest, verifySnapshot } from './store/snapshot-reader.ts';
import { finalizeSnapshot, type ManifestInput, type SnapshotContent, writeSnapshot } from './store/snapshot-writer.ts';

/** Steps of the progress display. */
const PROGRESS_STEPS = 100;
/** Share of the time after which the files are written; the rest is verification. Measured with 312,997 papers. */
const WRITTEN = 0.7;

/**
 * Writes a snapshot, verifies it, lets it pass the quality gate, and makes it current.
 *
 * @throws PaperfieldError corrupt, if it cannot be read back; worse, if its quality is worse than that of the current one
 */
export async function saveSnapshot(
  { dataDir, promoteWorse }: Pick<Config, 'dataDir' | 'promoteWorse'>,
  content: SnapshotContent,
  manifestInput: ManifestInput,
  effects: Effects,
): Promise<Manifest> {
  const progress = effects.startProgress('snapshot', PROGRESS_STEPS);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_STEPS));
  const checkpoint = buildCheckpoints(onProgress, effects.signal);
  const hiddenFolder = await writeSnapshot(dataDir, content, manifestInput, subrange(checkpoint, 0, WRITTEN));
  const manifest = await verifySnapshot(hiddenFolder, subrange(checkpoint, WRITTEN, 1));
  if (!promoteWorse) refuseWorseQuality(currentManifest(dataDir), manifest, effects);
  effects.signal.throwIfAborted();
  finalizeSnapshot(hiddenFolder, dataDir, manifest.id);
  promoteSnapshot(dataDir, manifest.id);
  progress.finish(manifest.id);
  return manifest;
}
