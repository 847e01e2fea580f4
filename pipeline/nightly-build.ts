/**
 * The nightly run: builds a snapshot if the input has changed, keeps what the sources lack, removes old snapshots, writes
 * log and report, and tells people if it failed.
 */

import { type BuildResult, buildSnapshot } from './build.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { errorMessage, PaperfieldError } from './core/errors.ts';
import type { IngestIssue } from './core/ingest-issue.ts';
import type { Manifest } from './core/manifest.ts';
import { MAX_LISTED, type NamedPapers, type NightRecord } from './core/night-report.ts';
import type { Paper } from './core/paper.ts';
import { applyGonePolicy, goneWarnings, readGoneState, type UpdatedPapers, writeGoneState } from './gone-papers.ts';
import type { SourceFile } from './ingest/source-files.ts';
import { sendNotice } from './runtime/notify.ts';
import { compareFigures, compareTopics } from './store/compare-snapshots.ts';
import { currentSnapshotFolder, currentSnapshotId, dataPaths, pruneSnapshots } from './store/data-folder.ts';
import { acquireLock } from './store/lock.ts';
import { recordNight } from './store/night-log.ts';
import { openLastPapers } from './store/previous-snapshot.ts';
import { verifyChecksums } from './store/snapshot-reader.ts';

export interface NightlyResult extends BuildResult {
  /** Ids of the old snapshots that were removed. */
  readonly pruned: readonly string[];
  readonly tookMs: number;
}

/**
 * Builds a snapshot of the sources, unless the current snapshot was built from the same input. Then removes all but the
 * newest `config.keep` snapshots. Every run, also one that fails, is one line of `logs/nightly.jsonl` and a report in
 * `runs/`.
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
  const { dataDir } = config;
  const night = observeNight(effects);
  const record = (facts: Omit<NightRecord, 'time' | 'tookMs'>, onFault: (line: string) => void): number => {
    const tookMs = effects.now().getTime() - started.getTime();
    try {
      recordNight(dataDir, { time: started.toISOString(), tookMs, ...facts, ...night.observed() });
    } catch (error) {
      onFault(`${dataDir}: log and report of the night cannot be written (${errorMessage(error)})`);
    }
    return tookMs;
  };
  try {
    const before = await readUndamagedManifest(dataDir, night.effects);
    let updated: UpdatedPapers | undefined;
    const updatePapers = async (papers: readonly Paper[]) => {
      updated = await addGonePapers(papers, config, night.effects, started.toISOString().slice(0, 10));
      return updated.papers;
    };
    const result = await buildSnapshot(config, await resolveSources(), before, night.effects, updatePapers);
    if (updated) writeGoneState(dataDir, updated.state);
    // The snapshot before may be pruned, so it is compared first.
    const described = describeResult(dataDir, result, before, night.effects);
    const pruned = pruneUnderLock(config, effects);
    const facts = { ...described, pruned, ...(updated && describePapers(updated)) };
    return { ...result, pruned, tookMs: record(facts, effects.warn) };
  } catch (error) {
    const code = error instanceof PaperfieldError ? error.kind : effects.signal.aborted ? 'canceled' : 'internal';
    const message = errorMessage(error);
    // If the log cannot be written either, only debug output says so: the cause is usually the same as that of `error`,
    // which the user sees.
    record({ outcome: 'failed', code, message }, effects.debug);
    // Who stopped the run knows; and another run that holds the lock tells of itself.
    if (code !== 'canceled' && code !== 'locked') {
      const details = { time: started.toISOString(), code, message, snapshot: currentSnapshotId(dataDir) ?? null };
      const subject = `paperfield: the night of ${details.time.slice(0, 10)} failed`;
      const text = `${message}\n\nThe current snapshot stays in use: ${details.snapshot ?? 'there is none'}.`;
      await sendNotice({ event: 'night_failed', subject, text, details }, config, effects);
    }
    throw error;
  }
}

/** Effects that pass everything on, and remember the warnings and the seconds of each stage for the report. */
function observeNight(effects: Effects): {
  effects: Effects;
  observed(): Required<Pick<NightRecord, 'stages' | 'warnings'>>;
} {
  const warnings: string[] = [];
  const stages: { name: string; seconds: number }[] = [];
  return {
    effects: {
      ...effects,
      warn(line) {
        warnings.push(line);
        effects.warn(line);
      },
      startProgress(name, total) {
        const start = performance.now();
        const display = effects.startProgress(name, total);
        return {
          update: (done) => display.update(done),
          finish(note) {
            stages.push({ name, seconds: Math.round((performance.now() - start) / 100) / 10 });
            display.finish(note);
          },
        };
      },
    },
    observed: () => ({ stages, warnings }),
  };
}

/** Applies the gone policy to the papers of the sources, and reports what a person should look at. */
async function addGonePapers(
  papers: readonly Paper[],
  config: Config,
  effects: Effects,
  night: string,
): Promise<UpdatedPapers> {
  const previous = await openLastPapers(config.dataDir, effects.warn);
  try {
    const before = readGoneState(config.dataDir, effects.warn);
    const updated = applyGonePolicy(papers, previous, before, config, night);
    for (const warning of goneWarnings(updated.changes, config)) effects.warn(warning);
    return updated;
  } finally {
    previous?.close();
  }
}

/** Removes old snapshots, unless another process has begun to write in the meantime: then its own run will. */
function pruneUnderLock({ dataDir, keep }: Config, effects: Effects): string[] {
  let release: (() => void) | undefined;
  try {
    release = acquireLock(dataPaths(dataDir).lock, effects.now());
    return pruneSnapshots(dataDir, keep);
  } catch (error) {
    if (error instanceof PaperfieldError && error.kind === 'locked') return [];
    throw error;
  } finally {
    release?.();
  }
}

/** The facts of a run that succeeded, for log and report. */
function describeResult(
  dataDir: string,
  { manifest, embedded, reused, issues, unchanged }: BuildResult,
  before: Manifest | undefined,
  { warn }: Pick<Effects, 'warn'>,
): Omit<NightRecord, 'time' | 'tookMs'> {
  const topicsSince = (previous: Manifest | undefined): Pick<NightRecord, 'topics'> => {
    try {
      return previous ? { topics: compareTopics(dataDir, previous, manifest) } : {};
    } catch (error) {
      // The new snapshot is current already: a report that lacks a part is no failed night.
      warn(`the topics cannot be compared with those of ${previous?.id}: ${errorMessage(error)}`);
      return {};
    }
  };
  return {
    outcome: unchanged ? 'unchanged' : 'promoted',
    snapshot: manifest.id,
    embedded,
    reused,
    counts: manifest.counts,
    rows: countRows(issues),
    ...(!unchanged && {
      ...topicsSince(before),
      drift: manifest.previous?.drift ?? null,
      figures: compareFigures(before, manifest),
    }),
  };
}

/** The rows that gave no paper of their own, counted by kind and reason, the most frequent first. */
function countRows(issues: readonly IngestIssue[]): NonNullable<NightRecord['rows']> {
  const groups = new Map<string, { kind: string; reason: string; count: number; first: string }>();
  for (const { kind, reason, file, line } of issues) {
    const group = groups.get(`${kind} ${reason}`);
    if (group) group.count++;
    else groups.set(`${kind} ${reason}`, { kind, reason, count: 1, first: `${file}:${line}` });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, MAX_LISTED);
}

function describePapers({ papers, changes }: UpdatedPapers): Pick<NightRecord, 'papers'> {
  const listed = (ids: readonly string[]) => ids.slice(0, MAX_LISTED);
  const wanted = new Set([changes.newPapers, changes.changed, changes.kept].flatMap(listed));
  const titles = new Map(papers.filter(({ id }) => wanted.has(id)).map(({ id, title }) => [id, title]));
  const named = (ids: readonly string[]): NamedPapers => ({
    count: ids.length,
    first: listed(ids).map((id) => ({ id, title: titles.get(id) ?? '' })),
  });
  // In a new collection every paper is new, and a list of some of them says nothing.
  const isFirst = changes.newPapers.length === papers.length;
  return {
    papers: {
      new: isFirst ? { count: papers.length, first: [] } : named(changes.newPapers),
      changed: named(changes.changed),
      kept: named(changes.kept),
      removed: named(changes.removed),
      keptAbstracts: changes.keptAbstracts,
    },
  };
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
