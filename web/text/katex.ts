/** The only importer of KaTeX. It is loaded with its style sheet and fonts when a paper with a formula is shown. */
import 'katex/dist/katex.min.css';
import '../styles/formulas.css';
import katex from 'katex';

/**
 * Renders a formula into an element, replacing its content. Titles and abstracts are untrusted input: commands that could
 * run, load, link or style something are refused, sizes and macro expansions are limited.
 *
 * @throws Error if the formula cannot be parsed; the element is then unchanged
 */
export function typeset(element: HTMLElement, tex: string, isDisplay: boolean): void {
  const rendered = document.createElement('span');
  katex.render(tex, rendered, {
    displayMode: isDisplay,
    throwOnError: true,
    strict: 'error',
    trust: false,
    // In em; far more than any formula of an abstract needs.
    maxSize: 8,
    maxExpand: 100,
    macros: { '\\mbox': '\\text' },
  });
  element.replaceChildren(...rendered.childNodes);
}
