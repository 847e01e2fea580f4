import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HeatmapResponse } from '../../../../../server/schemas/map.ts';
import { MARGIN_CELLS, PIXELS_PER_CELL, smoothHeatmap } from '../../../../../web/map/canvas/heatmap.ts';

function response(
  columns: number,
  rows: number,
  cells: readonly number[],
  status: HeatmapResponse['status'] = 'answered',
): HeatmapResponse {
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
  };
}

describe('the heatmap', () => {
  test('has the first row of the response at the bottom and the first column on the left', () => {
    const cells = new Array(8 * 6).fill(0);
    cells[8 + 1] = 255;
    const image = smoothHeatmap(response(8, 6, cells))!;
    expect([image.width, image.height]).toEqual([
      (8 + 2 * MARGIN_CELLS) * PIXELS_PER_CELL,
      (6 + 2 * MARGIN_CELLS) * PIXELS_PER_CELL,
    ]);
    expect(image).toMatchObject({
      left: -3 - 2 * MARGIN_CELLS,
      right: 13 + 2 * MARGIN_CELLS,
      bottom: 1 - 2 * MARGIN_CELLS,
      top: 13 + 2 * MARGIN_CELLS,
    });
    const hottest = image.values.indexOf(Math.max(...image.values));
    const [x, y] = [hottest % image.width, Math.floor(hottest / image.width)];
    expect(Math.floor(x / PIXELS_PER_CELL)).toBe(1 + MARGIN_CELLS);
    expect(Math.floor(y / PIXELS_PER_CELL)).toBe(4 + MARGIN_CELLS);
  });

  test('fades out beyond the outermost cells, and not at their edge', () => {
    const { values, width, height } = smoothHeatmap(response(8, 6, new Array(48).fill(255)))!;
    const middleRow = Math.floor(height / 2) * width;
    const edge = MARGIN_CELLS * PIXELS_PER_CELL;
    expect(values[middleRow + edge - 2]).toBeGreaterThan(0.3);
    expect(values[middleRow]).toBeLessThan(0.1);
  });

  test('is smooth, and its values are between 0 and that of the most relevant cell', () => {
    const cells = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(cells, (bytes) => {
        const image = smoothHeatmap(response(8, 6, bytes));
        if (Math.max(...bytes) === 0) return expect(image).toBeNull();
        const { values, width } = image!;
        const max = (Math.max(...bytes) - 1) / 254;
        let [lowest, highest, steepest] = [Infinity, -Infinity, 0];
        values.forEach((value, i) => {
          lowest = Math.min(lowest, value);
          highest = Math.max(highest, value);
          if (i % width > 0) steepest = Math.max(steepest, Math.abs(value - values[i - 1]));
        });
        expect(lowest).toBeGreaterThanOrEqual(0);
        expect(highest).toBeLessThanOrEqual(max + 1e-5);
        expect(steepest).toBeLessThan(max * 0.4 + 1e-5);
      }),
      { numRuns: 30 },
    );
  });

  test('does not exist if no paper matches the query, whatever the cells say', () => {
    expect(smoothHeatmap(response(2, 2, [9, 9, 9, 9], 'no_match'))).toBeNull();
    expect(smoothHeatmap(response(2, 2, [0, 0, 0, 0]))).toBeNull();
  });
});
