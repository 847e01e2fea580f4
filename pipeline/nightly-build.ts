/**
 * The nightly run: fetches the sources, builds a snapshot if the input has changed, keeps what the sources lack, removes old
 * snapshots, writes log and report, and tells people if something failed.
 */
import type { Readable } from 'node:stream';
import { type BuildResult, buildUnderLock } from './build.ts';
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { errorMessage, PaperfieldError } from './core/errors.ts';
import type { IngestIssue } from './core/ingest-issue.ts';
import type { Manifest } from './core/manifest.ts';
import {
  ALARMING_NIGHTS,
  failingSources,
  MAX_LISTED,
  type NamedPapers,
  NEXT_DUE_VARIABLE,
  type NightRecord,
  type NightSource,
} from './core/night-report.ts';
import type { Paper } from './core/paper.ts';
import { createDeletedLookup } from './deleted-papers.ts';
import { deletedRecords } from './fetch/deleted-records.ts';
import type { HttpSettings } from './fetch/http/http-types.ts';
import type { FetchSettings, SourceReport } from './fetch/source-report.ts';
import { applyGonePolicy, goneWarnings, readGoneState, type UpdatedPapers, writeGoneState } from './gone-papers.ts';
import { inputSources } from './input-sources.ts';
import { failedNightNotice, sendNotice } from './runtime/notify.ts';
import { compareFigures, compareTopics } from './store/compare-snapshots.ts';
import {
  currentSnapshotFolder,
  currentSnapshotId,
  dataPaths,
  pruneSnapshots,
  removeStaleTempFiles,
} from './store/data-folder.ts';
import { withLock } from './store/lock.ts';
import { readNights, recordNight } from './store/night-log.ts';
import { openLastPapers } from './store/previous-snapshot.ts';
import { verifyChecksums } from './store/snapshot-reader.ts';

export interface NightlyResult extends BuildResult {
  /** Ids of the old snapshots that were removed. */
  readonly pruned: readonly string[];
  readonly tookMs: number;
  /** Names of the sources that could not be fetched, or not completely: their papers are those that they gave before. */
  readonly failedSources: readonly string[];
}

/** What a night needs beside the configuration. */
export interface NightSettings {
  readonly standardInput: Readable;
  /** Whether the sources of the config file are fetched; else the night takes what is kept of them. */
  readonly fetches: boolean;
  /** A variable of the environment, for keys of sources. */
  environment(name: string): string | undefined;
  /** What tests replace of the network. */
  readonly network?: Partial<HttpSettings>;
}

/**
 * One night: fetches the sources, builds a snapshot of what is kept of them unless the input is that of the current
 * snapshot, and removes all but the newest `config.keep` snapshots. The lock of the data folder is held all the while.
 * Every run, also one that fails, is one line of `logs/nightly.jsonl` and a report in `runs/`; only a run that finds
 * another process at work leaves nothing, since that one tells of itself.
 *
 * A source that fails is part of the result, and its papers are those that it gave before.
 *
 * @throws PaperfieldError locked, if another process is writing into the data folder; in the same cases as
 *   `buildUnderLock`; fetch_failed, if sources failed and there is nothing to build from. The current snapshot stays in use
 */
export async function runNightlyBuild(
  config: Config,
  settings: NightSettings,
  effects: Effects,
): Promise<NightlyResult> {
  const { dataDir } = config;
  const nextDue = settings.environment(NEXT_DUE_VARIABLE);
  const night: Night = { started: effects.now(), sources: [], observed: observeEffects(effects), nextDue };
  let failure: unknown;
  let result: NightlyResult | undefined;
  try {
    result = await withLock(dataPaths(dataDir).lock, night.started, async () => {
      try {
        return await fetchAndBuild(config, settings, night);
      } catch (error) {
        // If the log cannot be written either, only debug output says so: the cause is usually the same as that of
        // `error`, which the user sees.
        recordFailure(dataDir, night, error, effects.debug);
        throw error;
      }
    });
  } catch (error) {
    failure = error;
  }
  await tellOfNight(config, night, failure, effects);
  if (result === undefined) throw failure;
  return result;
}

/** What a run knows of itself while it lasts. */
interface Night {
  readonly started: Date;
  sources: readonly SourceReport[];
  readonly observed: ObservedEffects;
  readonly nextDue: string | undefined;
}

async function fetchAndBuild(config: Config, settings: NightSettings, night: Night): Promise<NightlyResult> {
  const { dataDir } = config;
  const { effects } = night.observed;
  removeStaleTempFiles(dataDir);
  if (settings.fetches) await fetchEnabled(config, settings, night);
  const failed = night.sources.filter(({ outcome }) => outcome === 'failed');
  const sources = await inputSources(config, settings.standardInput, effects.warn).catch((error: unknown) => {
    if (failed.length === 0 || config.source.length > 0) throw error;
    const why = failed.map(({ name, problem }) => `${name}: ${problem}`).join('; ');
    throw new PaperfieldError('fetch_failed', `no source could be fetched, and nothing is kept of any (${why})`);
  });
  const before = await readUndamagedManifest(dataDir, effects);
  let updated: UpdatedPapers | undefined;
  const updatePapers = async (papers: readonly Paper[]) => {
    updated = await addGonePapers(papers, config, effects, night.started.toISOString().slice(0, 10));
    return updated.papers;
  };
  const built = await buildUnderLock(config, sources, before, effects, updatePapers);
  if (updated) writeGoneState(dataDir, updated.state);
  // The snapshot before may be pruned, so it is compared first.
  const described = describeResult(dataDir, built, before, effects);
  const pruned = pruneSnapshots(dataDir, config.keep);
  const facts = { ...described, pruned, ...(updated && describePapers(updated)) };
  const tookMs = record(dataDir, night, facts, effects.warn);
  return { ...built, pruned, tookMs, failedSources: failed.map(({ name }) => name) };
}

/** Fetches all sources that are enabled. A failure is a warning, and part of the report. */
async function fetchEnabled(config: Config, settings: NightSettings, night: Night): Promise<void> {
  const { effects } = night.observed;
  const sources = config.sources.filter(({ enabled }) => enabled);
  if (sources.length === 0) return;
  const { fetchSources } = await import('./fetch/fetch-sources.ts');
  night.sources = await fetchSources(sources, fetchSettings(config, settings, false), effects, settings.network);
  for (const { name, outcome, problem, isResumable } of night.sources) {
    if (outcome !== 'failed') continue;
    const next = isResumable ? '; the next night goes on where it stopped' : '';
    effects.warn(`source ${name} failed, what it gave before stays in use: ${problem}${next}`);
  }
}

export function fetchSettings(
  { dataDir, contact }: Config,
  { environment }: Pick<NightSettings, 'environment'>,
  isDryRun: boolean,
): FetchSettings {
  return { dataDir, isDryRun, contact: contact === '' ? undefined : contact, environment };
}

/** Writes log and report. Returns how long the run took, in milliseconds. */
function record(
  dataDir: string,
  { started, sources, observed, nextDue }: Night,
  facts: Omit<NightRecord, 'time' | 'tookMs'>,
  onFault: (line: string) => void,
): number {
  const tookMs = observed.effects.now().getTime() - started.getTime();
  const fetched = sources.length > 0 ? { sources: sources.map(describeSource) } : {};
  try {
    const due = nextDue === undefined ? {} : { nextDue };
    recordNight(dataDir, { time: started.toISOString(), tookMs, ...facts, ...fetched, ...due, ...observed.seen() });
  } catch (error) {
    onFault(`${dataDir}: log and report of the night cannot be written (${errorMessage(error)})`);
  }
  return tookMs;
}

function describeSource({ name, kind, outcome, problem, notes, records, tookMs }: SourceReport): NightSource {
  return {
    name,
    kind,
    outcome,
    ...(problem === undefined ? {} : { problem }),
    ...(notes.length === 0 ? {} : { notes }),
    records,
    seconds: Math.round(tookMs / 100) / 10,
  };
}

function recordFailure(dataDir: string, night: Night, error: unknown, onFault: (line: string) => void): void {
  const facts = {
    outcome: 'failed',
    code: codeOf(error, night.observed.effects),
    message: errorMessage(error),
  } as const;
  record(dataDir, night, facts, onFault);
}

function codeOf(error: unknown, { signal }: Pick<Effects, 'signal'>): string {
  if (signal.aborted) return 'canceled';
  return error instanceof PaperfieldError ? error.kind : 'internal';
}

/**
 * Tells people that the run failed, or that a source has failed for the second night in a row; of that once. Who stopped
 * the run knows; and another run that holds the lock tells of itself.
 */
async function tellOfNight(config: Config, { started }: Night, failure: unknown, effects: Effects): Promise<void> {
  const { dataDir } = config;
  const time = started.toISOString();
  if (failure !== undefined) {
    const code = codeOf(failure, effects);
    if (code === 'canceled' || code === 'locked') return;
    const message = errorMessage(failure);
    await sendNotice(failedNightNotice({ time, code, message, snapshot: currentSnapshotId(dataDir) }), config, effects);
    return;
  }
  const failing = failingSources(readNights(dataDir)).filter(({ nights }) => nights === ALARMING_NIGHTS);
  if (failing.length === 0) return;
  const names = failing.map(({ name }) => name);
  await sendNotice(
    {
      event: 'sources_failed',
      subject: `paperfield: ${names.join(', ')} failed for ${ALARMING_NIGHTS} nights`,
      text:
        `${failing.map(({ name, problem }) => `${name}: ${problem}`).join('\n')}\n\n` +
        'What these sources gave before stays in use; nothing new comes from them.',
      details: { time, sources: failing },
    },
    config,
    effects,
  );
}

/** Effects that pass everything on, and remember the warnings and the seconds of each stage for the report. */
interface ObservedEffects {
  readonly effects: Effects;
  seen(): Required<Pick<NightRecord, 'stages' | 'warnings'>>;
}

function observeEffects(effects: Effects): ObservedEffects {
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
    seen: () => ({ stages, warnings }),
  };
}

/** Applies the gone policy to the papers of the sources, and reports what a person should look at. */
export async function addGonePapers(
  papers: readonly Paper[],
  config: Config,
  effects: Effects,
  night: string,
): Promise<UpdatedPapers> {
  const previous = await openLastPapers(config.dataDir, effects.warn);
  try {
    const before = readGoneState(config.dataDir, effects.warn);
    const isDeleted = createDeletedLookup(deletedRecords(config.dataDir, config.sources));
    const updated = applyGonePolicy(papers, previous, before, config, night, isDeleted);
    for (const warning of goneWarnings(updated.changes, config)) effects.warn(warning);
    return updated;
  } finally {
    previous?.close();
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
  const wanted = new Set([changes.newPapers, changes.changed, changes.kept, changes.deleted].flatMap(listed));
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
      ...(changes.deleted.length > 0 && { deleted: named(changes.deleted) }),
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
