/** The buttons that select: two tools to draw with, and a card that says how and offers what is listed. */
import { append, byId, el } from '../ui/dom.ts';
import { type IconName, icon } from '../ui/icons.ts';
import type { Tool } from './drawing.ts';
import type { Operation } from './region-parts.ts';

export type How = Operation | 'fresh';

/** Papers that a view lists, to be selected by one press. */
export interface Offer {
  words: string;
  choose(): void;
}

export interface ToolBarEvents {
  /** What can be selected without drawing, now. */
  offers(): Offer[];
  clear(): void;
}

export interface ToolBar {
  tool(): Tool | null;
  how(): How;
  /** Puts the tool down and the card away; false where neither was there. */
  close(): boolean;
  /** What is listed, or what is selected, has changed. */
  refresh(hasSelection: boolean): void;
}

const hows: readonly (readonly [How, string])[] = [
  ['fresh', 'New'],
  ['add', 'Add'],
  ['remove', 'Remove'],
  ['meet', 'Intersect'],
];

function press(name: IconName, words: string): HTMLButtonElement {
  const button = el('button', { type: 'button', 'aria-label': words, title: words, 'aria-pressed': 'false' });
  button.appendChild(icon(name));
  return button;
}

/** @param host the group of buttons; the card is put behind it */
export function createToolBar(host: HTMLElement, events: ToolBarEvents): ToolBar {
  let open: Tool | 'list' | null = null;
  let hasSelection = false;
  const buttons = {
    rectangle: press('rectangle', 'Select by a rectangle'),
    lasso: press('lasso', 'Select by a lasso'),
    list: press('tick', 'Select what is listed'),
  };
  const radios = hows.map(([value], i) =>
    el('input', { type: 'radio', name: 'select-how', value, checked: i === 0 ? true : null }),
  );
  const modes = el('fieldset', { class: 'modes' }, el('legend', { class: 'unseen' }, 'What a selection does'));
  for (const [i, [, words]] of hows.entries()) append(modes, el('label', {}, radios[i]!, el('span', {}, words)));
  const list = el('div', { class: 'select-offers' });
  const hint = el('p', { class: 'quiet small' });
  const card = el(
    'div',
    { class: 'select-card', role: 'group', 'aria-label': 'Selecting', hidden: true },
    modes,
    list,
    hint,
  );
  host.append(buttons.rectangle, buttons.lasso, buttons.list);
  host.after(card);

  const more = byId('tools', HTMLButtonElement);
  more.appendChild(icon('tools'));
  more.addEventListener('click', () => {
    const unfolded = host.toggleAttribute('data-unfolded');
    more.setAttribute('aria-expanded', String(unfolded));
    if (!unfolded && open !== null) bar.close();
  });

  const offer = (words: string, act: () => void) => {
    const button = el('button', { type: 'button', class: 'offer' }, words);
    button.addEventListener('click', act);
    return button;
  };
  const show = () => {
    card.hidden = open === null;
    for (const [name, button] of Object.entries(buttons)) button.setAttribute('aria-pressed', String(name === open));
    document.documentElement.toggleAttribute('data-drawing', open === 'rectangle' || open === 'lasso');
    const offers = open === 'list' ? events.offers() : [];
    list.replaceChildren(...offers.map(({ words, choose }) => offer(words, choose)));
    if (open === 'list' && hasSelection) list.appendChild(offer('Clear the selection', events.clear));
    hint.textContent =
      open === 'list'
        ? 'Search, or open a topic or a paper: what is listed then can be selected here.'
        : matchMedia('(pointer: coarse)').matches
          ? 'Draw on the map with a finger.'
          : 'Shift adds, Alt removes, both together intersect. Without a tool, Shift and drag.';
    hint.hidden = offers.length > 1;
  };
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener('click', () => {
      open = open === name ? null : (name as Tool | 'list');
      show();
    });
  }

  const bar: ToolBar = {
    tool: () => (open === 'list' ? null : open),
    how: () => (radios.find(({ checked }) => checked)?.value ?? 'fresh') as How,
    close() {
      const was = open;
      open = null;
      show();
      // What had the focus is gone: it stays with the button that opened it.
      if (was !== null && card.contains(document.activeElement)) buttons[was].focus();
      return was !== null;
    },
    refresh(has) {
      hasSelection = has;
      show();
    },
  };
  return bar;
}
