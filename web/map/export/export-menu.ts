/** Saves what is seen of the map as PNG or SVG: a button among the map's tools, and two to choose from. */
import type { MapData } from '../../app/map-data.ts';
import type { Store } from '../../app/store.ts';
import { errorNotice } from '../../ui/placeholders.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { slugify, downloadFile } from '../../ui/export-buttons.ts';
import { formatCount } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { contourStyles } from '../canvas/background.ts';
import { createColoring } from '../color/coloring.ts';
import { labelCss } from '../color/palette.ts';
import type { PaperMap } from '../map.ts';
import { type Figure, createFigure } from './figure.ts';

export interface ExportMenuInput {
  /** The map's tools. */
  tools: HTMLElement;
  canvas: HTMLElement;
  store: Store;
  mapData: MapData;
  map: PaperMap;
}

const formats = [
  ['png', 'PNG: a picture'],
  ['svg', 'SVG: shapes and text'],
] as const;

function takePicture({ canvas, store, mapData: atlas, map }: ExportMenuInput): Figure {
  const { q, topic, dates, color } = store.get();
  const colored = createColoring(color, atlas);
  const style = getComputedStyle(canvas);
  const { names, scene, contours, radii, prominentTopics: strong, theme } = map.rendered();
  const subject = atlas.topic(topic)?.name ?? q;
  const facts = [
    formatCount(atlas.papers.world.n, 'paper'),
    q && `“${q}”`,
    dates.replace('..', ' to '),
    `built ${atlas.snapshot.slice(0, 10)}`,
  ];
  return createFigure({
    title: subject ? `Map of papers: ${subject}` : 'Map of papers',
    caption: `paperfield · ${facts.filter(Boolean).join(' · ')}`,
    camera: map.camera(),
    scene,
    labels: names,
    contours,
    contourStyle: contourStyles[theme],
    radii,
    positions: atlas.papers.world,
    prominentTopics: strong,
    legendIndex: colored.legendIndex,
    legend: colored.legend.map(({ label, css }) => ({ name: label, color: css(theme) })),
    isLegendOrdered: !colored.isByTopic,
    labelColor: ({ tone }) => (tone !== null && colored.isByTopic ? labelCss(tone, theme) : style.color),
    // Where the canvas tells its colors: styles/map.css.
    background: style.caretColor,
    ink: style.color,
  });
}

export function createExportMenu(input: ExportMenuInput): void {
  const words = 'Save the map as a picture';
  const menu = el('div', { class: 'save-menu', id: 'save-menu', popover: 'auto', role: 'group', 'aria-label': words });
  const button = el('button', { type: 'button', 'aria-label': words, title: words, popovertarget: 'save-menu' });
  button.appendChild(icon('download'));
  const below = el('div', {});

  const save = async (format: (typeof formats)[number][0]) => {
    below.replaceChildren();
    try {
      const picture = takePicture(input);
      // What draws the files is fetched when it is asked for.
      const file =
        format === 'png'
          ? await (await import('./png.ts')).renderPng(picture)
          : new Blob([(await import('./svg.ts')).renderSvg(picture)], { type: 'image/svg+xml' });
      const about = slugify(input.mapData.topic(input.store.get().topic)?.name ?? input.store.get().q);
      downloadFile(`paperfield-map${about && `-${about}`}.${format}`, file);
      menu.hidePopover();
      announce('Saved the map.');
    } catch (error) {
      below.replaceChildren(errorNotice(error, () => void save(format)));
    }
  };
  for (const [format, label] of formats) {
    const choice = el('button', { type: 'button', class: 'offer' }, label);
    choice.addEventListener('click', () => void save(format));
    menu.appendChild(choice);
  }
  append(menu, below);
  input.tools.append(button);
  // Among the tools it would look like one of them.
  input.tools.after(menu);
}
