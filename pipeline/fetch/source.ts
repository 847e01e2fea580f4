/** What a source is: the interface between the sources of papers and what runs them and keeps what they bring. */
import { z } from 'zod';
import type { ExpectedContent } from './http/answer-body.ts';
import type { HttpAnswer, Validators } from './http/http-types.ts';

/** The format of fetched content, which names its reader. `file` is any: the reader recognizes it by its content. */
export type FetchedFormat = 'hf-daily-api' | 'feed' | 'oai-pmh' | 'openalex' | 'jsonl' | 'zotero-api' | 'file';

/** Content that is on disk already. */
export interface StoredContent {
  /** Name of the file in the folder of the source's content. */
  readonly file: string;
  /** SHA-256 of the content before it was compressed, hexadecimal. */
  readonly sha256: string;
  /** Size of the content before it was compressed. */
  readonly bytes: number;
}

/** One answer of a source, as it came. */
export interface Page {
  readonly content: Uint8Array | StoredContent;
  readonly format: FetchedFormat;
  /** Ending of the file's name, without a dot. */
  readonly extension: string;
  /** What the content is called in issues: its URL, or the path of a file. */
  readonly name: string;
  /** Number of records in it; undefined if nobody counted them. */
  readonly records?: number | undefined;
  /** Number of records of all pages together, if the source says so. */
  readonly total?: number | undefined;
  /** A page replaces the page that had the same key in an earlier run, such as that of the same day. */
  readonly key?: string;
  /** Whether the pages of this run so far are void, because the source had to begin again. */
  readonly startsOver?: boolean;
  /** From what state a later run can go on after this page; undefined if it must begin again. JSON. */
  readonly resume?: unknown;
}

/** How a source ended that has given all of its pages. */
export interface Outcome {
  /** Whether the pages are all papers of the source, or are added to those of earlier runs. */
  readonly mode: 'replace' | 'append';
  /** From what state the next run fetches what is new. JSON. */
  readonly checkpoint: unknown;
  /** What the user should know: limits that were reached, records that are marked as deleted. */
  readonly notes: readonly string[];
}

/** What earlier runs left for a source. Both are unknown until the source has checked them. */
export interface SourceState {
  /** Of the last complete run with the same options. */
  readonly checkpoint: unknown;
  /** Of a run that did not end, and whose pages so far are kept. */
  readonly resume: unknown;
}

/** One request of a source; the rest is the same for all of its requests. */
export interface PageRequest {
  readonly url: URL;
  readonly expects: ExpectedContent;
  readonly validators?: Validators | undefined;
  readonly transientStatuses?: readonly number[];
}

/** What a source may do: send requests, keep content, read the clock and the environment. */
export interface SourceContext {
  /**
   * Sends a request, and again after failures that may pass; also if `consume` throws a transient FetchError.
   *
   * @throws FetchError, if no attempt succeeds
   */
  get<T>(request: PageRequest, consume: (answer: HttpAnswer) => Promise<T>): Promise<T>;
  /** Writes content to disk while it arrives, for what may be too large for memory. */
  store(content: AsyncIterable<Uint8Array>, extension: string): Promise<StoredContent>;
  now(): Date;
  /** An address by which operators can reach the user, if the user gave one. */
  readonly contact: string | undefined;
  /** A variable of the environment, for keys that do not belong into a file. */
  environment(name: string): string | undefined;
  readonly signal: AbortSignal;
}

/** Gives the pages of a source one by one, and at last its outcome. */
export type SourceRun = AsyncGenerator<Page, Outcome, void>;

/** Options that every source has, beside those of its kind. */
export const commonOptions = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower-case letters, digits and hyphens')
    .describe('Name of the source, also of its folder: lower-case letters, digits and hyphens'),
  enabled: z.boolean().default(true).describe('Whether the source is fetched; its papers stay if it is not'),
  timeLimit: z
    .int()
    .min(1)
    .max(86_400)
    .default(3600)
    .describe('Seconds after which fetching stops (1–86400): what came is kept, and the next run goes on from there'),
  allowPrivate: z
    .array(z.string().min(1))
    .default([])
    .describe("Hosts that may have private addresses: 'name' or 'name:port'. All others must be on the internet"),
  minInterval: z
    .number()
    .min(0)
    .max(3600)
    .default(0)
    .describe('Seconds between two requests (0–3600), if the host needs more than it is known to need'),
  maxMegabytes: z
    .int()
    .min(1)
    .max(65_536)
    .default(256)
    .describe('Maximum size of one answer, decompressed, in MiB (1–65536)'),
  minShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'A complete list with less than this share of what the last one had is refused (0–1): 0 accepts any, also an empty one',
    ),
};

/** A URL that can be fetched. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });

/** A day, `YYYY-MM-DD`. */
export const day = z.iso.date('expected a day, YYYY-MM-DD');
