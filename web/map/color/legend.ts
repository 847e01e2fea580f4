/** What the map's colors mean: a choice of what they tell, and a legend whose entries are kept to by pressing them. */
import type { Atlas } from '../../app/map-data.ts';
import type { State } from '../../app/state.ts';
import type { Store } from '../../app/store.ts';
import { announce, append, el } from '../../ui/dom.ts';
import { count, grouped } from '../../ui/format.ts';
import type { PaperMap } from '../map.ts';
import { type ColorBy, type Colored, colorBy, colorings, type Entry, isTold, outsideOf } from './coloring.ts';

export interface ColorCardInput {
  host: HTMLElement;
  atlas: Atlas;
  map: PaperMap;
  store: Store;
}

const words: Readonly<Record<ColorBy, readonly [string, string]>> = {
  topic: ['Topic', ''],
  date: ['Date', 'When a paper appeared.'],
  comments: ['Comments', 'How many comments a paper has.'],
  trust: ['Trust', 'How many of a paper’s nearest others are near on the map too.'],
};

/** @returns the card, for what else the map's colors mean */
export function createColorCard({ host, atlas, map, store }: ColorCardInput): HTMLElement {
  const radios = colorings.map((by) => el('input', { type: 'radio', name: 'color', value: by }));
  const labels = radios.map((radio, i) => el('label', {}, radio, el('span', {}, words[colorings[i]!][0])));
  const choice = el('fieldset', { class: 'color-by' }, el('legend', {}, 'Color by'), ...labels);
  const list = el('ul', { class: 'color-list' });
  const about = el('p', { class: 'color-about' });
  const all = el('button', { type: 'button', class: 'color-all' }, 'Show all');
  const legend = el('details', { class: 'color-legend' }, el('summary', {}, 'Legend'), about, list, all);
  const card = el('section', { class: 'color-card', 'aria-label': 'Colors of the map' }, choice, legend);
  host.appendChild(card);

  let colored: Colored | null = null;
  const keysOf = ({ only }: State) => only.split(',').filter(Boolean);
  const toggle = ({ key }: Entry) => {
    const keys = keysOf(store.get());
    const next = keys.includes(key) ? keys.filter((kept) => kept !== key) : [...keys, key];
    store.set({ only: next.join(',') }, 'replace');
  };

  const write = (now: Colored) => {
    about.textContent = now.entries.some(({ key }) => key !== 'none')
      ? words[now.by][1]
      : 'Of no paper here it is known.';
    const buttons = now.entries.map((entry) => {
      const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
      dot.style.setProperty('--tone-light', entry.css('light'));
      dot.style.setProperty('--tone-dark', entry.css('dark'));
      const size = el('span', { class: 'color-size' }, grouped(entry.papers));
      const name = el('span', { class: 'color-name' }, entry.label);
      const button = el('button', { type: 'button', 'aria-pressed': 'false' }, dot, name, ' ', size);
      button.addEventListener('click', () => toggle(entry));
      return el('li', {}, button);
    });
    list.replaceChildren();
    append(list, ...buttons);
  };
  const mark = (now: Colored, keys: readonly string[]) => {
    const outside = outsideOf(now, keys);
    list.querySelectorAll('button').forEach((button, i) => {
      button.setAttribute('aria-pressed', String(outside !== null && keys.includes(now.entries[i]!.key)));
    });
    all.hidden = outside === null;
    map.show({ uncolored: outside });
    return outside;
  };

  const follow = (state: State, before: State | null) => {
    if (state.color !== before?.color) {
      colored = colorBy(state.color, atlas);
      radios.forEach((radio, i) => {
        radio.checked = radio.value === state.color;
        // What no paper tells is offered to nobody who did not come by a link to it.
        labels[i]!.hidden = !radio.checked && !isTold(colorings[i]!, atlas);
      });
      write(colored);
      map.color(colored);
      // Topics stand in the panel too; and on a phone there is little room.
      legend.open = (state.color !== 'topic' || state.only !== '') && host.clientWidth > 640;
    } else if (state.only === before.only) return;
    const outside = mark(colored!, keysOf(state));
    if (before === null) return;
    const shown = outside === null ? atlas.papers.world.n : outside.reduce((sum, out) => sum + 1 - out, 0);
    announce(`Colored by ${state.color}, ${count(shown, 'paper')} shown.`);
  };
  for (const radio of radios) {
    radio.addEventListener('change', () => store.set({ color: radio.value as ColorBy, only: '' }, 'replace'));
  }
  all.addEventListener('click', () => {
    store.set({ only: '' }, 'replace');
    // The button is gone with what it undid.
    list.querySelector('button')?.focus();
  });
  store.subscribe(follow);
  follow(store.get(), null);
  return card;
}
