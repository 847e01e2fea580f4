/** Says above the results that they keep to the selection, leads to it, and lets go of it. */

import { isWithin, type State } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { byId, el, onPress } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

export interface WithinSign {
  element: HTMLElement;
  follow(state: State): void;
}

export function createWithinSign(store: Store): WithinSign {
  const link = el('a', { class: 'within-words' }, icon('lasso'), 'Within the selection');
  const everywhere = el('button', {
    type: 'button',
    class: 'within-end',
    'aria-label': 'Search everywhere',
    title: 'Search everywhere',
  });
  everywhere.appendChild(icon('close'));
  const element = el('p', { class: 'within', hidden: true }, link, everywhere);
  onPress(link, () => store.set({ within: false }, 'push'));
  everywhere.addEventListener('click', () => {
    store.set({ within: false, selection: '' }, 'push');
    // The button that had the focus is gone.
    byId('papers', HTMLElement).focus();
  });
  return {
    element,
    follow(state) {
      element.hidden = !isWithin(state);
      link.href = store.href({ within: false });
    },
  };
}
