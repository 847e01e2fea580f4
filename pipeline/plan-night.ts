/** What a night would do: the dry run. It takes no lock and writes nothing. */
import type { Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import { errorMessage, PaperfieldError } from './core/errors.ts';
import type { SourceReport } from './fetch/source-report.ts';
import type { PaperChanges } from './gone-papers.ts';
import { readPapers } from './ingest/read-and-merge-papers.ts';
import { inputSources } from './input-sources.ts';
import { addGonePapers, fetchSettings, type NightSettings } from './nightly-build.ts';
import { prunableSnapshots } from './store/data-folder.ts';

export interface NightPlan {
  /** What each enabled source answers: its first page, of which nothing is kept. */
  readonly sources: readonly SourceReport[];
  /** What a build of the files that are there would find; undefined if there is nothing to build from. */
  readonly papers:
    | { readonly total: number; readonly files: number; readonly changes: PaperChanges; readonly isUnchanged: boolean }
    | undefined;
  /** Why there is nothing to build from. */
  readonly problem: string | undefined;
  /** Ids of the snapshots that would be removed after a new one is promoted. */
  readonly pruned: readonly string[];
}

/** Asks each source for its first page, reads the papers that are there, and says what a night would do with them. */
export async function planNight(config: Config, settings: NightSettings, effects: Effects): Promise<NightPlan> {
  const enabled = settings.fetches ? config.sources.filter((source) => source.enabled) : [];
  const { fetchSources } = await import('./fetch/fetch-sources.ts');
  const sources = await fetchSources(enabled, fetchSettings(config, settings, true), effects, settings.network);
  try {
    const files = await inputSources(config, settings.standardInput, effects.warn);
    const { papers } = await readPapers(files, effects);
    const tonight = effects.now().toISOString().slice(0, 10);
    const updated = await addGonePapers(papers, config, effects, tonight);
    const { newPapers, changed, removed, deleted } = updated.changes;
    const isUnchanged = [newPapers, changed, removed, deleted].every(({ length }) => length === 0);
    return {
      sources,
      papers: { total: updated.papers.length, files: files.length, changes: updated.changes, isUnchanged },
      problem: undefined,
      pruned: isUnchanged ? [] : prunableSnapshots(config.dataDir, config.keep - 1),
    };
  } catch (error) {
    effects.signal.throwIfAborted();
    if (!(error instanceof PaperfieldError)) throw error;
    return { sources, papers: undefined, problem: errorMessage(error), pruned: [] };
  }
}
