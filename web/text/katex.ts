/** KaTeX, which sets mathematics: loaded when a paper has some, with its style sheet and faces. The one door to it. */
import 'katex/dist/katex.min.css';
import '../styles/mathematics.css';
import katex from 'katex';

/**
 * Sets a formula in place of what stands in an element. A formula may not run, load, link or style anything, nor grow: what
 * KaTeX would have to trust it refuses, sizes and expansions have a limit, and whatever it cannot read throws.
 *
 * @throws Error, with the element as it was
 */
export function typeset(element: HTMLElement, tex: string, isDisplay: boolean): void {
  const set = document.createElement('span');
  katex.render(tex, set, {
    displayMode: isDisplay,
    throwOnError: true,
    strict: 'error',
    trust: false,
    // In em, and in steps: no formula of an abstract needs more.
    maxSize: 8,
    maxExpand: 100,
    macros: { '\\mbox': '\\text' },
  });
  element.replaceChildren(...set.childNodes);
}
