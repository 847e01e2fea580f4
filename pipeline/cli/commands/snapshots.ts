/** The command `snapshots`: lists, verifies, compares and removes snapshots, and goes back to an earlier one. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage, PaperfieldError } from '../../core/errors.ts';
import type { Manifest } from '../../core/manifest.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  listSnapshots,
  olderSnapshots,
  promoteSnapshot,
  pruneSnapshots,
  snapshotFolder,
} from '../../store/data-folder.ts';
import { acquireLock } from '../../store/lock.ts';
import { readManifest } from '../../store/snapshot-files.ts';
import { type Command, type CommandCall, usageLine } from '../command-line.ts';

export const snapshotsCommand: Command = {
  name: 'snapshots',
  summary: 'list, verify, compare and remove snapshots, or go back to an earlier one',
  operand: 'list | verify [ID…] | diff A B | rollback [ID] | prune',
  options: ['dataDir', 'keep'],
  flags: { json: { type: 'boolean', description: 'Print JSON. An ID may be cut short, and current is one too' } },
  async run(call) {
    const [name = 'list', ...ids] = call.operands;
    const action = ACTIONS[name];
    if (!action || ids.length < action.min || ids.length > action.max) {
      const problem = action ? `'${name}' with ${ids.length} ids` : `unknown action '${name}'`;
      throw new PaperfieldError('bad_request', `snapshots: ${problem}. ${usageLine(snapshotsCommand)}`);
    }
    const { dataDir } = call.config;
    await action.run(
      call,
      ids.map((id) => findSnapshot(dataDir, id)),
    );
  },
};

interface Action {
  /** Allowed number of ids. */
  readonly min: number;
  readonly max: number;
  run(call: CommandCall, ids: readonly string[]): Promise<void>;
}
const ACTIONS: Readonly<Record<string, Action | undefined>> = {
  list: { min: 0, max: 0, run: list },
  verify: { min: 0, max: Number.POSITIVE_INFINITY, run: verify },
  diff: { min: 2, max: 2, run: diff },
  rollback: { min: 0, max: 1, run: rollback },
  prune: { min: 0, max: 0, run: prune },
};

/**
 * The snapshot that an argument names: `current`, an id, or a beginning or an end of only one id.
 *
 * @throws PaperfieldError not_found, if it names none or several
 */
function findSnapshot(dataDir: string, text: string): string {
  if (text === 'current') currentSnapshotFolder(dataDir);
  const name = text === 'current' ? (currentSnapshotId(dataDir) ?? '') : text;
  const all = listSnapshots(dataDir);
  const found = all.includes(name) ? [name] : all.filter((id) => id.startsWith(name) || id.endsWith(name));
  if (found.length === 1) return found[0];
  throw new PaperfieldError(
    'not_found',
    `${dataDir}: ${found.length === 0 ? 'no snapshot' : `${found.length} snapshots`} of the name '${name}'; ` +
      "'paperfield snapshots list' shows all",
  );
}

async function list({ config: { dataDir }, flags, print }: CommandCall): Promise<void> {
  const current = currentSnapshotId(dataDir);
  const rows = listSnapshots(dataDir).map((id) => {
    const folder = snapshotFolder(dataDir, id);
    const base = { id, isCurrent: id === current };
    try {
      const manifest = readManifest(folder);
      const { createdAt, counts } = manifest;
      return { ...base, createdAt, papers: counts.papers, topics: counts.topics, bytes: bytesOf(folder, manifest) };
    } catch (error) {
      return { ...base, fault: errorMessage(error) };
    }
  });
  if (flags.json) return print(JSON.stringify(rows));
  if (rows.length === 0) print(`${dataDir}: no snapshots`);
  for (const row of rows) {
    const mark = row.isCurrent ? '*' : ' ';
    if ('fault' in row) print(`${mark} ${row.id}  damaged: ${row.fault}`);
    else print(`${mark} ${row.id}  ${row.papers} papers in ${row.topics} topics, ${megabytes(row.bytes)}`);
  }
}

function bytesOf(folder: string, { files }: Manifest): number {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return Object.keys(files).reduce((sum, name) => sum + size(name), 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function verify({ config: { dataDir }, flags, print, effects }: CommandCall, ids: readonly string[]) {
  const { verifySnapshot } = await import('../../store/snapshot-reader.ts');
  const results: { id: string; ok: boolean; fault: string | null }[] = [];
  for (const id of ids.length > 0 ? ids : listSnapshots(dataDir)) {
    const stopAtSignal = async () => effects.signal.throwIfAborted();
    const fault = await verifySnapshot(snapshotFolder(dataDir, id), stopAtSignal).then(() => null, errorMessage);
    effects.signal.throwIfAborted();
    results.push({ id, ok: fault === null, fault });
    if (!flags.json) print(fault === null ? `ok       ${id}` : `damaged  ${id}: ${fault}`);
  }
  if (flags.json) print(JSON.stringify(results));
  const damaged = results.filter(({ ok }) => !ok).map(({ id }) => id);
  if (damaged.length > 0) {
    const remedy = damaged.includes(currentSnapshotId(dataDir) ?? '')
      ? "build again, or go back with 'paperfield snapshots rollback'"
      : 'remove their folders, nothing uses them';
    throw new PaperfieldError('corrupt', `${dataDir}: damaged snapshots: ${damaged.join(', ')}; ${remedy}`);
  }
}

async function diff({ config: { dataDir }, flags, print }: CommandCall, [from, to]: readonly string[]) {
  const { compareSnapshots } = await import('../../store/compare-snapshots.ts');
  const differences = compareSnapshots(dataDir, from, to);
  if (flags.json) return print(JSON.stringify(differences));
  const { counts, papers, topics, figures, drift } = differences;
  print(`from     ${from}: ${counts.before.papers} papers in ${counts.before.topics} topics`);
  print(`to       ${to}: ${counts.after.papers} papers in ${counts.after.topics} topics`);
  print(`papers   ${papers.new.length} new, ${papers.changed.length} changed, ${papers.gone.length} gone`);
  for (const { name } of topics.born) print(`born     ${name}`);
  for (const { name } of topics.died) print(`died     ${name}`);
  for (const { name, from: parts } of topics.merged) print(`merged   ${name}, from ${parts.join(' and ')}`);
  for (const { before, after } of topics.renamed) print(`renamed  ${before} is now ${after}`);
  if (drift) print(`map      papers moved by ${(100 * drift.median).toFixed(1)} % of its width (median)`);
  for (const { name, before, after } of figures)
    if (before !== after) print(`figure   ${name} ${before ?? '–'} → ${after ?? '–'}`);
}

async function rollback({ config: { dataDir }, flags, print, effects }: CommandCall, [wanted]: readonly string[]) {
  const { verifySnapshot } = await import('../../store/snapshot-reader.ts');
  const from = currentSnapshotId(dataDir);
  if (from === undefined) currentSnapshotFolder(dataDir);
  const release = acquireLock(dataPaths(dataDir).lock, effects.now());
  try {
    const candidates = wanted === undefined ? olderSnapshots(dataDir, from ?? '') : [wanted];
    for (const id of candidates) {
      try {
        await verifySnapshot(snapshotFolder(dataDir, id));
      } catch (error) {
        if (wanted !== undefined) throw error;
        effects.warn(`${id} is passed over: ${errorMessage(error)}`);
        continue;
      }
      const at = effects.now().toISOString();
      promoteSnapshot(dataDir, id, { from: from ?? '', at });
      if (flags.json) return print(JSON.stringify({ snapshot: id, from, at }));
      print(`${id} is current again, in place of ${from}; the next night builds a new one from its sources`);
      return;
    }
    throw new PaperfieldError(
      'not_found',
      `${dataDir}: no whole snapshot is older than ${from}; build again with 'paperfield build'`,
    );
  } finally {
    release();
  }
}

async function prune({ config: { dataDir, keep }, flags, print, effects }: CommandCall) {
  const { verifyChecksums } = await import('../../store/snapshot-reader.ts');
  const release = acquireLock(dataPaths(dataDir).lock, effects.now());
  try {
    // Else the last whole snapshots could go, and the damaged one stay.
    await verifyChecksums(currentSnapshotFolder(dataDir));
    const removed = pruneSnapshots(dataDir, keep);
    if (flags.json) return print(JSON.stringify({ removed, kept: listSnapshots(dataDir) }));
    for (const id of removed) print(`removed  ${id}`);
    print(`${removed.length} snapshots removed, ${listSnapshots(dataDir).length} kept`);
  } finally {
    release();
  }
}
