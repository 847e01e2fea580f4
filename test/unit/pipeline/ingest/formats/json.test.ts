import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson, readJsonLines } from '../../../../../pipeline/ingest/formats/json/json.ts';
import { abstractOf } from '../../../../../pipeline/ingest/formats/json/openalex.ts';
import { collect, inChunks } from '../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const read = (content: string | Uint8Array, options = {}) => collect(readJson(inChunks(content), options));
const partsOf = (parts: readonly object[]) =>
  parts.map((part) => ('fields' in part ? part.fields : 'problem' in part ? part.problem : part));
const fieldsIn = async (content: string | Uint8Array, options = {}) => partsOf(await read(content, options));
const NOT_JSON = expect.stringContaining('this is not JSON');

describe('where the records are', () => {
  test.each([
    ['a list', '[{"title":"A"},{"title":"B"}]'],
    ['lists one after the other', '[{"title":"A"}]\n[{"title":"B"}]'],
    ['a list below a key of APIs', '{"count":2,"results":[{"title":"A"},{"title":"B"}],"next":null}'],
    ['a list below two keys', '{"status":"ok","message":{"items":[{"title":"A"},{"title":"B"}]}}'],
    ['a list of papers below any key', '{"reading list":[{"title":"A","year":1},{"title":"B"}]}'],
    [
      'a list in an object with a title of its own',
      '{"title":"Mine","description":"x","items":[{"title":"A"},{"title":"B"}]}',
    ],
    ['answers of an API, one in each line', '{"data":[{"title":"A"}]}\n{"data":[{"title":"B"}]}\n'],
    ['objects one after the other', '{"title":"A"}{"title":"B"}'],
    ['objects in lines', '{"title":"A"}\n\n{"title":"B"}'],
    ['objects in lines that end with commas', '{"title":"A"},\n{"title":"B"},\n'],
    ['a JSON text sequence', '\u001E{"title":"A"}\n\u001E{"title":"B"}\n'],
  ])('%s', async (_, content) => {
    expect(await fieldsIn(content)).toMatchObject([{ title: 'A' }, { title: 'B' }]);
  });

  test('a paper with references is one paper', async () => {
    const paper = { title: 'A', authors: [{ name: 'Ann Able' }], references: [{ title: 'B' }, { title: 'C' }] };
    expect(await fieldsIn(JSON.stringify(paper, null, 2))).toEqual([
      { title: 'A', authors: ['Ann Able'], references: [{ title: 'B' }, { title: 'C' }] },
    ]);
  });

  test('the key of a member is its id', async () => {
    expect(await fieldsIn('{"2301.00001":{"title":"A","year":1999},"x":{"title":"B","year":2000}}')).toEqual([
      { title: 'A', date: '1999', arxivId: '2301.00001' },
      { title: 'B', date: '2000', id: 'x' },
    ]);
  });

  test('an empty list has no records and no problem', async () => {
    expect(await read('[]')).toEqual([]);
    expect(await read('{"total":0,"data":[]}')).toEqual([]);
  });

  test('other content is one problem', async () => {
    expect(await fieldsIn('')).toEqual([expect.stringContaining('the file is empty')]);
    expect(await fieldsIn('hello')).toEqual([expect.stringContaining('not JSON')]);
    expect(await fieldsIn('42')).toEqual([expect.stringContaining('not JSON')]);
  });
});

describe('values', () => {
  test('values of other fields stay what they are', async () => {
    const other = { score: 0.5, open: false, tags2: ['a', 1], nested: { a: { b: null } } };
    expect(await fieldsIn(JSON.stringify([{ title: 'A', ...other, nothing: null, empty: [] }]))).toEqual([
      { title: 'A', ...other },
    ]);
  });

  test('NaN and Infinity are null, but not within texts', async () => {
    expect(await fieldsIn('[{"title":"A, NaN, b","score":NaN,"year":2001,"max":-Infinity}]')).toEqual([
      { title: 'A, NaN, b', date: '2001' },
    ]);
  });

  test('fields that no object of the first hundred has are used if their name says what they are', async () => {
    const list: Record<string, unknown>[] = Array.from({ length: 150 }, (_, i) => ({ title: `T${i}` }));
    list.push({ title: 'Last', doi: '10.5555/last', year: 2001 });
    expect((await fieldsIn(JSON.stringify(list))).at(-1)).toEqual({ title: 'Last', doi: '10.5555/last', date: '2001' });
  });

  test('an index of an abstract is put in order, and absurd positions are ignored', () => {
    expect(abstractOf({ b: [1, 3], a: [0], c: [2, 1e12, -1, 0.5, 'x'] })).toBe('a b c b');
    expect(abstractOf('{"InvertedIndex":{"x":[0]}}')).toBe('x');
    expect(abstractOf('no JSON')).toBeUndefined();
    expect(abstractOf(null)).toBeUndefined();
  });

  test('fields that the user named win, also over those of a known API', async () => {
    const work = { id: 'https://openalex.org/W1', title: 'A', note: 'B' };
    expect(await fieldsIn(JSON.stringify([work]), { columns: { title: 'note' } })).toMatchObject([{ title: 'B' }]);
    await expect(read('[{"title":"A"}]', { columns: { title: 'x' } })).rejects.toThrow("there is no column 'x'");
  });
});

describe('damage', () => {
  const around = (damaged: string) => `[{"title":"A","n":{"title":"no"}},${damaged},{"title":"Z"}]`;
  test.each([
    ['a quote too much', '{"title":"B "b" b"}'],
    ['a quote missing', '{"title":"B, "year":2001}'],
    ['a comma too much', '{"title":"B",}'],
    ['a comma missing', '{"title":"B" "year":2001}'],
    ['a brace missing', '{"title":"B","n":{"a":1}'],
    ['a bracket too much', '{"title":"B","n":[1]]}'],
    ['a line end within a text', '{"title":"B\nb"}'],
    ['an escape that does not exist', '{"title":"B\\x"}'],
    ['a word', '{"title":undefined}'],
  ])('%s ends one record, and the next one is read', async (_, damaged) => {
    expect(await fieldsIn(around(damaged))).toEqual([{ title: 'A', n: { title: 'no' } }, NOT_JSON, { title: 'Z' }]);
  });

  test('a missing comma between records loses nothing', async () => {
    expect(await fieldsIn('[{"title":"A"} {"title":"B"}\n{"title":"C"}]')).toMatchObject([
      { title: 'A' },
      { title: 'B' },
      { title: 'C' },
    ]);
  });

  test('the next record is not an object within the damaged one that begins with the same key', async () => {
    const record = (n: number, more = '') =>
      `{"id":"${n}","title":"T${n}"${more},"authors":[{"id":"a","name":"Ann"},{"id":"b","name":"Bo"}]}`;
    expect(await fieldsIn(`[${record(1)},${record(2, ' x')},${record(3)}]`)).toMatchObject([
      { id: '1' },
      expect.stringContaining('not JSON'),
      { id: '3' },
    ]);
  });

  test('damage within the list of an API does not reach beyond it', async () => {
    const content = '{"results":[{"title":"A"},{"title":B},{"title":"C"}],"facets":[{"title":"no"}]}';
    const fields = await fieldsIn(content);
    expect(fields.slice(0, 3)).toEqual([{ title: 'A' }, NOT_JSON, { title: 'C' }]);
  });

  test('elements that are no objects are problems', async () => {
    const parts = await read('[\n{"title":"A"},\nnull,\n"text",\n[1],\n{"title":"B"}]');
    expect(parts.map((part) => [part.line, 'problem' in part])).toEqual([
      [2, false],
      [3, true],
      [4, true],
      [5, true],
      [6, false],
    ]);
  });

  test('a file that ends within a record, or before its list does, says so', async () => {
    expect(await fieldsIn('[{"title":"A"},{"title":"B')).toEqual([
      { title: 'A' },
      expect.stringContaining('the file ends'),
    ]);
    expect(await fieldsIn('[{"title":"A"},')).toEqual([{ title: 'A' }, expect.stringContaining('the file ends')]);
  });

  test('a record of more than 16 MiB is a problem, and the next one is read', async () => {
    const long = 'x'.repeat(17 * 2 ** 20);
    expect(await fieldsIn(`[{"title":"A"},{"title":"${long}"},{"title":"B"}]`)).toEqual([
      { title: 'A' },
      expect.stringContaining('16 MiB'),
      { title: 'B' },
    ]);
  });

  test.each(['0', '\0', ' ', '[', 'x'])('%j without end takes no memory', async (unit) => {
    const chunk = Buffer.from(unit.repeat(2 ** 20));
    const content = async function* () {
      yield Buffer.from('[{"title":"A"},{"title":"B","n":');
      for (let i = 0; i < 40; i++) yield chunk;
    };
    const before = process.memoryUsage();
    const parts = await collect(readJson(content()));
    const after = process.memoryUsage();
    expect(parts).toHaveLength(2);
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(150 * 2 ** 20);
  });
});

describe('streams', () => {
  test('a list of thirty thousand papers is streamed: the first are given before the last are read', async () => {
    let chunks = 0;
    const content = async function* () {
      yield Buffer.from('[{"title":"first"}');
      for (; chunks < 300; chunks++) yield Buffer.from(',{"title":"T","year":2001}'.repeat(100));
      yield Buffer.from(']');
    };
    let count = 0;
    let chunksAtFirst = 0;
    for await (const part of readJson(content())) {
      if (count === 0) chunksAtFirst = chunks;
      expect(part).toHaveProperty('fields');
      count++;
    }
    expect(count).toBe(30_001);
    expect(chunksAtFirst).toBeLessThan(100);
  });
});

describe('JSON Lines', () => {
  test('the fields that README.md lists are read whatever form they have', async () => {
    const forms: Readonly<Record<string, readonly (readonly [written: unknown, read: unknown])[]>> = {
      title: ['A', 'Two words', 'Ünï', 'x $y<z$'].map((title) => [title, title]),
      abstract: [
        ['', undefined],
        [null, undefined],
        ['An abstract.', 'An abstract.'],
      ],
      id: [
        ['k1', 'k1'],
        [7, '7'],
        ['a b', 'a b'],
      ],
      authors: [
        ['Ann Able; Bo Bell', ['Ann Able', 'Bo Bell']],
        ['Ann Able and Bo Bell', ['Ann Able', 'Bo Bell']],
        [['Ann Able'], ['Ann Able']],
        [[{ name: 'Ann Able' }], ['Ann Able']],
      ],
      date: [
        ['2001', '2001'],
        [2001, '2001'],
        ['2001-02', '2001-02'],
        ['2001-02-03T04:05:06Z', '2001-02-03'],
        ['2001-02-03 04:05:06+02:00', '2001-02-03'],
      ],
      categories: [
        ['cs.CL cs.AI', ['cs.CL', 'cs.AI']],
        ['cs.CL;cs.AI', ['cs.CL', 'cs.AI']],
        [
          ['a b', 'c'],
          ['a b', 'c'],
        ],
      ],
      url: [['http://example.org/b?c=d', 'http://example.org/b?c=d']],
      venue: [['Journal of A', 'Journal of A']],
      comments: [[3, 3]],
      organization: [
        [
          { slug: 'a', name: 'A' },
          { slug: 'a', name: 'A' },
        ],
      ],
    };
    const choices = Object.fromEntries(Object.entries(forms).map(([name, pairs]) => [name, fc.constantFrom(...pairs)]));
    await fc.assert(
      fc.asyncProperty(fc.record(choices, { requiredKeys: ['title'] }), async (paper) => {
        const fields = Object.entries(paper).flatMap(([name, form]) => (form ? [{ name, form }] : []));
        const written = Object.fromEntries(fields.map(({ name, form: [value] }) => [name, value]));
        const expected = fields.flatMap(({ name, form: [, value] }) => (value === undefined ? [] : [[name, value]]));
        expect(await fieldsIn(JSON.stringify(written))).toEqual([Object.fromEntries(expected)]);
      }),
    );
  });

  test('every line that is not blank is one record or one problem', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('{"title":"A"}', '', '  ', '{', '[]', 'null', '{}', 'x', '"')),
        async (lines) => {
          const parts = await collect(readJsonLines(inChunks(lines.join('\n'))));
          const written = lines.flatMap((line, i) => (line.trim() === '' ? [] : [i + 1]));
          expect(parts.map(({ line }) => line)).toEqual(written);
        },
      ),
    );
  });

  test('a line of more than 16 MiB is a problem, and the next one is read', async () => {
    const content = `{"title":"A"}\n{"title":"${'x'.repeat(17 * 2 ** 20)}"}\n{"title":"B"}\n`;
    expect(partsOf(await collect(readJsonLines(inChunks(content))))).toEqual([
      { title: 'A' },
      expect.stringContaining('16 MiB'),
      { title: 'B' },
    ]);
  });

  test('Latin-1 is read, with a problem that says so', async () => {
    const [problem, record] = await read(Buffer.from('{"title":"Café"}\n', 'latin1'));
    expect(problem).toMatchObject({ line: 1, problem: expect.stringContaining('Windows-1252') });
    expect(record).toMatchObject({ fields: { title: 'Café' } });
  });
});
