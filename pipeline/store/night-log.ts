/** The nights on disk: the log `logs/nightly.jsonl`, one line a run, and the reports `runs/DATE.md`. */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type NightRecord, renderNightReport } from '../core/night-report.ts';
import { createFolder } from '../runtime/create-folder.ts';
import { writeAtomically } from './atomic-write.ts';
import { dataPaths } from './data-folder.ts';

/** What readers of the log rely on; everything else of a record is shown only if it is there. */
const recordSchema = z.looseObject({
  time: z.iso.datetime(),
  tookMs: z.number(),
  outcome: z.enum(['promoted', 'unchanged', 'failed']),
  code: z.string().optional(),
  message: z.string().optional(),
  snapshot: z.string().optional(),
  report: z.string().optional(),
});

/** How much of the end of the log is read: a record has one to ten kB. */
const TAIL_BYTES = 2 ** 20;

/**
 * Appends a night to the log and writes its report.
 *
 * @throws the system's error, if the folder cannot be written to
 */
export function recordNight(dataDir: string, record: NightRecord): void {
  const { nightlyLog, runs } = dataPaths(dataDir);
  const report = freeReportName(runs, record.time.slice(0, 10));
  createFolder(dirname(nightlyLog));
  appendFileSync(nightlyLog, `${JSON.stringify({ ...record, report })}\n`);
  writeAtomically(join(runs, report), renderNightReport(record));
}

/** `2026-11-21.md`; a second run on one date gets `2026-11-21-2.md`. */
function freeReportName(runs: string, date: string): string {
  let name = `${date}.md`;
  for (let n = 2; existsSync(join(runs, name)); n++) name = `${date}-${n}.md`;
  return name;
}

/** The last nights, oldest first. Lines that are not records, such as one cut short by a full disk, are left out. */
export function readNights(dataDir: string): NightRecord[] {
  const { nightlyLog } = dataPaths(dataDir);
  if (!existsSync(nightlyLog)) return [];
  return readTail(nightlyLog)
    .split('\n')
    .flatMap((line) => {
      try {
        return [recordSchema.parse(JSON.parse(line)) as NightRecord];
      } catch {
        return [];
      }
    });
}

function readTail(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const bytes = Buffer.alloc(length);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, size - length));
  } finally {
    closeSync(file);
  }
}

const REPORT_NAME = /^\d{4}-\d\d-\d\d(?:-\d{1,4})?\.md$/;

/** The text of a report; undefined if there is none of this name. Names with other characters are never opened. */
export function readNightReport(dataDir: string, name: string): string | undefined {
  const path = join(dataPaths(dataDir).runs, name);
  return REPORT_NAME.test(name) && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
