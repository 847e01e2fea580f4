import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { readFields } from '../../../../pipeline/ingest/other-fields.ts';
import { readPapers } from '../../../../pipeline/ingest/read-and-merge-papers.ts';
import { jsonlOf } from '../../../fixtures/source-of.ts';

const read = (object: object) => readFields(object as Record<string, unknown>, (name) => name === 'title');

describe('the fields of an object', () => {
  test('are numbers, texts, flags and lists, by name in order', () => {
    const { fields, unkept } = read({
      title: 'known',
      upvotes: 3,
      publishedAt: ' 2026-07-01T10:00:00Z ',
      'Peer reviewed': true,
      tags: ['b', 'a', null, 'b', ' ', 7],
      metrics: { stars: 5, 'fork count': 2 },
    });
    expect(Object.entries(fields ?? {})).toEqual([
      ['metrics.fork_count', 2],
      ['metrics.stars', 5],
      ['peer_reviewed', true],
      ['published_at', '2026-07-01T10:00:00Z'],
      ['tags', ['b', 'a', '7']],
      ['upvotes', 3],
    ]);
    expect(unkept).toEqual([]);
  });

  test('that are null or blank have no value', () => {
    expect(read({ a1: null, b1: ' ', c1: [], d1: [null, ''], e1: {} })).toEqual({ fields: undefined, unkept: [] });
  });

  test('that cannot be columns are named with the reason', () => {
    const { fields, unkept } = read({
      deep: { deeper: { deepest: 1 }, kept: 1 },
      people: [{ name: 'Ada' }],
      '***': 1,
      long: 'x'.repeat(20_001),
      many: Array.from({ length: 1001 }, String),
    });
    expect(fields).toEqual({ 'deep.kept': 1 });
    expect(unkept.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'deep.deeper: an object within an object',
      'people: a list of lists or objects',
      '***: its name has no letter or is too long',
      'long: a text of more than 20000 characters',
      'many: a list of more than 1000 values',
    ]);
  });

  test('are read without an error, whatever they are, and survive JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (object) => {
        const { fields } = read(object);
        expect(JSON.parse(JSON.stringify(fields ?? {}))).toEqual(JSON.parse(JSON.stringify({ ...fields })));
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(read(JSON.parse('{"big": 1e999, "__proto__": 1, "constructor": 2}'))).toEqual({
      fields: { proto: 1, constructor: 2 },
      unkept: [{ name: 'big', reason: 'a number that is too large' }],
    });
  });
});

test('rows of one paper are merged field by field, the later value winning', async () => {
  const base = { id: 'a', title: 'Tides', abstract: 'We read time from tides.' };
  const rows = [{ ...base, upvotes: 3, source: 'feed' }, { ...base, upvotes: 5, tags: ['x'] }, { ...base }];
  const { papers } = await readPapers([jsonlOf(rows)], silentEffects());
  expect(papers).toEqual([{ ...base, fields: { source: 'feed', tags: ['x'], upvotes: 5 } }]);
  expect(Object.keys(papers[0].fields ?? {})).toEqual(['source', 'tags', 'upvotes']);
});

test('a field that cannot be a column is reported once, for its first row', async () => {
  const rows = [1, 2, 3].map((i) => ({ id: `p${i}`, title: `Tides ${i}`, abstract: 'Words.', people: [{ i }] }));
  const { papers, issues } = await readPapers([jsonlOf(rows)], silentEffects());
  expect(papers).toHaveLength(3);
  expect(issues).toEqual([
    {
      kind: 'incomplete',
      file: 'papers.jsonl',
      line: 1,
      reason: 'the field "people" is not kept here: a list of lists or objects (said once, for the first such row)',
      excerpt: 'Tides 1',
    },
  ]);
});

test('a row of the daily feed keeps its upvotes and its day', async () => {
  const row = {
    id: '2607.1',
    title: 'Tides',
    abstract: 'Words.',
    published: '2026-07-01',
    date: '2026-07-03',
    upvotes: 12,
  };
  const { papers } = await readPapers([jsonlOf([row])], silentEffects());
  expect(papers[0]).toMatchObject({ date: '2026-07-03', fields: { published: '2026-07-01', upvotes: 12 } });
  const { date: _, ...undated } = row;
  const [paper] = (await readPapers([jsonlOf([undated])], silentEffects())).papers;
  expect(paper).toMatchObject({ date: '2026-07-01', fields: { published: '2026-07-01', upvotes: 12 } });
});
