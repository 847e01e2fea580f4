/** Ingest issues: making excerpts, and describing, reporting and counting issues. */
import type { Effects } from '../core/effects.ts';
import { excerptOf } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Manifest } from '../core/manifest.ts';
import { normalizeWhitespace } from './parsed-paper.ts';

/**
 * Number of characters at the beginning of a text from which an excerpt is made: more than the excerpt shows, and few
 * compared with a line of 16 MiB.
 */
export const EXCERPT_INPUT_LENGTH = 400;

/**
 * The beginning of a text from a source, for an issue. Control characters are removed, because issues are printed to
 * terminals.
 */
export function sourceExcerpt(text: string): string {
  return excerptOf(normalizeWhitespace(text.slice(0, EXCERPT_INPUT_LENGTH)));
}

/** One issue as one line: `papers.jsonl:7: skipped: not valid JSON [{"title": …]`. */
export function describeIssue({ file, line, kind, reason, excerpt }: IngestIssue): string {
  return `${file}:${line}: ${kind}: ${reason} [${excerpt}]`;
}

/** Maximum number of issues that a build prints; the snapshot has all of them. */
const MAX_REPORTED_ISSUES = 5;

/**
 * Warns of the first few rows that were skipped or not read completely. Merged rows are normal and not worth a warning.
 */
export function reportIssues(issues: readonly IngestIssue[], effects: Effects): void {
  const problems = issues.filter(({ kind }) => kind !== 'merged');
  for (const issue of problems.slice(0, MAX_REPORTED_ISSUES)) effects.warn(describeIssue(issue));
  const unreported = problems.length - MAX_REPORTED_ISSUES;
  if (unreported > 0) effects.warn(`… and ${unreported} more, see ingest-issues.jsonl in the snapshot`);
}

/** The number of issues of each kind, for the manifest. */
export function countIssues(
  issues: readonly IngestIssue[],
): Pick<Manifest['counts'], 'skippedRows' | 'incompleteRows' | 'mergedRows'> {
  const count = (kind: IngestIssue['kind']) => issues.filter((issue) => issue.kind === kind).length;
  return { skippedRows: count('skipped'), incompleteRows: count('incomplete'), mergedRows: count('merged') };
}
