/** A formula as an element: its source, until KaTeX is there; for good, where it cannot be read. */
import { el } from '../ui/dom.ts';
import type { Formula } from './formulas.ts';

type Typeset = typeof import('./katex.ts').typeset;

let loading: Promise<Typeset> | null = null;
let loaded: Typeset | null = null;

/** Loads what sets mathematics, once; a failure is forgotten, so that the next formula tries again. */
export async function loadTypesetting(): Promise<void> {
  loading ??= import('./katex.ts').then(({ typeset }) => typeset);
  try {
    loaded = await loading;
  } catch {
    loading = null;
  }
}

/** @param source as it stands in the text, delimiters included */
export function formulaElement({ tex, isDisplay }: Formula, source: string): HTMLElement {
  const element = el('span', { class: isDisplay ? 'formula display' : 'formula' }, source);
  const set = () => {
    try {
      loaded?.(element, tex, isDisplay);
    } catch {
      // Broken TeX stays as it was written.
      element.classList.add('unset');
    }
  };
  if (loaded) set();
  else void loadTypesetting().then(set);
  return element;
}
