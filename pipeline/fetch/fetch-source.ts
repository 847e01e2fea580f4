/** Fetches one source: goes on where the last run stopped, keeps what comes, and commits it once all has come. */
import { createHash } from 'node:crypto';
import type { Effects, ProgressDisplay } from '../core/effects.ts';
import { errorMessage } from '../core/errors.ts';
import { bytesIn, recordsIn, refuseShrinking, sameContent, withoutReplaced } from './fetched-entries.ts';
import { type FetchedEntry, type FetchedFolder, openFetchedFolder, type UnfinishedState } from './fetched-folder.ts';
import { FetchError } from './http/fetch-error.ts';
import type { HttpClient } from './http/http-types.ts';
import { commonOptionNames, type Outcome, type Page, type SourceContext, type StoredContent } from './source.ts';
import { type SourceOptions, startSource } from './source-kinds.ts';

/** What came of one source. */
export interface SourceReport {
  readonly name: string;
  readonly kind: SourceOptions['kind'];
  /** `planned`: a dry run, which has fetched the first page and kept nothing. */
  readonly outcome: 'fetched' | 'unchanged' | 'failed' | 'planned';
  /** Pages of this run, those of a run that it goes on included. */
  readonly pages: number;
  /** Records in these pages, as far as they can be counted without parsing them. */
  readonly records: number;
  readonly bytes: number;
  /** Number of records that the source says it has for this run; undefined if it does not. */
  readonly total: number | undefined;
  /** Pieces of content that the source has now, all runs together. */
  readonly kept: number;
  /** Why it failed, in a sentence. */
  readonly problem: string | undefined;
  /** Whether the next run goes on where this one failed. */
  readonly isResumable: boolean;
  readonly notes: readonly string[];
  readonly tookMs: number;
}

export interface FetchSettings {
  readonly dataDir: string;
  /** Only the first page of each source is fetched, and nothing is kept. */
  readonly isDryRun: boolean;
  readonly contact: string | undefined;
  environment(name: string): string | undefined;
}

/** What a run that did not end has fetched is too old after this: lists have moved, tokens have expired. */
const MAX_UNFINISHED_AGE_MS = 48 * 3_600_000;
/** After so many runs without a page, a source begins again instead of going on. */
const MAX_IDLE_RUNS = 3;
/** So much of a large file is read in a dry run. */
const DRY_RUN_BYTES = 4 * 2 ** 20;

/**
 * Fetches one source. A failure is part of the report, and changes nothing of what the source had before.
 *
 * @throws only the reason of `effects.signal`, if it is aborted; what came so far is kept
 */
export async function fetchSource(
  options: SourceOptions,
  settings: FetchSettings,
  http: HttpClient,
  effects: Effects,
): Promise<SourceReport> {
  const started = effects.now();
  const folder = openFetchedFolder(settings.dataDir, options.name);
  const hash = optionsHash(options);
  const saved = folder.readState();
  const isSameSource = saved?.options === hash;
  const previous = isSameSource ? saved : undefined;
  const begun = settings.isDryRun ? undefined : readUnfinished(folder, hash, started);
  const progress: RunProgress = {
    entries: [...(begun?.entries ?? [])],
    total: undefined,
    isResumable: begun !== undefined,
    hasNewPage: false,
    display: undefined,
  };
  const report = (facts: Pick<SourceReport, 'outcome' | 'kept' | 'problem' | 'notes'>): SourceReport => ({
    name: options.name,
    kind: options.kind,
    pages: progress.entries.length,
    records: recordsIn(progress.entries),
    bytes: bytesIn(progress.entries),
    total: progress.total,
    isResumable: progress.isResumable,
    tookMs: effects.now().getTime() - started.getTime(),
    ...facts,
  });
  const limit = AbortSignal.timeout(options.timeLimit * 1000);
  const signal = AbortSignal.any([effects.signal, limit]);
  try {
    const context = createContext(options, settings, http, folder, effects, signal);
    const state = { checkpoint: previous?.checkpoint, resume: begun?.resume };
    const run = startSource(options, state, context);
    for (;;) {
      const step = await run.next();
      signal.throwIfAborted();
      if (step.done) {
        const outcome = settings.isDryRun ? undefined : commit(step.value, progress.entries);
        return report(
          outcome ?? {
            outcome: 'planned',
            kept: saved?.entries.length ?? 0,
            problem: undefined,
            notes: step.value.notes,
          },
        );
      }
      await addPage(step.value);
      if (settings.isDryRun) {
        await run.return({ mode: 'append', checkpoint: undefined, notes: [] });
        return report({ outcome: 'planned', kept: saved?.entries.length ?? 0, problem: undefined, notes: [] });
      }
    }
  } catch (error) {
    effects.signal.throwIfAborted();
    if (!(error instanceof FetchError) && error instanceof Error) effects.debug(error.stack ?? error.message);
    if (begun && !settings.isDryRun) forgetIfStuck(folder, begun, progress.hasNewPage, error);
    const problem = limit.aborted ? `not complete after ${options.timeLimit} s` : errorMessage(error);
    return report({ outcome: 'failed', kept: saved?.entries.length ?? 0, problem, notes: [] });
  } finally {
    progress.display?.finish(`${progress.entries.length} pages`);
  }

  async function addPage(page: Page): Promise<void> {
    if (page.startsOver) progress.entries = [];
    const entry = await entryOf(page, folder, settings.isDryRun);
    progress.entries = [...withoutReplaced(progress.entries, [entry]), entry];
    progress.hasNewPage = true;
    progress.total = page.total ?? progress.total;
    progress.display ??= effects.startProgress(`fetch ${options.name}`, page.total);
    progress.display.update(recordsIn(progress.entries) || progress.entries.length);
    progress.isResumable = page.resume !== undefined;
    if (page.resume === undefined || settings.isDryRun) return;
    folder.writeUnfinished({
      version: 1,
      options: hash,
      startedAt: begun?.startedAt ?? started.toISOString(),
      resume: page.resume,
      entries: progress.entries,
      idleRuns: 0,
    });
  }

  function commit({ mode, checkpoint, notes }: Outcome, entries: readonly FetchedEntry[]) {
    // Whatever comes of it: a list that was read to its end is not gone on with.
    folder.removeUnfinished();
    progress.isResumable = false;
    if (mode === 'replace' && previous) refuseShrinking(previous.entries, entries, options.minShare);
    const kept = mode === 'append' && previous ? withoutReplaced(previous.entries, entries) : [];
    const all = [...kept, ...entries];
    const isUnchanged = previous !== undefined && sameContent(previous.entries, all);
    folder.commit({
      version: 1,
      options: hash,
      fetchedAt: started.toISOString(),
      checkpoint: checkpoint ?? null,
      // In their order of the last run: what has not changed must not seem to be newer.
      entries: isUnchanged ? previous.entries : all,
    });
    const outcome = isUnchanged ? ('unchanged' as const) : ('fetched' as const);
    return { outcome, kept: all.length, problem: undefined, notes };
  }
}

interface RunProgress {
  entries: FetchedEntry[];
  total: number | undefined;
  isResumable: boolean;
  /** Whether this very run got a page. */
  hasNewPage: boolean;
  display: ProgressDisplay | undefined;
}

function createContext(
  options: SourceOptions,
  settings: FetchSettings,
  http: HttpClient,
  folder: FetchedFolder,
  effects: Effects,
  signal: AbortSignal,
): SourceContext {
  return {
    get: (request, consume) =>
      http.get(
        {
          ...request,
          maxBytes: options.maxMegabytes * 2 ** 20,
          allowPrivate: options.allowPrivate,
          intervalMs: options.minInterval * 1000,
        },
        signal,
        consume,
      ),
    store: settings.isDryRun ? measureBeginning : (content, extension) => folder.store(content, extension),
    now: () => effects.now(),
    contact: settings.contact,
    environment: (name) => settings.environment(name),
    signal,
  };
}

/** Stands in for the disk in a dry run. */
async function measureBeginning(content: AsyncIterable<Uint8Array>, extension: string): Promise<StoredContent> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes >= DRY_RUN_BYTES) break;
  }
  return { file: `${'0'.repeat(32)}.${extension}`, sha256: '', bytes };
}

async function entryOf(page: Page, folder: FetchedFolder, isDryRun: boolean): Promise<FetchedEntry> {
  const { content, format, name, extension, records, key } = page;
  const stored =
    content instanceof Uint8Array
      ? isDryRun
        ? { file: '', sha256: '', bytes: content.byteLength }
        : await folder.store(content, extension)
      : content;
  return {
    ...stored,
    format,
    name,
    ...(records === undefined ? {} : { records }),
    ...(key === undefined ? {} : { key }),
  };
}

function readUnfinished(folder: FetchedFolder, hash: string, now: Date) {
  const state = folder.readUnfinished();
  const isUsable = state?.options === hash && now.getTime() - Date.parse(state.startedAt) < MAX_UNFINISHED_AGE_MS;
  if (isUsable) return state;
  folder.removeUnfinished();
  return undefined;
}

/**
 * After a run that went on from the state of another one, and got no page: forgets that state, if it is probably the cause,
 * such as a cursor that has expired.
 */
function forgetIfStuck(folder: FetchedFolder, begun: UnfinishedState, hasNewPage: boolean, error: unknown): void {
  if (hasNewPage) return;
  const isRefused = error instanceof FetchError && !error.isTransient;
  if (isRefused || begun.idleRuns + 1 >= MAX_IDLE_RUNS) folder.removeUnfinished();
  else folder.writeUnfinished({ ...begun, idleRuns: begun.idleRuns + 1 });
}

/** A hash of what a source is: its own options, without those of the runner. */
function optionsHash(options: SourceOptions): string {
  const own = Object.entries(options).filter(([name]) => !commonOptionNames.has(name));
  const text = JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
