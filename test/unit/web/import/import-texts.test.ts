import { describe, expect, test } from 'vitest';
import type { ImportPreview } from '../../../../server/schemas/import.ts';
import {
  formatBytes,
  formatName,
  formatTimeLeft,
  outcomeText,
  previewTexts,
  progressText,
  stageText,
} from '../../../../web/import/import-texts.ts';

const preview = (counts: Partial<ImportPreview>, rows = [14]): ImportPreview => ({
  files: rows.map((count, i) => ({
    name: `${i}.csv`,
    format: 'CSV',
    columns: [],
    otherColumns: [],
    rows: count,
    papers: count,
    merged: 0,
    skipped: 0,
  })),
  papers: 14,
  merged: 0,
  skipped: 0,
  alreadyThere: 0,
  examples: [],
  duplicates: [],
  problems: [],
  ...counts,
});

describe('a preview', () => {
  test('says how many papers come of how many rows', () => {
    expect(previewTexts(preview({}))).toEqual(['14 papers in 14 rows of 1 file.']);
    expect(previewTexts(preview({ papers: 1 }, [1000, 234]))).toEqual(['1 paper in 1,234 rows of 2 files.']);
  });

  test('says what is already there, merged and skipped', () => {
    expect(previewTexts(preview({ papers: 12, merged: 1, skipped: 2, alreadyThere: 1 }))).toEqual([
      '12 papers in 14 rows of 1 file.',
      '1 of them is already here and would be updated.',
      '1 duplicate merged, 2 rows skipped.',
    ]);
    expect(previewTexts(preview({ alreadyThere: 14 }))[1]).toBe('All are already here and would be updated.');
  });
});

test('an outcome says what was added and what was not', () => {
  const outcome = { snapshot: 's', papers: 20, added: 12, merged: 3, skipped: 1 };
  expect(outcomeText(outcome)).toBe('Added 12 papers. 3 duplicates merged, 1 row skipped.');
  expect(outcomeText({ ...outcome, added: 0, merged: 0, skipped: 0 })).toBe('No new papers.');
});

test('formats have the names that people know', () => {
  expect(['bibtex', 'oai-pmh', 'new-one', null].map(formatName)).toEqual([
    'BibTeX',
    'OAI-PMH',
    'new-one',
    'unknown format',
  ]);
});

describe('progress', () => {
  test('says how much is done, how fast, and how long it will take', () => {
    const progress = { stage: 'embed', done: 1200, total: 9876, perSecond: 812.3, secondsLeft: 10.6 };
    expect(progressText(progress)).toBe('1,200 of 9,876 · 812 per second · 11 seconds left');
    expect(stageText(progress)).toBe('Embedding papers');
  });

  test('says less where less is known', () => {
    expect(progressText({ stage: 'map', done: 0 })).toBe('');
    expect(progressText({ stage: 'parse', done: 400, total: null, perSecond: 4.25 })).toBe('400 · 4.3 per second');
    expect(progressText({ stage: 'embed', done: 9, total: 9, perSecond: 1, secondsLeft: 0 })).toBe(
      '9 of 9 · 1 per second',
    );
    expect(stageText({ stage: 'polish' })).toBe('Polish');
  });

  test.each([
    [0.2, '1 second'],
    [59, '59 seconds'],
    [100, 'about 2 minutes'],
    [7200, 'about 2 hours'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text);
  });
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [81_234, '81 kB'],
  [4_234_567, '4.2 MB'],
  [1_000_000_000, '1,000 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
