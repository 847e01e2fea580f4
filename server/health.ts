/** What monitoring asks: health, status, metrics; and the watch over nights in which nothing runs. */
import { statSync } from 'node:fs';
import { Hono } from 'hono';
import type { Effects } from '../pipeline/core/effects.ts';
import {
  ALARMING_NIGHTS,
  judgeNights,
  type NightHealth,
  type NightRecord,
  nightReasons,
} from '../pipeline/core/night-report.ts';
import { type NotifyOptions, sendNotice } from '../pipeline/runtime/notify.ts';
import { dataPaths, type Rollback, readRollback } from '../pipeline/store/data-folder.ts';
import { readNightReport, readNights } from '../pipeline/store/night-log.ts';
import { createHandler, type RequestCounter, type TimedEnv } from './http/endpoint.ts';
import type { LiveEngine } from './live-snapshot.ts';
import type { ImportPolicy } from './schemas/import.ts';
import type { HealthResponse, StatusResponse } from './schemas/status.ts';

/** The nights of a data folder, which other processes write. */
export interface NightArchive {
  /** The last nights, oldest first. */
  records(): readonly NightRecord[];
  /** The text of a report; undefined if there is none of this name. */
  report(name: string): string | undefined;
  /** The rollback that made the current snapshot current. */
  rollback(): Rollback | undefined;
}

/** Opens the nights of a data folder. The log is read again only after it has changed. */
export function openNightArchive(dataDir: string): NightArchive {
  let version = '';
  let records: readonly NightRecord[] = [];
  return {
    records() {
      const file = statSync(dataPaths(dataDir).nightlyLog, { throwIfNoEntry: false });
      const now = `${file?.mtimeMs} ${file?.size}`;
      if (now !== version) records = readNights(dataDir);
      version = now;
      return records;
    },
    report: (name) => readNightReport(dataDir, name),
    rollback: () => readRollback(dataDir),
  };
}

interface HealthSources {
  readonly live: LiveEngine;
  readonly nights: NightArchive;
  readonly importPolicy: ImportPolicy;
  now(): Date;
  readonly requests: RequestCounter;
}

/** Routes of status, health check and metrics. */
export function createHealthRoutes({ live, nights, importPolicy, now, requests }: HealthSources): Hono<TimedEnv> {
  const routes = new Hono<TimedEnv>();
  const judged = () => judgeNights(nights.records(), now());
  routes.get(
    '/api/status',
    createHandler(live, {
      name: 'status',
      answer: (engine): StatusResponse => ({
        ...engine.status(now()),
        fault: live.state().fault,
        rollback: nights.rollback() ?? null,
        nights: summarizeNights(judged()),
        import: importPolicy,
      }),
    }),
  );
  routes.get('/healthz', async (c) => {
    const health = await c.get('timing').measure('health', () => healthOf(live, judged()));
    return c.json(health, health.ok ? 200 : 503);
  });
  routes.get('/metrics', (c) =>
    live.with(async (engine) => {
      const text = await c
        .get('timing')
        .measure('metrics', () => renderMetrics(engine.status(now()), live.state().fault, judged(), requests));
      return c.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    }),
  );
  return routes;
}

function summarizeNights({ last, ...health }: NightHealth): StatusResponse['nights'] {
  return {
    last: last && {
      time: last.time,
      tookSeconds: Math.max(0, last.tookMs / 1000),
      outcome: last.outcome,
      code: last.code ?? null,
      message: last.message ?? null,
      newPapers: last.papers?.new.count ?? null,
      report: last.report ?? null,
    },
    ...health,
  };
}

/**
 * Whether someone should look. One failed night is none of the reasons: the server still serves, and the next night may
 * succeed. Restarting the server helps against none of them.
 */
function healthOf(live: LiveEngine, nights: NightHealth): HealthResponse {
  const { snapshot, fault } = live.state();
  const reasons = [
    ...(fault === null ? [] : [`the current snapshot is not served, but ${snapshot}: ${fault}`]),
    ...nightReasons(nights),
  ];
  return { ok: reasons.length === 0, snapshot, reasons };
}

type Labels = Readonly<Record<string, string>>;

/**
 * All metrics in the text format of Prometheus, version 0.0.4. Written here, because the library for it (prom-client) is
 * deprecated and its successor does not run in Node 20 (docs/decisions/0053).
 */
function renderMetrics(
  { snapshot, model, counts, quality }: Pick<StatusResponse, 'snapshot' | 'model' | 'counts' | 'quality'>,
  fault: string | null,
  { last, lastSuccess, failedInARow, silentNights }: NightHealth,
  { byStatus }: RequestCounter,
): string {
  const lines: string[] = [];
  const add = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    values: readonly (readonly [value: number | null, labels?: Labels])[],
  ) => {
    const known = values.filter(([value]) => value !== null);
    if (known.length === 0) return;
    lines.push(`# HELP paperfield_${name} ${help}`, `# TYPE paperfield_${name} ${type}`);
    for (const [value, labels] of known) lines.push(`paperfield_${name}${formatLabels(labels)} ${value}`);
  };
  const seconds = (time: string | null | undefined) => (time ? Date.parse(time) / 1000 : null);
  const { cpuUsage, memoryUsage } = process;
  const cpu = cpuUsage();
  add('snapshot_info', 'gauge', 'The snapshot that is served.', [[1, { snapshot: snapshot.id, model: model.name }]]);
  add('snapshot_created_timestamp_seconds', 'gauge', 'When the snapshot was built.', [[seconds(snapshot.createdAt)]]);
  add('snapshot_age_seconds', 'gauge', 'Age of the snapshot.', [[snapshot.ageSeconds]]);
  add('snapshot_fault', 'gauge', '1 if the current snapshot is damaged and another one is served.', [[fault ? 1 : 0]]);
  add('model_available', 'gauge', '0 if only keyword search is available.', [[model.available ? 1 : 0]]);
  add('papers', 'gauge', 'Papers in the snapshot.', [[counts.papers]]);
  add('topics', 'gauge', 'Topics in the snapshot.', [[counts.topics]]);
  add('outliers', 'gauge', 'Papers without a topic.', [[counts.outliers]]);
  add('source_rows', 'gauge', 'Rows of the sources that gave no paper of their own, or not a complete one.', [
    [counts.skippedRows, { kind: 'skipped' }],
    [counts.incompleteRows, { kind: 'incomplete' }],
    [counts.mergedRows, { kind: 'merged' }],
  ]);
  add(
    'quality',
    'gauge',
    'Measured quality of the snapshot.',
    Object.entries(quality).map(([figure, value]) => [value, { figure }] as const),
  );
  add('night_last_timestamp_seconds', 'gauge', 'Start of the last nightly run.', [[seconds(last?.time)]]);
  add('night_last_duration_seconds', 'gauge', 'Duration of the last nightly run.', [[last && last.tookMs / 1000]]);
  add('night_last_success_timestamp_seconds', 'gauge', 'Start of the last nightly run that succeeded.', [
    [seconds(lastSuccess)],
  ]);
  add('nights_failed_in_a_row', 'gauge', 'Nightly runs since the last success, all of which failed.', [[failedInARow]]);
  add('nights_silent', 'gauge', 'Nights since the last run in which nothing ran.', [[silentNights]]);
  add(
    'night_stage_seconds',
    'gauge',
    'Seconds of the stages of the last nightly run.',
    (last?.stages ?? []).map((stage) => [stage.seconds, { stage: stage.name }] as const),
  );
  add(
    'http_responses_total',
    'counter',
    'Responses by HTTP status.',
    [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => [count, { status: String(status) }] as const),
  );
  add('process_resident_memory_bytes', 'gauge', 'Memory of the server.', [[memoryUsage().rss]]);
  add('process_cpu_seconds_total', 'counter', 'Processor time of the server.', [[(cpu.user + cpu.system) / 1e6]]);
  add('process_uptime_seconds', 'gauge', 'Time since the server started.', [[Math.round(process.uptime())]]);
  return `${lines.join('\n')}\n`;
}

function formatLabels(labels: Labels | undefined): string {
  if (!labels) return '';
  const escapeLabel = (text: string) => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')}}`;
}

/** Milliseconds between two looks at the log of the nights. */
const WATCH_MS = 10 * 60_000;

/**
 * Tells people once when nothing has run for two nights: then no nightly run is there that could tell of itself. Watches
 * only where a night ran before, and returns a function that ends the watch.
 */
export function watchNights(
  nights: NightArchive,
  options: NotifyOptions | undefined,
  effects: Pick<Effects, 'now' | 'warn'>,
  intervalMs = WATCH_MS,
): () => void {
  /** Time of the run after which it was told that nothing ran. */
  let told = '';
  const look = async () => {
    const { last, silentNights } = judgeNights(nights.records(), effects.now());
    if (!last || silentNights < ALARMING_NIGHTS || told === last.time) return;
    told = last.time;
    const subject = `paperfield: nothing ran for ${silentNights} nights`;
    const text = `The last nightly run was ${last.time} (${last.outcome}). See whether cron or the timer still starts it.`;
    const details = { silentNights, last: last.time };
    effects.warn(`${subject}; the last run was ${last.time}`);
    if (options) await sendNotice({ event: 'nights_silent', subject, text, details }, options, effects);
  };
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}
