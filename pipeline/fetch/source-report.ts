/** What a run is told, and what it tells of each source. */
import type { SourceOptions } from './source-options.ts';

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
