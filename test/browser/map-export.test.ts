import { describe, expect, test } from 'vitest';
import { createFigure } from '../../web/map/export/figure.ts';
import { renderSvg } from '../../web/map/export/image-formats.ts';
import { emptyScene } from '../../web/map/scene.ts';
import { downloadedBytes } from './download.ts';
import { exportSvg } from './map-points.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const PAPERS = 326;

describe.skipIf(!chromium)('the exported map', () => {
  const { go } = onSamplePage();
  const openMenu = (page: Visit['page']) => page.getByRole('button', { name: 'Export map as image' }).click();
  const pngItem = (page: Visit['page']) => page.getByRole('button', { name: 'PNG image' });
  /** What a browser's XML parser finds in a file, or the error it reports. */
  const parse = (page: Visit['page'], text: string) =>
    page.evaluate((source) => {
      const svg = new DOMParser().parseFromString(source, 'image/svg+xml');
      const texts = (selector: string) =>
        [...svg.querySelectorAll(selector)].map((element) => element.textContent ?? '');
      const paths = (selector: string) =>
        [...svg.querySelectorAll(selector)].map((path) => path.getAttribute('d') ?? '');
      return {
        error: svg.querySelector('parsererror')?.textContent ?? null,
        papers: paths('#papers path').join('').split('M').length - 1,
        groups: texts('#papers title'),
        contours: paths('#contours path'),
        labels: texts('#labels tspan'),
        legend: texts('#legend text'),
        activeElements: svg.querySelectorAll('script, foreignObject, a, image').length,
      };
    }, text);

  test('as SVG has every visible paper, the labels, and a legend', async () => {
    const { page, onMap } = await go();
    const onScreen = (await onMap()).map(({ text }) => text);
    const { name, svg: source } = await exportSvg(page);
    expect(name).toBe('paperfield-map.svg');
    const svg = await parse(page, source);
    expect(svg.error).toBeNull();
    expect(svg.papers).toBe(PAPERS);
    expect(svg.contours.length).toBe(9);
    for (const path of svg.contours) expect(path).toMatch(/^M[-\d. ]+Z/);
    expect(svg.labels.length).toBeGreaterThan(4);
    for (const line of svg.labels) expect(onScreen).toContain(line);
    expect(svg.groups.length).toBeGreaterThan(5);
    expect(svg.legend.at(-1)).toMatch(/^paperfield · 326 papers · built \d{4}-\d\d-\d\d$/);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/at=/);
    const zoomed = await parse(page, (await exportSvg(page)).svg);
    expect(zoomed.papers).toBeLessThan(PAPERS);
  });

  test('as PNG has twice the resolution, and is named after the search', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await openMenu(page);
    const [download] = await Promise.all([page.waitForEvent('download'), pngItem(page).click()]);
    expect(download.suggestedFilename()).toBe('paperfield-map-robots-that-grasp.png');
    const bytes = await downloadedBytes(download);
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

  test('has a menu that Escape closes, without clearing the search', async () => {
    const { page } = await go('?q=robots+that+grasp');
    await openMenu(page);
    await pngItem(page).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => pngItem(page).isVisible()).toBe(false);
    expect(new URL(page.url()).searchParams.get('q')).toBe('robots that grasp');
  });

  test('has hostile names only as text', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      ']]><g onload="alert(1)"/>',
      '&amp; &nbsp; "quoted" \'too\'',
      '\u202eright to left\u202c',
      '\u0000\u0007\ud800 broken',
      '🧪 \u0645\u0631\u062d\u0628\u0627',
    ];
    const zeros = Float32Array.from(hostile, () => 0);
    const figure = createFigure({
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
          placement: { dx: 0, dy: 0, minScale: 0, maxScale: Infinity },
          opacity: 1,
          offsetIndex: 0,
          shift: [0, 0],
        },
      ],
      contours: [],
      contourStyle: { color: 'rgb(0, 0, 0)', fill: 0, line: 0 },
      radii: { base: 2, normal: 2, highlighted: 3 },
      sizes: null,
      prominentTopics: null,
      positions: { x: zeros, y: zeros },
      legendIndex: hostile.map((_, i) => i),
      legend: hostile.map((name) => ({ name, color: 'rgb(1, 2, 3)' })),
      isLegendOrdered: true,
      labelColor: () => 'rgb(1, 2, 3)',
      background: 'rgb(255, 255, 255)',
      ink: 'rgb(0, 0, 0)',
    });
    const { page } = await go();
    const svg = await parse(page, renderSvg(figure));
    expect(svg.error).toBeNull();
    expect(svg.activeElements).toBe(0);
    expect(svg.papers).toBe(hostile.length);
    const sanitized = hostile.map((text) =>
      text.replaceAll('\u0000', '').replaceAll('\u0007', '').replace('\ud800', '\ufffd'),
    );
    expect(svg.labels).toEqual(sanitized);
    expect(svg.groups.sort()).toEqual([...sanitized].sort());
  });
});
