import { errorMessage, PaperfieldError } from '../../core/errors.ts';
import { judgeNights, type NightHealth } from '../../core/night-report.ts';
import { currentSnapshotFolder, listSnapshots, readRollback } from '../../store/data-folder.ts';
import { readNights } from '../../store/night-log.ts';
import { readManifest } from '../../store/snapshot-files.ts';
import type { Command } from '../command-line.ts';
import { formatDuration } from '../terminal.ts';

/**
 * Checksums are verified for at most this long: 500 MB take less than a second from memory, but a folder on a slow
 * network may take minutes.
 */
const VERIFY_MS = 30_000;

export const statusCommand: Command = {
  name: 'status',
  summary: 'show the current snapshot: age, counts, model, quality, whether its files are whole, and the last night',
  operand: '',
  options: ['dataDir'],
  flags: { json: { type: 'boolean', description: 'Print the whole manifest as JSON' } },
  async run({ config, flags, print, effects }) {
    const { dataDir } = config;
    const folder = currentSnapshotFolder(dataDir);
    const manifest = readManifest(folder);
    const isVerified = await verifyInTime(folder, effects.signal);
    const rollback = readRollback(dataDir);
    const nights = judgeNights(readNights(dataDir), effects.now());
    if (flags.json)
      return print(JSON.stringify({ ...manifest, verified: isVerified, rollback: rollback ?? null, nights }));
    const { counts, quality, model } = manifest;
    const age = Math.max(0, effects.now().getTime() - Date.parse(manifest.createdAt));
    print(`snapshot  ${manifest.id}, ${formatDuration(age)} old, ${listSnapshots(dataDir).length} kept`);
    if (rollback) print(`rollback  from ${rollback.from} at ${rollback.at}`);
    print(`papers    ${counts.papers} in ${counts.topics} topics, ${counts.outliers} without a topic`);
    print(`rows      ${counts.skippedRows} skipped, ${counts.incompleteRows} incomplete, ${counts.mergedRows} merged`);
    print(`model     ${model.name}, ${model.dimensions} dimensions`);
    print(`quality   recall@10 ${quality.recallAt10 ?? '–'}, title recall@1 ${quality.titleRecallAt1 ?? '–'}`);
    print(
      isVerified
        ? `files     ${Object.keys(manifest.files).length + 1} whole`
        : `files     not all read within 30 s; verify them with 'paperfield snapshots verify current'`,
    );
    const night = nightLine(nights);
    if (night !== undefined) print(`night     ${night}`);
  },
};

/**
 * Verifies the checksums of all files. False if that takes too long.
 *
 * @throws PaperfieldError corrupt, if a file is damaged
 */
async function verifyInTime(folder: string, stop: AbortSignal): Promise<boolean> {
  const { verifyChecksums } = await import('../../store/snapshot-reader.ts');
  const deadline = performance.now() + VERIFY_MS;
  const late = new Error('too late');
  try {
    await verifyChecksums(folder, async () => {
      stop.throwIfAborted();
      if (performance.now() > deadline) throw late;
    });
    return true;
  } catch (error) {
    if (error === late) return false;
    throw error instanceof PaperfieldError ? error : new PaperfieldError('corrupt', errorMessage(error));
  }
}

/** How the last night went; undefined if no night ever ran. */
function nightLine({ last, failedInARow, silentNights }: NightHealth): string | undefined {
  if (!last) return undefined;
  const silent = silentNights > 0 ? `; nothing ran for ${silentNights} nights since` : '';
  if (last.outcome !== 'failed') return `${last.time}: ${last.outcome}${silent}`;
  const often = failedInARow > 1 ? `, as the ${failedInARow - 1} before` : '';
  return `${last.time}: failed (${last.code})${often}: ${last.message}${silent}`;
}
