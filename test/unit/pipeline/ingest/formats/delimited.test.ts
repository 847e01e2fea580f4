import { describe, expect, test } from 'vitest';
import { readDelimited } from '../../../../../pipeline/ingest/formats/tabular/delimited.ts';
import { collect, inChunks } from '../../../../fixtures/damaged-bytes.ts';

const read = (content: string | Uint8Array, options = {}) => collect(readDelimited(inChunks(content), options));
const fieldsIn = async (content: string | Uint8Array, options = {}) =>
  (await read(content, options)).map((part) => ('fields' in part ? part.fields : part.problem));

describe('how tables are written', () => {
  test('the delimiter is the one with which the header has known names', async () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      const table =
        ['Title', 'Year', 'Note'].join(delimiter) +
        '\n' +
        ['A, b; c | d', '2001', 'x'].map((cell) => `"${cell}"`).join(delimiter);
      expect(await fieldsIn(table)).toEqual([{ title: 'A, b; c | d', date: '2001', Note: 'x' }]);
    }
  });

  test('a table with one column of titles is read', async () => {
    expect(await fieldsIn('title\nFirst\nSecond, with a comma\n')).toEqual([
      { title: 'First' },
      expect.stringContaining('2 columns'),
    ]);
    expect(await fieldsIn('title\n"Second, with a comma"\n')).toEqual([{ title: 'Second, with a comma' }]);
  });

  test('rows end with LF, CR LF or, in files of old Macintosh programs, CR', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const parts = await read(['title,year', 'A,2001', '', 'B,2002', ''].join(end));
      expect(parts.map(({ line }) => line)).toEqual([2, 4]);
    }
  });

  test('line ends and doubled quotes within quotes are part of the value, and count as lines', async () => {
    const parts = await read('title,abstract\nA,"one\ntwo ""three"""\nB,four\n');
    expect(parts).toMatchObject([
      { line: 2, fields: { abstract: 'one two "three"' } },
      { line: 4, fields: { abstract: 'four' } },
    ]);
  });

  test('UTF-16 of either byte order is read if it begins with a mark', async () => {
    const text = 'title,year\nŁódź,2001\n';
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const big = Buffer.from(little).swap16();
    for (const content of [little, big]) expect(await fieldsIn(content)).toEqual([{ title: 'Łódź', date: '2001' }]);
  });

  test('a table without rows has no records, and an empty file is a problem', async () => {
    expect(await read('title,year\n')).toEqual([]);
    expect(await fieldsIn('')).toEqual([expect.stringContaining('the file is empty')]);
    expect(await fieldsIn('\n \n')).toEqual([expect.stringContaining('the file is empty')]);
  });

  test('values that say nothing are left out, and a row of nothing else is a problem', async () => {
    expect(await fieldsIn('title,year,note\nA,NaN,null\nNaN,,N/A\n')).toEqual([
      { title: 'A' },
      expect.stringContaining('no field has a value'),
    ]);
  });

  test('a title that is called as what databases write for a missing abstract is a title', async () => {
    expect(await fieldsIn('title,abstract\nNot available,Not available\n')).toEqual([{ title: 'Not available' }]);
  });
});

describe('rows that do not fit', () => {
  test('a row with fewer cells has empty ones at its end, as Excel writes them in blocks of rows', async () => {
    const rows = ['A,2001,x,y,z', 'B,2002', 'C,2003', 'D,2004', 'E,2005,x,y,z'];
    expect(await fieldsIn(`title,year,a,b,c\n${rows.join('\n')}\n`)).toMatchObject(
      ['A', 'B', 'C', 'D', 'E'].map((title) => ({ title })),
    );
  });

  test('a row that a line end cuts is a problem for each of its parts', async () => {
    const parts = await fieldsIn('title,abstract,year,a,b\nA,It is\ncut\nhere,2001,x,y\nB,whole,2002,x,y\n');
    expect(parts).toEqual([
      expect.stringContaining('2 columns'),
      expect.stringContaining('1 column'),
      expect.stringContaining('4 columns'),
      expect.objectContaining({ title: 'B' }),
    ]);
  });

  test('a row with more cells is a problem, unless they are empty', async () => {
    expect(await fieldsIn('title,year\nA,2001,,\nB,2002,c\n')).toEqual([
      { title: 'A', date: '2001' },
      expect.stringContaining('3 columns'),
    ]);
  });

  test('a row of more than 16 MiB is a problem, and the next one is read', async () => {
    const long = 'x'.repeat(17 * 2 ** 20);
    expect(await fieldsIn(`title,year\nA,${long}\nB,2002\n`)).toEqual([
      expect.stringContaining('16 MiB'),
      { title: 'B', date: '2002' },
    ]);
  });

  test('a line of zero bytes without end takes no memory', async () => {
    const zeros = Buffer.alloc(2 ** 20);
    const content = async function* () {
      yield Buffer.from('title,year\nA,2001\n"');
      for (let i = 0; i < 100; i++) yield zeros;
    };
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const parts = [];
    for await (const part of readDelimited(content())) {
      parts.push(part);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(parts).toHaveLength(2);
    expect(most).toBeLessThan(80 * 2 ** 20);
  });
});

describe('columns', () => {
  test('columns that the user named win over every guess', async () => {
    const columns = { title: 'Bezeichnung', abstract: 'Text' };
    expect(await fieldsIn('Bezeichnung;Text;Title\nA;B;C\n', { columns })).toEqual([
      { title: 'A', abstract: 'B', Title: 'C' },
    ]);
  });

  test('a column that the user named and that does not exist is an error that lists the columns', async () => {
    await expect(read('name,year\nA,2001\n', { columns: { title: 'titel' } })).rejects.toThrow(
      "there is no column 'titel' for the title; the columns are 'name', 'year'",
    );
  });

  test('rows that R wrote with their names have one column more than the header', async () => {
    expect(await fieldsIn('"title","year"\n"1","A",2001\n"2","B",2002\n')).toEqual([
      { title: 'A', date: '2001', 'column 1': '1' },
      { title: 'B', date: '2002', 'column 1': '2' },
    ]);
  });

  test('names of the prototype of objects are columns like others', async () => {
    const [part] = await read('title,__proto__,constructor\nA,x,y\n');
    expect(Object.entries('fields' in part ? part.fields : {})).toEqual([
      ['title', 'A'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

test('every row is one record or one problem, if no line end is without quotes', async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `"Title ${i}",${2000 + (i % 20)}${i % 7 === 0 ? ',x' : ''}`);
  const parts = await read(`title,year\n${rows.join('\n')}\n`);
  expect(parts).toHaveLength(rows.length);
  expect(parts.map(({ line }) => line)).toEqual(rows.map((_, i) => i + 2));
});
