import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('what the bench of the page is asked for', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'paperfield-options-'));
    writeFileSync(join(folder, 'current'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the sample and two large maps where nothing is said', () => {
    expect(readOptions([])).toEqual({ data: null, page: null, papers: [100_000, 1_000_000] });
  });

  it('is read: a folder, some maps or none', () => {
    expect(readOptions(['--data', folder, '--papers', '5,70'])).toEqual({ data: folder, page: null, papers: [5, 70] });
    expect(readOptions(['--papers', 'none']).papers).toEqual([]);
  });

  it.each(['0', '-1', '1e5', 'many', '', '100,', '10,0', '6000000', '1.5'])('is not %j papers', (papers) => {
    expect(() => readOptions([`--papers=${papers}`])).toThrow(
      expect.objectContaining({ kind: 'bad_request', message: expect.stringMatching(`got "${papers}"`) }),
    );
  });

  it('is told where there is no such folder, or no such option', () => {
    expect(() => readOptions(['--data', '/nowhere'])).toThrow(/^\/nowhere is no data folder with a snapshot/);
    expect(() => readOptions(['--page', folder])).toThrow(/is no built page: there is no index\.html/);
    expect(() => readOptions(['--paper', '5'])).toThrow(/--paper/);
    expect(() => readOptions(['5'])).toThrow(/5/);
  });
});
