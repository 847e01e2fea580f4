import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeatmapResponse } from '../../../../../server/schemas/map.ts';
import { MARGIN_CELLS, PIXELS_PER_CELL, smoothHeatmap } from '../../../../../web/map/canvas/heatmap.ts';

function answer(columns: number, rows: number, cells: readonly number[], status: HeatmapResponse['status'] = 'answered') {
  return {
    snapshot: '',
    query: '',
    mode: 'hybrid',
    status,
    columns,
    rows,
    cellSize: 2,
    bounds: { x0: -3, y0: 1, x1: 10, y1: 10 },
    values: Buffer.from(Uint8Array.from(cells)).toString('base64'),
  } satisfies HeatmapResponse;
}

describe('the warmth of the map', () => {
  it('stands where the server says: the first rows lowest, the first cells left', () => {
    const cells = new Array(8 * 6).fill(0);
    cells[8 + 1] = 255;
    const surface = smoothHeatmap(answer(8, 6, cells))!;
    expect([surface.width, surface.height]).toEqual([(8 + 2 * MARGIN_CELLS) * PIXELS_PER_CELL, (6 + 2 * MARGIN_CELLS) * PIXELS_PER_CELL]);
    expect(surface).toMatchObject({
      left: -3 - 2 * MARGIN_CELLS,
      right: 13 + 2 * MARGIN_CELLS,
      bottom: 1 - 2 * MARGIN_CELLS,
      top: 13 + 2 * MARGIN_CELLS,
    });
    const at = surface.values.indexOf(Math.max(...surface.values));
    const [x, y] = [at % surface.width, Math.floor(at / surface.width)];
    expect(Math.floor(x / PIXELS_PER_CELL)).toBe(1 + MARGIN_CELLS);
    expect(Math.floor(y / PIXELS_PER_CELL)).toBe(4 + MARGIN_CELLS);
  });

  it('ends beyond the outermost cells, and not at their edge', () => {
    const { values, width, height } = smoothHeatmap(answer(8, 6, new Array(48).fill(255)))!;
    const middle = Math.floor(height / 2) * width;
    const edge = MARGIN_CELLS * PIXELS_PER_CELL;
    expect(values[middle + edge - 2]).toBeGreaterThan(0.3);
    expect(values[middle]).toBeLessThan(0.1);
  });

  it('is smooth, and nowhere warmer than the warmest cell or colder than none', () => {
    const field = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(field, (cells) => {
        const surface = smoothHeatmap(answer(8, 6, cells));
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
    expect(smoothHeatmap(answer(2, 2, [9, 9, 9, 9], 'no_match'))).toBeNull();
    expect(smoothHeatmap(answer(2, 2, [0, 0, 0, 0]))).toBeNull();
  });
});
