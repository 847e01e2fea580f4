/** Fetches one source: goes on where the last run stopped, keeps what comes, and commits it once all has come. */
import type { Effects, ProgressDisplay } from '../core/effects.ts';
import { errorMessage } from '../core/errors.ts';
import { bytesIn, recordsIn, sameContent, shrinkingOf, withoutReplaced } from './fetched-entries.ts';
import { type FetchedEntry, type FetchedFolder, openFetchedFolder, type UnfinishedState } from './fetched-folder.ts';
import { FetchError } from './http/fetch-error.ts';
import type { HttpClient } from './http/http-types.ts';
import type { Outcome, Page, SourceContext, SourceRun, SourceState, StoredContent } from './source.ts';
import { optionsHash, type SourceOptions } from './source-options.ts';
import type { FetchSettings, SourceReport } from './source-report.ts';
import { fetchArxiv } from './sources/arxiv.ts';
import { fetchDailyPapers } from './sources/daily-papers.ts';
import { fetchFeed } from './sources/feed.ts';
import { fetchFiles } from './sources/files.ts';
import { fetchJsonl } from './sources/jsonl.ts';
import { fetchOaiPmh } from './sources/oai-pmh.ts';
import { fetchOpenAlex } from './sources/openalex.ts';
import { fetchZotero } from './sources/zotero.ts';

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
  const previous = saved?.options === hash ? saved : undefined;
  const keptBefore = saved?.entries.length ?? 0;
  let begun: UnfinishedState | undefined;
  const progress: RunProgress = {
    entries: [],
    total: undefined,
    isResumable: false,
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
    if (!settings.isDryRun) begun = folder.takeUnfinished(hash, started);
    progress.entries = [...(begun?.entries ?? [])];
    progress.isResumable = begun !== undefined;
    const context = createContext(options, settings, http, folder, effects, signal);
    const state = { checkpoint: previous?.checkpoint, resume: begun?.resume };
    const run = startSource(options, state, context);
    for (;;) {
      const step = await run.next();
      signal.throwIfAborted();
      if (step.done) {
        const outcome = settings.isDryRun ? undefined : commit(step.value, progress.entries);
        return report(outcome ?? { outcome: 'planned', kept: keptBefore, problem: undefined, notes: step.value.notes });
      }
      await addPage(step.value);
      if (settings.isDryRun) {
        await run.return({ mode: 'append', checkpoint: undefined, notes: [] });
        return report({ outcome: 'planned', kept: keptBefore, problem: undefined, notes: [] });
      }
    }
  } catch (error) {
    effects.signal.throwIfAborted();
    if (!(error instanceof FetchError) && error instanceof Error) effects.debug(error.stack ?? error.message);
    if (begun && !progress.hasNewPage) progress.isResumable = keepUnlessStuck(folder, begun, error, effects);
    const problem = limit.aborted ? `not complete after ${options.timeLimit} s` : errorMessage(error);
    return report({ outcome: 'failed', kept: keptBefore, problem, notes: [] });
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
    progress.isResumable = false;
    const shrinking =
      mode === 'replace' && previous ? shrinkingOf(previous.entries, entries, options.minShare) : undefined;
    if (shrinking !== undefined) {
      // A list that was read to its end is not gone on with.
      folder.removeUnfinished();
      throw new FetchError(shrinking, { isTransient: false });
    }
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

/** Begins to fetch a source, whatever its kind. Nothing is requested before the first page is asked for. */
function startSource(options: SourceOptions, state: SourceState, context: SourceContext): SourceRun {
  switch (options.kind) {
    case 'daily-papers':
      return fetchDailyPapers(options, state, context);
    case 'arxiv':
      return fetchArxiv(options, state, context);
    case 'oai-pmh':
      return fetchOaiPmh(options, state, context);
    case 'openalex':
      return fetchOpenAlex(options, state, context);
    case 'feed':
      return fetchFeed(options, state, context);
    case 'jsonl':
      return fetchJsonl(options, state, context);
    case 'zotero':
      return fetchZotero(options, state, context);
    case 'files':
      return fetchFiles(options, state, context);
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

/**
 * After a run that went on from the state of another one, and got no page: forgets that state, if it is probably the cause,
 * such as a cursor that has expired.
 *
 * @returns whether the next run goes on from there
 */
function keepUnlessStuck(folder: FetchedFolder, begun: UnfinishedState, error: unknown, effects: Effects): boolean {
  try {
    return folder.countIdleRun(begun, error instanceof FetchError && !error.isTransient);
  } catch (fault) {
    // A full disk is probably why the run failed, which its report says; the other sources are still tried.
    effects.debug(errorMessage(fault));
    return true;
  }
}
