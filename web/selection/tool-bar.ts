/** The selection tools: two to draw with, and a card with the selection mode and the papers that can be selected at once. */
import { append, byId, el } from '../ui/dom.ts';
import { type IconName, icon } from '../ui/icons.ts';
import type { DrawingTool } from './drawing.ts';
import type { SelectionMode } from './selection.ts';

/** Papers that the current view lists, to be selected by one press. */
export interface Offer {
  label: string;
  select(): void;
}

export interface ToolBarHandlers {
  /** What can be selected now without drawing. */
  offers(): Offer[];
  clear(): void;
}

export interface ToolBar {
  tool(): DrawingTool | null;
  mode(): SelectionMode;
  /** Closes the card and puts the tool down; false if no tool was active. */
  close(): boolean;
  /** To be called when the listed papers or the selection have changed. */
  refresh(hasSelection: boolean): void;
}

const modeLabels: readonly (readonly [SelectionMode, string])[] = [
  ['replace', 'New'],
  ['add', 'Add'],
  ['remove', 'Remove'],
  ['intersect', 'Intersect'],
];

function toggleButton(name: IconName, label: string): HTMLButtonElement {
  const button = el('button', { type: 'button', 'aria-label': label, title: label, 'aria-pressed': 'false' });
  button.appendChild(icon(name));
  return button;
}

/** @param host the group of buttons; the card is inserted after it */
export function createToolBar(host: HTMLElement, handlers: ToolBarHandlers): ToolBar {
  let active: DrawingTool | 'list' | null = null;
  let hasSelection = false;
  const buttons = {
    rectangle: toggleButton('rectangle', 'Rectangle select'),
    lasso: toggleButton('lasso', 'Lasso select'),
    list: toggleButton('checklist', 'Select listed papers'),
  };
  const radios = modeLabels.map(([value], i) =>
    el('input', { type: 'radio', name: 'select-mode', value, checked: i === 0 ? true : null }),
  );
  const modes = el('fieldset', { class: 'segmented' }, el('legend', { class: 'visually-hidden' }, 'Selection mode'));
  for (const [i, [, label]] of modeLabels.entries()) append(modes, el('label', {}, radios[i], el('span', {}, label)));
  const offerList = el('div', { class: 'select-offers' });
  const hint = el('p', { class: 'muted small' });
  const card = el(
    'div',
    { class: 'select-card', role: 'group', 'aria-label': 'Selection options', hidden: true },
    modes,
    offerList,
    hint,
  );
  host.append(buttons.rectangle, buttons.lasso, buttons.list);
  host.after(card);

  const unfold = byId('tools', HTMLButtonElement);
  unfold.appendChild(icon('sliders'));
  unfold.addEventListener('click', () => {
    const isUnfolded = host.toggleAttribute('data-unfolded');
    unfold.setAttribute('aria-expanded', String(isUnfolded));
    if (!isUnfolded && active !== null) bar.close();
  });

  const offerButton = (label: string, onClick: () => void) => {
    const button = el('button', { type: 'button', class: 'offer' }, label);
    button.addEventListener('click', onClick);
    return button;
  };
  const render = () => {
    card.hidden = active === null;
    for (const [name, button] of Object.entries(buttons)) button.setAttribute('aria-pressed', String(name === active));
    document.documentElement.toggleAttribute('data-drawing', active === 'rectangle' || active === 'lasso');
    const offers = active === 'list' ? handlers.offers() : [];
    offerList.replaceChildren(...offers.map(({ label, select }) => offerButton(label, select)));
    if (active === 'list' && hasSelection) offerList.appendChild(offerButton('Clear selection', handlers.clear));
    hint.textContent =
      active === 'list'
        ? 'Search, or open a topic or a paper, to select the papers it lists.'
        : matchMedia('(pointer: coarse)').matches
          ? 'Draw on the map with a finger.'
          : 'Shift: add · Alt: remove · both: intersect. Shift+drag also works without a tool.';
    hint.hidden = offers.length > 1;
  };
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener('click', () => {
      active = active === name ? null : (name as DrawingTool | 'list');
      render();
    });
  }

  const bar: ToolBar = {
    tool: () => (active === 'list' ? null : active),
    mode: () => (radios.find(({ checked }) => checked)?.value ?? 'replace') as SelectionMode,
    close() {
      const closed = active;
      active = null;
      render();
      // The focused element has disappeared: focus the button that opened it.
      if (closed !== null && card.contains(document.activeElement)) buttons[closed].focus();
      return closed !== null;
    },
    refresh(isSelected) {
      hasSelection = isSelected;
      render();
    },
  };
  return bar;
}
