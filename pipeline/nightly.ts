/** The nightly run: build what is new, keep the last few, leave a line in the log whatever happens. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from './build.ts';
import { duration } from './cli/terminal.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { messageOf, PaperfieldError } from './core/errors.ts';
import type { Manifest } from './core/manifest.ts';
import type { SourceFile } from './ingest/sources.ts';
import { currentSnapshotFolder, currentSnapshotId, dataFolders, prune } from './store/data-folder.ts';
import { verifyFiles } from './store/snapshot-reader.ts';

/**
 * Reads the sources, embeds only new and changed texts, and promotes a snapshot of them. The same input as last night's
 * changes nothing. Every run adds one JSON line to `logs/nightly.jsonl`, failed ones too.
 *
 * @returns one line for whoever reads cron's mail
 * @throws PaperfieldError as `build`; what served before still does
 */
export async function nightly(
  config: Config,
  openSources: () => Promise<readonly SourceFile[]>,
  effects: Effects,
): Promise<string> {
  const started = effects.now();
  const log = (facts: object) => {
    const { nightlyLog } = dataFolders(config.dataDir);
    mkdirSync(dirname(nightlyLog), { recursive: true });
    const tookMs = effects.now().getTime() - started.getTime();
    appendFileSync(nightlyLog, `${JSON.stringify({ time: started.toISOString(), tookMs, ...facts })}\n`);
    return duration(tookMs);
  };
  try {
    const previous = await previousManifest(config.dataDir, effects);
    const { manifest, embedded, reused, unchanged } = await build(config, await openSources(), previous, effects);
    const pruned = prune(config.dataDir, config.keep);
    const { papers, topics } = manifest.counts;
    const outcome = unchanged ? 'unchanged' : 'promoted';
    const took = log({ outcome, snapshot: manifest.id, embedded, reused, pruned, counts: manifest.counts });
    return `nightly: ${outcome} ${manifest.id}, ${papers} papers in ${topics} topics, ${embedded} embedded, ${pruned.length} old snapshots removed, ${took}`;
  } catch (error) {
    const code = error instanceof PaperfieldError ? error.kind : effects.signal.aborted ? 'canceled' : 'internal';
    log({ outcome: 'failed', code, message: messageOf(error) });
    throw error;
  }
}

/** The manifest of what serves; one that is damaged is as good as none: the run makes a sound one. */
async function previousManifest(dataDir: string, effects: Effects): Promise<Manifest | undefined> {
  if (currentSnapshotId(dataDir) === undefined) return undefined;
  try {
    return await verifyFiles(currentSnapshotFolder(dataDir));
  } catch (error) {
    effects.warn(`the current snapshot is damaged and is built anew: ${messageOf(error)}`);
    return undefined;
  }
}
