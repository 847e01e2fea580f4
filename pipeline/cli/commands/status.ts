import type { Config } from '../../config.ts';
import type { Effects } from '../../core/effects.ts';
import { errorMessage, PaperfieldError } from '../../core/errors.ts';
import {
  ALARMING_NIGHTS,
  type FailingSource,
  failingSources,
  judgeNights,
  type NightHealth,
  nightReasons,
} from '../../core/night-report.ts';
import { currentSnapshotFolder, listSnapshots, readRollback } from '../../store/data-folder.ts';
import { readNights } from '../../store/night-log.ts';
import { readManifest } from '../../store/snapshot-files.ts';
import { type Command, NOTIFY_OPTIONS } from '../command-line.ts';
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
  options: ['dataDir', ...NOTIFY_OPTIONS],
  flags: {
    json: { type: 'boolean', description: 'Print the whole manifest as JSON' },
    check: {
      type: 'boolean',
      description:
        'Exit with 10, and tell webhook and mail, if two nights failed, nothing ran for two, or a source fails since two',
    },
  },
  async run({ config, flags, print, effects }) {
    const { dataDir } = config;
    const folder = currentSnapshotFolder(dataDir);
    const manifest = readManifest(folder);
    const isVerified = await verifyInTime(folder, effects.signal);
    const rollback = readRollback(dataDir);
    const records = readNights(dataDir);
    const nights = judgeNights(records, effects.now());
    const failing = failingSources(records);
    const check = () => (flags.check === true ? checkNights(nights, failing, config, effects) : undefined);
    if (flags.json) {
      const facts = { ...manifest, verified: isVerified, rollback: rollback ?? null, nights, failingSources: failing };
      print(JSON.stringify(facts));
      return check();
    }
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
    for (const { name, problem, nights } of failing) print(`source    ${name} ${sinceNights(nights)}: ${problem}`);
    await check();
  },
};

const sinceNights = (nights: number) => (nights === 1 ? 'failed last night' : `failed ${nights} nights in a row`);

/**
 * For a machine on which no server runs that would notice: cron starts this by day.
 *
 * @throws PaperfieldError attention, if someone should look
 */
async function checkNights(
  nights: NightHealth,
  failing: readonly FailingSource[],
  config: Config,
  effects: Effects,
): Promise<void> {
  const reasons = [
    ...nightReasons(nights),
    ...failing
      .filter((source) => source.nights >= ALARMING_NIGHTS)
      .map(({ name, problem, nights }) => `source ${name} ${sinceNights(nights)}: ${problem}`),
  ];
  if (reasons.length === 0) return;
  const { sendNotice } = await import('../../runtime/notify.ts');
  const text = reasons.join('\n');
  const subject = 'paperfield: someone should look';
  await sendNotice({ event: 'attention', subject, text, details: { reasons } }, config, effects);
  throw new PaperfieldError('attention', `${config.dataDir}: ${reasons.join('; ')}`);
}

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
