/** The command `import`, which brings files of a user into the collection, or says what that would give. */
import type { Effects } from '../../core/effects.ts';
import { PaperfieldError } from '../../core/errors.ts';
import type { IngestIssue } from '../../core/ingest-issue.ts';
import type { Paper } from '../../core/paper.ts';
import type { ImportPreview, ImportResult } from '../../import-papers.ts';
import { describeIssue } from '../../ingest/issues.ts';
import type { FileReceipt } from '../../ingest/read-and-merge-papers.ts';
import type { Command } from '../command-line.ts';
import { BUILD_OPTIONS } from './build.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'add papers from files of any format to the collection; see docs/formats.md',
  operand: 'FILE…',
  options: BUILD_OPTIONS.filter((name) => name !== 'source'),
  flags: {
    'dry-run': { type: 'boolean', description: 'Say what would be imported, and change nothing' },
    json: { type: 'boolean', description: 'Print the result, and progress meanwhile, as one JSON object per line' },
    temporary: { type: 'boolean', description: 'The files are uploads: remember the names, not the paths' },
  },
  async run({ config, operands, flags, standardInput, print, effects }) {
    if (operands.length === 0) {
      throw new PaperfieldError(
        'bad_request',
        'import needs files: paperfield import library.bib papers.csv (a folder, a pattern, or - for standard input)',
      );
    }
    const { importPapers, previewImport } = await import('../../import-papers.ts');
    const asJson = flags.json === true;
    if (flags['dry-run'] === true) {
      const preview = await previewImport(config, operands, standardInput, effects);
      if (asJson) print(JSON.stringify(previewJson(preview)));
      else for (const line of previewLines(preview, operands)) print(line);
      return;
    }
    const observed = asJson ? withJsonProgress(effects, print) : effects;
    const result = await importPapers(config, operands, flags.temporary === true, standardInput, observed);
    print(asJson ? JSON.stringify(resultJson(result)) : resultLine(result));
  },
};

/** How many papers, duplicates and problems a preview shows. */
const SHOWN = 10;

function previewJson({ files, papers, issues, alreadyThere }: ImportPreview) {
  const merged = issues.filter(({ kind }) => kind === 'merged');
  const problems = issues.filter(({ kind }) => kind !== 'merged');
  return {
    files: files.map(({ name, format, columns, rows, merged, skipped }) => ({
      name,
      format: format ?? null,
      columns: Object.entries(columns?.columns ?? {}).map(([field, column]) => ({ field, column })),
      otherColumns: columns?.others ?? [],
      rows,
      papers: rows - merged,
      merged,
      skipped,
    })),
    papers: papers.length,
    merged: merged.length,
    skipped: problems.filter(({ kind }) => kind === 'skipped').length,
    alreadyThere,
    examples: papers.slice(0, SHOWN).map(({ id, title, authors, date }) => ({
      id,
      title,
      authors: authors ?? [],
      date: date ?? null,
    })),
    duplicates: merged
      .slice(0, SHOWN)
      .map(({ reason, excerpt, file, line }) => ({ reason, title: excerpt, file, line })),
    problems: problems.slice(0, SHOWN),
  };
}

function previewLines({ files, papers, issues, alreadyThere }: ImportPreview, operands: readonly string[]): string[] {
  const merged = issues.filter(({ kind }) => kind === 'merged');
  const problems = issues.filter(({ kind }) => kind !== 'merged');
  return [
    ...files.flatMap(fileLines),
    '',
    `${papers.length === 1 ? 'the paper' : `the first of ${count(papers.length, 'paper')}`}:`,
    ...papers.slice(0, SHOWN).map((paper, i) => `  ${i + 1}. ${paperLine(paper)}`),
    ...issueLines('merged, because they repeat a paper', merged),
    ...issueLines('skipped or not complete', problems),
    '',
    alreadyThere > 0
      ? `${alreadyThere} of them ${alreadyThere === 1 ? 'is' : 'are'} in the collection already, and would be updated.`
      : 'None of them is in the collection yet.',
    `Dry run: nothing was changed. To import: paperfield import ${operands.join(' ')}`,
  ];
}

function fileLines({ name, format, columns, rows, merged, skipped }: FileReceipt): string[] {
  const counts = [
    count(rows, 'row'),
    ...(merged > 0 ? [`${merged} merged`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
  const guessed = Object.entries(columns?.columns ?? {}).map(([field, column]) =>
    field === column ? field : `${field} ← '${column}'`,
  );
  const others = columns?.others ?? [];
  return [
    `${name}: ${format ?? 'no known format'}, ${counts}`,
    ...(guessed.length > 0 ? [`  fields: ${guessed.join(', ')}`] : []),
    ...(others.length > 0 ? [`  other columns, kept as they are: ${others.map((one) => `'${one}'`).join(', ')}`] : []),
  ];
}

function paperLine({ title, authors, date, identifiers }: Paper): string {
  const [first, ...rest] = authors ?? [];
  const byline = [
    ...(first === undefined ? [] : [rest.length > 0 ? `${first} and ${rest.length} more` : first]),
    ...(date === undefined ? [] : [date]),
    ...Object.values(identifiers ?? {}).slice(0, 1),
  ];
  return byline.length > 0 ? `${title} (${byline.join(', ')})` : title;
}

function issueLines(what: string, issues: readonly IngestIssue[]): string[] {
  if (issues.length === 0) return [];
  const more = issues.length - SHOWN;
  return [
    '',
    `${count(issues.length, 'row')} ${what}:`,
    ...issues.slice(0, SHOWN).map((issue) => `  ${describeIssue(issue)}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function count(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}

function resultJson({ manifest, before, after, issues }: ImportResult) {
  return {
    snapshot: manifest.id,
    papers: after,
    added: after - before,
    merged: issues.filter(({ kind }) => kind === 'merged').length,
    skipped: issues.filter(({ kind }) => kind === 'skipped').length,
  };
}

function resultLine({ manifest, before, after }: ImportResult): string {
  return (
    `imported: ${count(after - before, 'new paper')}, ${count(after, 'paper')} in ${count(manifest.counts.topics, 'topic')} ` +
    `(snapshot ${manifest.id}); to look at them: paperfield serve`
  );
}

/** Minimum time between two lines of progress, in milliseconds. */
const PROGRESS_INTERVAL_MS = 200;

/** Effects that print progress as JSON lines: the stage, items done and in all, and how fast and how long. */
function withJsonProgress(effects: Effects, print: (line: string) => void): Effects {
  return {
    ...effects,
    startProgress(stage, total) {
      const started = performance.now();
      let printed = Number.NEGATIVE_INFINITY;
      const report = (done: number) => {
        const seconds = (performance.now() - started) / 1000;
        const perSecond = seconds > 0 ? done / seconds : 0;
        const secondsLeft = total !== undefined && perSecond > 0 ? (total - done) / perSecond : null;
        print(JSON.stringify({ stage, done, total: total ?? null, perSecond, secondsLeft }));
      };
      report(0);
      return {
        update(done) {
          if (performance.now() - printed < PROGRESS_INTERVAL_MS) return;
          printed = performance.now();
          report(done);
        },
        finish: () => undefined,
      };
    },
  };
}
