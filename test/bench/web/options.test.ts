import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';

describe('the options of the page benchmark', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'paperfield-options-'));
    writeFileSync(join(folder, 'current'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are by default the sample and two large maps', () => {
    expect(parseOptions([])).toEqual({ data: null, page: null, papers: [100_000, 1_000_000] });
  });

  test('are a data folder and the numbers of papers, or none', () => {
    expect(parseOptions(['--data', folder, '--papers', '5,70'])).toEqual({ data: folder, page: null, papers: [5, 70] });
    expect(parseOptions(['--papers', 'none']).papers).toEqual([]);
  });

  const wrong = ['0', '-1', '1e5', 'many', '', '100,', '10,0', '6000000', '1.5'];
  test.each(wrong)('reject %j as a number of papers', (papers) => {
    expect(() => parseOptions([`--papers=${papers}`])).toThrow(
      expect.objectContaining({ kind: 'bad_request', message: expect.stringMatching(`got "${papers}"`) }),
    );
  });

  test('reject a folder that is missing or of another kind, and unknown options', () => {
    expect(() => parseOptions(['--data', '/nowhere'])).toThrow(/^\/nowhere is not a data folder with a snapshot/);
    expect(() => parseOptions(['--page', folder])).toThrow(/is not a built page: it has no index\.html/);
    expect(() => parseOptions(['--paper', '5'])).toThrow(/--paper/);
    expect(() => parseOptions(['5'])).toThrow(/5/);
  });
});
