import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TopicRecords } from '../../../../pipeline/core/topic-records.ts';
import { readTopics, writeTopics } from '../../../../pipeline/store/topics-file.ts';
import { scratchFolders } from '../../../fixtures/scratch-folder.ts';
import { smallContent } from '../../../fixtures/snapshot-content.ts';

const newFolder = scratchFolders();
const rows = smallContent().papers.length;

/** The topics of a small snapshot, with months: the first topic has a gap, the last has none at all. */
function topicsWithMonths(): TopicRecords {
  const { topics } = smallContent();
  const last = topics.named.length - 1;
  const named = topics.named.map((topic, at) => ({
    ...topic,
    months:
      at === last
        ? []
        : [
            { month: '2024-11', papers: 3 + at, share: 0.12345 },
            { month: at === 0 ? '2025-02' : '2024-12', papers: 1, share: 0.00007 },
          ],
  }));
  return { ...topics, named };
}

interface Written {
  readonly months?: string[];
  readonly topics: { months: unknown }[];
}
const change = (folder: string, edit: (file: Written) => unknown) => {
  const path = join(folder, 'topics.json');
  writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')))));
};

test('topics are read as they were written, one a line, their months as columns', () => {
  const folder = newFolder();
  const topics = topicsWithMonths();
  writeTopics(folder, topics);
  expect(readTopics(folder, rows)).toEqual(topics);
  const lines = readFileSync(join(folder, 'topics.json'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(topics.named.length + 2);
  expect(lines[0]).toContain('"months":["2024-11","2024-12","2025-02"]');
  expect(lines[1]).toContain('"months":{"at":[0,2],"papers":[3,1],"shares":[0.12345,0.00007]}');
});

test('topics of a snapshot that has a list of months in each are read too', () => {
  const folder = newFolder();
  const topics = topicsWithMonths();
  writeTopics(folder, topics);
  change(folder, ({ months: _, topics: written, ...rest }) => {
    return { ...rest, topics: written.map((one, at) => ({ ...one, months: topics.named[at].months })) };
  });
  expect(readTopics(folder, rows)).toEqual(topics);
});

test('a file of another form is refused with one fault, not with one for each topic', () => {
  const folder = newFolder();
  writeTopics(folder, topicsWithMonths());
  change(folder, (file) => ({ ...file, topics: file.topics.map((one) => ({ ...one, size: 'many' })) }));
  expect(() => readTopics(folder, rows)).toThrow(
    expect.objectContaining({ kind: 'corrupt', message: expect.stringMatching(/^[^✖]*✖[^✖]*size[^✖]*$/) }),
  );
});

test.each([
  ['of a month that is not in the list', { at: [3], papers: [1], shares: [0.5] }],
  ['of unequal length', { at: [0], papers: [], shares: [0.5] }],
])('columns %s are refused', (_, months) => {
  const folder = newFolder();
  writeTopics(folder, topicsWithMonths());
  change(folder, (file) => ({ ...file, topics: file.topics.map((one, at) => (at === 0 ? { ...one, months } : one)) }));
  expect(() => readTopics(folder, rows)).toThrow(
    expect.objectContaining({ name: 'PaperfieldError', kind: 'corrupt', message: expect.stringMatching(/months/) }),
  );
});
