import { describe, expect, it } from 'vitest';
import { createFigure } from '../../web/map/export/figure.ts';
import { renderSvg } from '../../web/map/export/svg.ts';
import { emptyScene } from '../../web/map/scene.ts';
import { downloadedBytes } from './download.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the map as a picture', () => {
  const { go } = onSamplePage();
  const save = async (page: Visit['page'], format: 'PNG' | 'SVG') => {
    await page.getByRole('button', { name: 'Save the map as a picture' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: new RegExp(`^${format}`) }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await downloadedBytes(download) };
  };
  /** What a browser makes of a file of XML: the fault it finds, or what is in it. */
  const read = (page: Visit['page'], text: string) =>
    page.evaluate((source) => {
      const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
      const paths = [...parsed.querySelectorAll('#papers path')].map((path) => path.getAttribute('d') ?? '');
      return {
        fault: parsed.querySelector('parsererror')?.textContent ?? null,
        papers: paths.join('').split('M').length - 1,
        groups: [...parsed.querySelectorAll('#papers title')].map((title) => title.textContent ?? ''),
        heights: [...parsed.querySelectorAll('#contours path')].map((path) => path.getAttribute('d') ?? ''),
        names: [...parsed.querySelectorAll('#names tspan')].map((line) => line.textContent ?? ''),
        legend: [...parsed.querySelectorAll('#legend text')].map((line) => line.textContent ?? ''),
        active: parsed.querySelectorAll('script, foreignObject, a, image').length,
      };
    }, text);

  it('is saved as SVG: every paper that is seen, the names, and a legend', async () => {
    const { page, onMap } = await go();
    const seen = (await onMap()).map(({ text }) => text);
    const { name, bytes } = await save(page, 'SVG');
    expect(name).toBe('paperfield-map.svg');
    const svg = await read(page, bytes.toString());
    expect(svg.fault).toBeNull();
    expect(svg.papers).toBe(326);
    expect(svg.heights.length).toBe(9);
    for (const height of svg.heights) expect(height).toMatch(/^M[-\d. ]+Z/);
    expect(svg.names.length).toBeGreaterThan(4);
    for (const line of svg.names) expect(seen).toContain(line);
    expect(svg.groups.length).toBeGreaterThan(5);
    expect(svg.legend.at(-1)).toMatch(/^paperfield · 326 papers · built \d{4}-\d\d-\d\d$/);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/at=/);
    expect((await read(page, (await save(page, 'SVG')).bytes.toString())).papers).toBeLessThan(326);
  });

  it('is saved as PNG at twice the size, named after what was asked', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    const { name, bytes } = await save(page, 'PNG');
    expect(name).toBe('paperfield-map-robots-that-grasp.png');
    const { width, colors } = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return { width: image.naturalWidth, colors: new Set(new Uint32Array(data.buffer)).size };
    }, bytes.toString('base64'));
    const map = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    expect(width).toBe(Math.round(map.width) * 2);
    expect(colors).toBeGreaterThan(200);
  });

  it('is closed by Escape, which does nothing else then', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await page.getByRole('button', { name: 'Save the map as a picture' }).click();
    const choice = page.getByRole('button', { name: /^PNG/ });
    await choice.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => choice.isVisible()).toBe(false);
    expect(new URL(page.url()).searchParams.get('q')).toBe('robots that grasp');
  });

  it('holds hostile names as text', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      ']]><g onload="alert(1)"/>',
      '&amp; &nbsp; "quoted" \'too\'',
      '\u202eright to left\u202c',
      '\u0000\u0007\ud800 broken',
      '🧪 \u0645\u0631\u062d\u0628\u0627',
    ];
    const placed = { dx: 0, dy: 0, from: 0, until: Infinity };
    const picture = createFigure({
      title: hostile.join(' '),
      caption: hostile.join(' '),
      camera: {
        transform: { x: 100, y: 100, k: 10 },
        viewport: { width: 900, height: 400, inset: { top: 0, right: 0, bottom: 0, left: 0 } },
        zoom: 1,
      },
      scene: emptyScene,
      labels: [
        {
          topic: 0,
          displayedTopic: 0,
          row: null,
          lines: hostile,
          font: '650 14px Arial',
          lineHeight: 16,
          tone: 0,
          box: { x: 0, y: 0, width: 10, height: 10, minScale: 0, maxScale: Infinity, offsets: [] },
          placement: placed,
          opacity: 1,
          offsetIndex: 0,
          shift: [0, 0],
        },
      ],
      contours: [],
      contourStyle: { color: 'rgb(0, 0, 0)', fill: 0, line: 0 },
      radii: { base: 2, normal: 2, highlighted: 3 },
      prominentTopics: null,
      positions: { x: Float32Array.from(hostile, () => 0), y: Float32Array.from(hostile, () => 0) },
      legendIndex: hostile.map((_, i) => i),
      legend: hostile.map((name) => ({ name, color: 'rgb(1, 2, 3)' })),
      isLegendOrdered: true,
      labelColor: () => 'rgb(1, 2, 3)',
      background: 'rgb(255, 255, 255)',
      ink: 'rgb(0, 0, 0)',
    });
    const { page } = await go();
    const svg = await read(page, renderSvg(picture));
    expect(svg.fault).toBeNull();
    expect(svg.active).toBe(0);
    expect(svg.papers).toBe(hostile.length);
    const kept = hostile.map((text) =>
      text.replaceAll('\u0000', '').replaceAll('\u0007', '').replace('\ud800', '\ufffd'),
    );
    expect(svg.names).toEqual(kept);
    expect(svg.groups.sort()).toEqual([...kept].sort());
  });
});
