/** What a nightly run did, as a record of the log, as a report for people, and as a judgement of the last nights. */
import type { Manifest, MapDrift } from './manifest.ts';

/** Papers, by id and title. */
export interface NamedPapers {
  readonly count: number;
  /** The first of them. */
  readonly first: readonly { readonly id: string; readonly title: string }[];
}

/** How the topics of a night differ from those of the night before, on the chosen level. */
export interface TopicDifferences {
  readonly born: readonly { readonly id: number; readonly name: string; readonly papers: number }[];
  readonly died: readonly { readonly id: number; readonly name: string; readonly papers: number }[];
  readonly merged: readonly { readonly id: number; readonly name: string; readonly from: readonly string[] }[];
  readonly renamed: readonly { readonly id: number; readonly before: string; readonly after: string }[];
}

/** A quality figure before and after. */
export interface FigureChange {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** What came of one source in a night. */
export interface NightSource {
  readonly name: string;
  readonly kind: string;
  readonly outcome: 'fetched' | 'unchanged' | 'failed' | 'planned';
  /** Why it failed. What it gave before stays in use. */
  readonly problem?: string;
  readonly notes?: readonly string[];
  /** Records that came this night, as far as they can be counted. */
  readonly records: number;
  readonly seconds: number;
}

/** One line of the log: a nightly run, whether it succeeded or not. */
export interface NightRecord {
  /** Start of the run, ISO 8601 in UTC. */
  readonly time: string;
  readonly tookMs: number;
  readonly outcome: 'promoted' | 'unchanged' | 'failed';
  /** Kind of the error, if the run failed; `internal` for a bug, `canceled` if it was stopped. */
  readonly code?: string;
  readonly message?: string;
  /** Id of the snapshot that is current after the run, if it succeeded; and the next ones also then only. */
  readonly snapshot?: string;
  readonly embedded?: number;
  readonly reused?: number;
  readonly pruned?: readonly string[];
  /** The sources that were fetched, also by a run that failed afterwards. */
  readonly sources?: readonly NightSource[];
  readonly counts?: Manifest['counts'];
  readonly papers?: {
    readonly new: NamedPapers;
    readonly changed: NamedPapers;
    /** Papers that no source gave and that stay. */
    readonly kept: NamedPapers;
    /** Papers that no source gave and that left. */
    readonly removed: NamedPapers;
    /** Papers that their source says are deleted. */
    readonly deleted?: NamedPapers;
    readonly keptAbstracts: number;
  };
  /** Rows of the sources that gave no paper of their own, or not a complete one, by reason. */
  readonly rows?: readonly {
    readonly kind: string;
    readonly reason: string;
    readonly count: number;
    /** File and line of the first. */
    readonly first: string;
  }[];
  readonly topics?: TopicDifferences;
  /** How far papers moved on the map; null without a previous snapshot. */
  readonly drift?: MapDrift | null;
  readonly figures?: readonly FigureChange[];
  /** Seconds of each stage, in the order of the stages. */
  readonly stages?: readonly { readonly name: string; readonly seconds: number }[];
  readonly warnings?: readonly string[];
  /** When the next run is due, if the server starts the nights: ISO 8601 in UTC. */
  readonly nextDue?: string;
  /** File name of the report in the folder `runs`. */
  readonly report?: string;
}

/** Variable of the environment in which the server tells a night that it starts when the next one is due, ISO 8601. */
export const NEXT_DUE_VARIABLE = 'PAPERFIELD_NEXT_NIGHT';

/** How the last nights went. */
export interface NightHealth {
  /** The last run; null if there was none yet. */
  readonly last: NightRecord | null;
  /** Start of the last run that succeeded; null if none did. */
  readonly lastSuccess: string | null;
  /** Number of runs since then, all of which failed. */
  readonly failedInARow: number;
  /** Number of nights since the last run in which nothing ran. */
  readonly silentNights: number;
}

const HOUR_MS = 3_600_000;
/** A run may start this much later than it is due, without a night counting as silent. */
const GRACE_MS = 2 * HOUR_MS;
/** From this many nights without a run, or failed runs in a row, someone should look. */
export const ALARMING_NIGHTS = 2;

/**
 * Judges the last nights. A run that found another one at work does not count.
 *
 * @param records oldest first
 */
export function judgeNights(records: readonly NightRecord[], now: Date): NightHealth {
  const runs = records.filter(({ code }) => code !== 'locked');
  const last = runs.at(-1) ?? null;
  const succeeded = runs.findLastIndex(({ outcome }) => outcome !== 'failed');
  // Nights that cron starts are due a day after each other; what the server starts may be due on weekdays only.
  const begin = last === null ? now.getTime() : (parseTime(last.nextDue) ?? Date.parse(last.time) + 24 * HOUR_MS);
  const late = last === null ? -1 : now.getTime() - begin - GRACE_MS;
  return {
    last,
    lastSuccess: runs[succeeded]?.time ?? null,
    failedInARow: runs.length - 1 - succeeded,
    silentNights: late < 0 ? 0 : 1 + Math.floor(late / (24 * HOUR_MS)),
  };
}

function parseTime(time: string | undefined): number | undefined {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A source that failed in the last night that fetched. */
export interface FailingSource {
  readonly name: string;
  readonly problem: string;
  /** Number of nights in a row in which it failed. */
  readonly nights: number;
}

/**
 * The sources that failed last, and for how many nights in a row. A night that did not fetch a source says nothing of it.
 *
 * @param records oldest first
 */
export function failingSources(records: readonly Pick<NightRecord, 'sources'>[]): FailingSource[] {
  const nights = records.flatMap(({ sources = [] }) => (sources.length > 0 ? [sources] : []));
  return (nights.at(-1) ?? []).flatMap(({ name, outcome, problem = '' }) => {
    if (outcome !== 'failed') return [];
    const outcomes = nights.flatMap((sources) => sources.filter((source) => source.name === name));
    const lastGood = outcomes.findLastIndex((source) => source.outcome !== 'failed');
    return [{ name, problem, nights: outcomes.length - 1 - lastGood }];
  });
}

/** Why someone should look at the nights, a phrase each; none if all is well. One failed night is no reason. */
export function nightReasons({ last, failedInARow, silentNights }: NightHealth): string[] {
  return [
    ...(failedInARow >= ALARMING_NIGHTS ? [`the last ${failedInARow} nights failed: ${last?.message}`] : []),
    ...(silentNights >= ALARMING_NIGHTS
      ? [`nothing ran for ${silentNights} nights, the last run was ${last?.time}`]
      : []),
  ];
}

/** How many papers or names a list of a report shows. */
export const MAX_LISTED = 20;

/** Makes texts of papers and files harmless in Markdown, in which a title could otherwise be a heading or a link. */
function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

/** A report of a night for people, in Markdown. */
export function renderNightReport(record: NightRecord): string {
  const { time, tookMs, outcome, code, message, snapshot, counts, papers, rows, topics, drift } = record;
  const sections: (readonly [title: string, lines: readonly string[]])[] = [
    ['Attention', (record.warnings ?? []).map((warning) => `- ${escapeMarkdown(warning)}`)],
    ['Sources', (record.sources ?? []).flatMap(sourceLines)],
    ['Papers', papers ? paperLines(papers) : []],
    [
      'Rows skipped, incomplete or merged',
      (rows ?? []).map(
        (row) => `- ${row.count} ${row.kind}: ${escapeMarkdown(row.reason)} (first at ${escapeMarkdown(row.first)})`,
      ),
    ],
    ['Topics', topics ? topicLines(topics) : []],
    ['Map', driftLines(drift)],
    ['Figures', figureLines(record.figures ?? [])],
    ['Seconds a stage', (record.stages ?? []).map(({ name, seconds }) => `- ${escapeMarkdown(name)}: ${seconds}`)],
  ];
  const head =
    outcome === 'failed'
      ? `**Failed** (${code}): ${escapeMarkdown(message ?? '')}`
      : `**${outcome === 'promoted' ? 'New snapshot' : 'Nothing new'}**: ${snapshot}` +
        (counts ? `, ${counts.papers} papers in ${counts.topics} topics, ${record.embedded} texts embedded` : '');
  return [
    `# Night of ${time.slice(0, 10)}`,
    '',
    head,
    '',
    `Started ${time}, took ${(tookMs / 1000).toFixed(1)} s.`,
    ...sections.flatMap(([title, lines]) => (lines.length > 0 ? ['', `## ${title}`, '', ...lines] : [])),
    '',
  ].join('\n');
}

function sourceLines({ name, kind, outcome, problem, notes = [], records, seconds }: NightSource): string[] {
  const what = {
    fetched: records > 0 ? `${records} records` : 'fetched',
    unchanged: 'nothing new',
    planned: 'would be fetched',
    failed: `**failed**, what it gave before stays in use: ${escapeMarkdown(problem ?? '')}`,
  }[outcome];
  return [
    `- ${escapeMarkdown(name)} (${kind}): ${what}, ${seconds} s`,
    ...notes.map((note) => `  - ${escapeMarkdown(note)}`),
  ];
}

function paperLines(papers: NonNullable<NightRecord['papers']>): string[] {
  const list = (what: string, { count, first }: NamedPapers) => [
    `- ${what}: ${count}`,
    ...first.map(({ id, title }) => `  - ${escapeMarkdown(title)} (${escapeMarkdown(id)})`),
    ...(count > first.length && first.length > 0 ? [`  - … and ${count - first.length} more`] : []),
  ];
  return [
    ...list('new', papers.new),
    ...list('changed', papers.changed),
    ...list('in no source any more, kept', papers.kept),
    ...list('in no source any more, removed', papers.removed),
    ...(papers.deleted && papers.deleted.count > 0 ? list('deleted in their source', papers.deleted) : []),
    ...(papers.keptAbstracts > 0 ? [`- came without an abstract and keep theirs: ${papers.keptAbstracts}`] : []),
  ];
}

function topicLines({ born, died, merged, renamed }: TopicDifferences): string[] {
  const name = escapeMarkdown;
  const lines = [
    ...born.map((topic) => `- born: ${name(topic.name)}, ${topic.papers} papers`),
    ...died.map((topic) => `- died: ${name(topic.name)}, had ${topic.papers} papers`),
    ...merged.map((topic) => `- merged: ${name(topic.name)}, from ${topic.from.map(name).join(' and ')}`),
    ...renamed.map(({ before, after }) => `- renamed: ${name(before)} is now ${name(after)}`),
  ];
  return lines.length > 0 ? lines : ['- all as before'];
}

function driftLines(drift: MapDrift | null | undefined): string[] {
  if (!drift) return [];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    `- ${drift.shared} papers moved by ${percent(drift.median)} of the width of the map (median), ` +
      `${percent(drift.p95)} (95th percentile)`,
  ];
}

function figureLines(figures: readonly FigureChange[]): string[] {
  if (figures.length === 0) return [];
  const cell = (value: number | null) => (value === null ? '–' : String(Math.round(value * 10_000) / 10_000));
  return [
    '| figure | before | after |',
    '|---|---|---|',
    ...figures.map(({ name, before, after }) => `| ${name} | ${cell(before)} | ${cell(after)} |`),
  ];
}
