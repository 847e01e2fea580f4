import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeatmapAnswer } from '../../../../../server/schemas/explore.ts';
import { BEYOND, FINER, surfaceOf } from '../../../../../web/map/canvas/heatmap.ts';

function answer(columns: number, rows: number, cells: readonly number[], status: HeatmapAnswer['status'] = 'answered') {
  return {
    snapshot: '',
    query: '',
    mode: 'hybrid',
    status,
    columns,
    rows,
    cell: 2,
    bounds: { x0: -3, y0: 1, x1: 10, y1: 10 },
    values: Buffer.from(Uint8Array.from(cells)).toString('base64'),
  } satisfies HeatmapAnswer;
}

describe('the warmth of the map', () => {
  it('stands where the server says: the first rows lowest, the first cells left', () => {
    const cells = new Array(8 * 6).fill(0);
    cells[8 + 1] = 255;
    const surface = surfaceOf(answer(8, 6, cells))!;
    expect([surface.width, surface.height]).toEqual([(8 + 2 * BEYOND) * FINER, (6 + 2 * BEYOND) * FINER]);
    expect(surface).toMatchObject({
      left: -3 - 2 * BEYOND,
      right: 13 + 2 * BEYOND,
      bottom: 1 - 2 * BEYOND,
      top: 13 + 2 * BEYOND,
    });
    const at = surface.values.indexOf(Math.max(...surface.values));
    const [x, y] = [at % surface.width, Math.floor(at / surface.width)];
    expect(Math.floor(x / FINER)).toBe(1 + BEYOND);
    expect(Math.floor(y / FINER)).toBe(4 + BEYOND);
  });

  it('ends beyond the outermost cells, and not at their edge', () => {
    const { values, width, height } = surfaceOf(answer(8, 6, new Array(48).fill(255)))!;
    const middle = Math.floor(height / 2) * width;
    const edge = BEYOND * FINER;
    expect(values[middle + edge - 2]).toBeGreaterThan(0.3);
    expect(values[middle]).toBeLessThan(0.1);
  });

  it('is smooth, and nowhere warmer than the warmest cell or colder than none', () => {
    const field = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(field, (cells) => {
        const surface = surfaceOf(answer(8, 6, cells));
        if (Math.max(...cells) === 0) return expect(surface).toBeNull();
        const { values, width } = surface!;
        const most = (Math.max(...cells) - 1) / 254;
        values.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(most + 1e-5);
          if (i % width > 0) expect(Math.abs(value - values[i - 1]!)).toBeLessThan(most * 0.4 + 1e-5);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('is nothing where no paper is about the query, whatever the cells hold', () => {
    expect(surfaceOf(answer(2, 2, [9, 9, 9, 9], 'no_match'))).toBeNull();
    expect(surfaceOf(answer(2, 2, [0, 0, 0, 0]))).toBeNull();
  });
});
