/**
 * Typesets formulas with KaTeX. Only this file imports KaTeX, and it is loaded only when a paper with a formula is
 * shown.
 */
import 'katex/dist/katex.min.css';
import '../styles/formulas.css';
import katex from 'katex';

/**
 * Renders a formula into an element, replacing its content. Titles and abstracts are untrusted input. Therefore TeX
 * commands that set styles, make links or load files are rejected, and sizes and macro expansions are limited.
 *
 * @param isDisplay whether the formula is a displayed equation, in contrast to one within a line
 * @throws Error if the formula cannot be parsed; the element is then unchanged
 */
export function renderFormula(element: HTMLElement, tex: string, isDisplay: boolean): void {
  const rendered = document.createElement('span');
  katex.render(tex, rendered, {
    displayMode: isDisplay,
    throwOnError: true,
    strict: 'error',
    trust: false,
    // The largest size in em, far more than any formula of an abstract needs.
    maxSize: 8,
    maxExpand: 100,
    macros: { '\\mbox': '\\text' },
  });
  element.replaceChildren(...rendered.childNodes);
}
