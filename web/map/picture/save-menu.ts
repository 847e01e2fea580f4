/** Saves what is seen of the map as PNG or SVG: a button among the map's tools, and two to choose from. */
import type { Atlas } from '../../app/map-data.ts';
import type { Store } from '../../app/store.ts';
import { trouble } from '../../paper/hit-list.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { fileWords, saveFile } from '../../ui/export-buttons.ts';
import { count } from '../../ui/format.ts';
import { icon } from '../../ui/icons.ts';
import { contourLooks } from '../canvas/backdrop.ts';
import { colorBy } from '../color/coloring.ts';
import { nameCss } from '../color/palette.ts';
import type { PaperMap } from '../map.ts';
import { type Picture, pictureOf } from './picture.ts';

export interface SaveMenuInput {
  /** The map's tools. */
  tools: HTMLElement;
  canvas: HTMLElement;
  store: Store;
  atlas: Atlas;
  map: PaperMap;
}

const formats = [
  ['png', 'PNG: a picture'],
  ['svg', 'SVG: shapes and text'],
] as const;

function takePicture({ canvas, store, atlas, map }: SaveMenuInput): Picture {
  const { q, topic, dates, color } = store.get();
  const colored = colorBy(color, atlas);
  const style = getComputedStyle(canvas);
  const { names, scene, contours, radii, strong, theme } = map.shown();
  const subject = atlas.topic(topic)?.name ?? q;
  const facts = [
    count(atlas.papers.world.n, 'paper'),
    q && `“${q}”`,
    dates.replace('..', ' to '),
    `built ${atlas.snapshot.slice(0, 10)}`,
  ];
  return pictureOf({
    title: subject ? `Map of papers: ${subject}` : 'Map of papers',
    about: `paperfield · ${facts.filter(Boolean).join(' · ')}`,
    camera: map.camera(),
    scene,
    names,
    contours,
    contourLook: contourLooks[theme],
    radii,
    places: atlas.papers.world,
    strong,
    entryOf: colored.entryOf,
    entries: colored.entries.map(({ label, css }) => ({ name: label, color: css(theme) })),
    isOrdered: !colored.isOfTopics,
    nameColorOf: ({ tone }) => (tone !== null && colored.isOfTopics ? nameCss(tone, theme) : style.color),
    // Where the canvas tells its colors: styles/map.css.
    ground: style.caretColor,
    ink: style.color,
  });
}

export function createSaveMenu(input: SaveMenuInput): void {
  const words = 'Save the map as a picture';
  const menu = el('div', { class: 'save-menu', id: 'save-menu', popover: 'auto', role: 'group', 'aria-label': words });
  const button = el('button', { type: 'button', 'aria-label': words, title: words, popovertarget: 'save-menu' });
  button.appendChild(icon('save'));
  const below = el('div', {});

  const save = async (format: (typeof formats)[number][0]) => {
    below.replaceChildren();
    try {
      const picture = takePicture(input);
      // What draws the files is fetched when it is asked for.
      const file =
        format === 'png'
          ? await (await import('./png.ts')).pngOf(picture)
          : new Blob([(await import('./svg.ts')).svgOf(picture)], { type: 'image/svg+xml' });
      const about = fileWords(input.atlas.topic(input.store.get().topic)?.name ?? input.store.get().q);
      saveFile(`paperfield-map${about && `-${about}`}.${format}`, file);
      menu.hidePopover();
      announce('Saved the map.');
    } catch (error) {
      below.replaceChildren(trouble(error, () => void save(format)));
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
