/** Sentences about importing files. Pure. */
import type { ImportOutcome, ImportPreview, ImportProgress } from '../../server/schemas/import.ts';
import { formatCount, formatNumber } from '../ui/format.ts';

/** The formats that can be imported, for people. */
export const FORMATS_TEXT =
  'BibTeX, RIS, CSL-JSON, CSV, TSV, JSON, JSONL, Parquet, Atom, RSS, OAI-PMH, PubMed, OpenAlex, Semantic Scholar, Zotero; also as .gz, .xz, .zst or .zip.';

/** How formats are called; others are called as in the program. */
const FORMAT_NAMES: Readonly<Record<string, string>> = {
  bibtex: 'BibTeX',
  ris: 'RIS',
  csv: 'CSV',
  tsv: 'TSV',
  json: 'JSON',
  jsonl: 'JSONL',
  parquet: 'Parquet',
  feed: 'Atom or RSS',
  medline: 'PubMed (MEDLINE)',
  'oai-pmh': 'OAI-PMH',
  'pubmed-xml': 'PubMed (XML)',
  openalex: 'OpenAlex',
  'csl-json': 'CSL-JSON',
  'arxiv-dump': 'arXiv metadata',
  'semantic-scholar': 'Semantic Scholar',
  'hf-daily-api': 'Daily Papers',
  'daily-papers-page': 'Daily Papers page',
  'zotero-json': 'Zotero',
  'zotero-sqlite': 'Zotero library',
};

export function formatName(format: string | null): string {
  return format === null ? 'unknown format' : (FORMAT_NAMES[format] ?? format);
}

/** A size in bytes: `812 bytes`, `4.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return formatCount(bytes, 'byte');
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 100_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${formatNumber(Math.round(bytes / 1_000_000))} MB`;
}

/** What importing would do, in one sentence each: papers, then what does not become a paper of its own. */
export function previewTexts({ papers, merged, skipped, alreadyThere, files }: ImportPreview): string[] {
  const rows = files.reduce((sum, file) => sum + file.rows + file.skipped, 0);
  const from = `${formatCount(rows, 'row')} of ${formatCount(files.length, 'file')}`;
  const isOne = papers === 1;
  const there =
    alreadyThere === 0
      ? ''
      : alreadyThere >= papers
        ? `${isOne ? 'It is' : 'All are'} already here and would be updated.`
        : `${formatNumber(alreadyThere)} of them ${alreadyThere === 1 ? 'is' : 'are'} already here and would be updated.`;
  const duplicates = merged === 0 ? '' : `${formatCount(merged, 'duplicate')} merged`;
  const left = skipped === 0 ? '' : `${formatCount(skipped, 'row')} skipped`;
  const others = [duplicates, left].filter(Boolean).join(', ');
  return [`${formatCount(papers, 'paper')} in ${from}.`, there, others && `${others}.`].filter(Boolean);
}

/** What an import did: `Added 12 papers. 3 duplicates merged, 2 rows skipped.` */
export function outcomeText({ added, merged, skipped }: ImportOutcome): string {
  const others = [
    merged > 0 && `${formatCount(merged, 'duplicate')} merged`,
    skipped > 0 && `${formatCount(skipped, 'row')} skipped`,
  ].filter(Boolean);
  const first = added === 0 ? 'No new papers.' : `Added ${formatCount(added, 'paper')}.`;
  return others.length === 0 ? first : `${first} ${others.join(', ')}.`;
}

/** What the stages of a build are called on the page; others by their own names. */
const STAGES: Readonly<Record<string, string>> = {
  parse: 'Reading the files',
  embed: 'Embedding papers',
  'vector index': 'Building the vector index',
  'kNN graph': 'Finding similar papers',
  'inverted index': 'Building the word index',
  'null distribution': 'Calibrating search',
  topics: 'Finding topics',
  'topic labels': 'Naming topics',
  map: 'Placing papers on the map',
  'evaluate index': 'Checking the index',
  'known items': 'Checking search',
  'map quality': 'Checking the map',
  snapshot: 'Writing the result',
};

export function stageText({ stage }: Pick<ImportProgress, 'stage'>): string {
  return STAGES[stage] ?? `${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
}

/** How far a stage is: `12 of 30 · 100 per second · less than a minute left`; empty if nothing is known. */
export function progressText({ done, total, perSecond, secondsLeft }: ImportProgress): string {
  const parts = [
    total == null ? done > 1 && formatNumber(done) : `${formatNumber(done)} of ${formatNumber(total)}`,
    perSecond
      ? `${formatNumber(perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond))} per second`
      : '',
    secondsLeft == null || total == null || done >= total ? '' : `${formatTimeLeft(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** A duration that is estimated: `8 seconds`, `about 3 minutes`, `about 2 hours`. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 60) return formatCount(Math.max(1, Math.ceil(seconds)), 'second');
  if (seconds < 5400) return `about ${formatCount(Math.round(seconds / 60), 'minute')}`;
  return `about ${formatCount(Math.round(seconds / 3600), 'hour')}`;
}
