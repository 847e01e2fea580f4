import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SnapshotTopics } from '../../../../pipeline/core/topic-tree.ts';
import { readTopics, writeTopics } from '../../../../pipeline/store/topics-file.ts';
import { smallSnapshotContent } from '../../../fixtures/snapshot-content.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const rows = smallSnapshotContent().papers.length;

/** The topics of a small snapshot with months: the first topic has a gap between them, the last has no month. */
function topicsWithMonths(): SnapshotTopics {
  const { topics } = smallSnapshotContent();
  const last = topics.records.length - 1;
  const records = topics.records.map((topic, i) => ({
    ...topic,
    months:
      i === last
        ? []
        : [
            { month: '2024-11', papers: 3 + i, share: 0.12345 },
            { month: i === 0 ? '2025-02' : '2024-12', papers: 1, share: 0.00007 },
          ],
  }));
  return { ...topics, records };
}

interface TopicsJson {
  readonly months?: string[];
  readonly topics: { months: unknown }[];
}
const change = (folder: string, edit: (file: TopicsJson) => unknown) => {
  const path = join(folder, 'topics.json');
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')))));
};

test('topics are read back as they were written: one per line, their months as columns', () => {
  const folder = newFolder();
  const topics = topicsWithMonths();
  writeTopics(folder, topics);
  expect(readTopics(folder, rows)).toEqual(topics);
  const lines = readFileSync(join(folder, 'topics.json'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(topics.records.length + 2);
  expect(lines[0]).toContain('"months":["2024-11","2024-12","2025-02"]');
  expect(lines[1]).toContain('"months":{"indexes":[0,2],"papers":[3,1],"shares":[0.12345,0.00007]}');
});

test('a wrong field is reported once, not once per topic', () => {
  const folder = newFolder();
  writeTopics(folder, topicsWithMonths());
  change(folder, (file) => ({ ...file, topics: file.topics.map((one) => ({ ...one, size: 'many' })) }));
  expect(() => readTopics(folder, rows)).toThrow(
    expect.objectContaining({ kind: 'corrupt', message: expect.stringMatching(/^[^✖]*✖[^✖]*size[^✖]*$/) }),
  );
});

test.each([
  ['of a month that is not in the list', { indexes: [3], papers: [1], shares: [0.5] }],
  ['of unequal length', { indexes: [0], papers: [], shares: [0.5] }],
  ['as a list, which format 3 had', [{ month: '2025-01', papers: 1, share: 0.5 }]],
])('months %s are rejected', (_, months) => {
  const folder = newFolder();
  writeTopics(folder, topicsWithMonths());
  change(folder, (file) => ({ ...file, topics: file.topics.map((one, i) => (i === 0 ? { ...one, months } : one)) }));
  expect(() => readTopics(folder, rows)).toThrow(
    expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt', message: expect.stringMatching(/months/) }),
  );
});
