/** Exports the visible part of the map as an image: a button among the map's tools, with a menu of formats. */
import type { MapData } from '../../app/map-data.ts';
import type { Store } from '../../app/store.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { downloadFile, slugify } from '../../ui/export-buttons.ts';
import { columnTitle, formatCount } from '../../ui/format.ts';
import { createIcon } from '../../ui/icons.ts';
import { createErrorNotice } from '../../ui/placeholders.ts';
import { contourStyles } from '../canvas/density-background.ts';
import { createColoring } from '../color/create-coloring.ts';
import { labelCssColor } from '../color/palette.ts';
import type { PaperMap } from '../map.ts';
import { createFigure, type Figure } from './figure.ts';

export interface ExportMenuInput {
  /** The toolbar of the map, to which the export button is added. */
  tools: HTMLElement;
  canvas: HTMLElement;
  store: Store;
  mapData: MapData;
  map: PaperMap;
}

type Format = 'png' | 'svg';
const formats: readonly (readonly [Format, string])[] = [
  ['png', 'PNG image'],
  ['svg', 'SVG vector graphic'],
];
const LABEL = 'Export map as image';

export function createExportMenu(input: ExportMenuInput): void {
  const menu = el('div', {
    class: 'export-menu',
    id: 'export-menu',
    popover: 'auto',
    role: 'group',
    'aria-label': LABEL,
  });
  const button = el('button', { type: 'button', 'aria-label': LABEL, title: LABEL, popovertarget: 'export-menu' });
  button.appendChild(createIcon('download'));
  const errors = el('div', {});

  const save = async (format: Format) => {
    errors.replaceChildren();
    try {
      const figure = currentFigure(input);
      const file = await render(figure, format);
      const subject = slugify(subjectOf(input));
      downloadFile(`paperfield-map${subject && `-${subject}`}.${format}`, file);
      menu.hidePopover();
      announce('Map exported.');
    } catch (error) {
      errors.replaceChildren(createErrorNotice(error, () => void save(format)));
    }
  };
  for (const [format, label] of formats) {
    const item = el('button', { type: 'button', class: 'offer' }, label);
    item.addEventListener('click', () => void save(format));
    menu.appendChild(item);
  }
  append(menu, errors);
  input.tools.append(button);
  // The menu is placed after the toolbar and not in it, because it would inherit the styles of the tools.
  input.tools.after(menu);
}

/** The code that renders images is loaded only when someone exports. */
async function render(figure: Figure, format: Format): Promise<Blob> {
  const { renderPng, renderSvg } = await import('./image-formats.ts');
  return format === 'png' ? renderPng(figure) : new Blob([renderSvg(figure)], { type: 'image/svg+xml' });
}

/**
 * What the map is about, for the file name and the title: the open topic, else the query; empty if there is neither.
 */
function subjectOf({ store, mapData }: ExportMenuInput): string {
  const { q, topic } = store.get();
  return mapData.topic(topic)?.name ?? q;
}

function currentFigure(input: ExportMenuInput): Figure {
  const { canvas, store, mapData, map } = input;
  const { q, dates, color, size } = store.get();
  const { legend, legendIndex, isByTopic } = createColoring(color, mapData);
  const style = getComputedStyle(canvas);
  const { theme, ...rendered } = map.rendered();
  const subject = subjectOf(input);
  const facts = [
    formatCount(mapData.papers.world.n, 'paper'),
    q && `“${q}”`,
    dates.replace('..', ' to '),
    size && `size shows ${columnTitle(size).toLowerCase()}`,
    `built ${mapData.snapshot.slice(0, 10)}`,
  ];
  return createFigure({
    ...rendered,
    title: subject ? `Map of papers: ${subject}` : 'Map of papers',
    caption: `paperfield · ${facts.filter(Boolean).join(' · ')}`,
    camera: map.camera(),
    contourStyle: contourStyles[theme],
    positions: mapData.papers.world,
    legendIndex,
    legend: legend.map(({ label, cssColor }) => ({ name: label, color: cssColor(theme) })),
    isLegendOrdered: !isByTopic,
    labelColor: ({ tone }) => (tone !== null && isByTopic ? labelCssColor(tone, theme) : style.color),
    // styles/map.css passes the map's colors to scripts in these CSS properties of the canvas.
    background: style.caretColor,
    ink: style.color,
  });
}
