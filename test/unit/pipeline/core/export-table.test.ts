import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Table, toCsv } from '../../../../pipeline/core/export-table.ts';

/** A naive parser of RFC 4180; an empty field without quotation marks is null. */
function parse(csv: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < csv.length; ) {
    let field: string | null = null;
    if (csv[at] === '"') {
      field = '';
      for (at++; csv[at] !== '"' || csv[at + 1] === '"'; at++) {
        field += csv[at];
        if (csv[at] === '"') at++;
      }
      at++;
    } else {
      for (; csv[at] !== ',' && csv[at] !== '\r'; at++) field = `${field ?? ''}${csv[at]}`;
    }
    row.push(field);
    if (csv[at] === '\r') {
      expect(csv[at + 1]).toBe('\n');
      rows.push(row);
      row = [];
      at += 2;
    } else {
      expect(csv[at]).toBe(',');
      at++;
    }
  }
  expect(row).toEqual([]);
  return rows;
}

/** The original text of a cell: without the apostrophe in front of a formula. */
function unescaped(cell: string | null): string | null {
  return cell !== null && /^'+[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...',"\r\n\'=+-@\t ＝a1'), maxLength: 8 }),
);

test('a parser of RFC 4180 reads the texts and numbers of any table', () => {
  const rows = fc.array(fc.record({ text: fc.option(text), number: fc.option(fc.double({ noNaN: true })) }));
  fc.assert(
    fc.property(text, rows, (name, written) => {
      const table: Table = [
        { name, type: 'text', values: written.map((row) => row.text) },
        { name: 'number', type: 'float64', values: written.map((row) => row.number) },
      ];
      const [names, ...cells] = parse(toCsv(table));
      expect(names).toEqual([name, 'number']);
      expect(cells).toHaveLength(written.length);
      for (const [i, row] of written.entries()) {
        expect(unescaped(cells[i][0])).toBe(row.text);
        expect(cells[i][1] === null ? null : Number(cells[i][1])).toBe(row.number === null ? null : row.number + 0);
      }
    }),
  );
});

test('no text is a formula, and numbers are not escaped', () => {
  const cellOf = (value: string) => parse(toCsv([{ name: 'a', type: 'text', values: [value] }]))[1][0];
  for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '－1'])
    expect(cellOf(formula)).toBe(`'${formula}`);
  expect(cellOf("'=1")).toBe("''=1");
  for (const plain of ['a=1', "'tis", 'GPT-4', '1-2', ' x']) expect(cellOf(plain)).toBe(plain);
  expect(toCsv([{ name: 'x', type: 'float32', values: [-1.5, null] }])).toBe('x\r\n-1.5\r\n\r\n');
  fc.assert(
    fc.property(text, (value) => {
      expect(cellOf(value) ?? '').not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    }),
  );
});
