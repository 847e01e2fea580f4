/**
 * Renders titles and abstracts as DOM elements: query matches highlighted, formulas typeset, web addresses as links.
 */
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { append, el } from '../ui/dom.ts';
import type { Formula } from './find-tex.ts';
import { type HighlightRanges, splitIntoLinkedPieces, splitIntoPieces, type TextPiece } from './pieces.ts';

type FormulaRenderer = typeof import('./katex.ts').renderFormula;

let loading: Promise<FormulaRenderer> | null = null;
let renderFormula: FormulaRenderer | null = null;

/** Loads KaTeX once. The promise never rejects: if loading fails, the next formula tries again. */
export async function loadKatex(): Promise<void> {
  loading ??= import('./katex.ts').then((katex) => katex.renderFormula);
  try {
    renderFormula = await loading;
  } catch {
    loading = null;
  }
}

/**
 * Creates the element of a formula. It shows the TeX source until KaTeX is loaded, and permanently if KaTeX cannot
 * parse it.
 */
function formulaElement({ tex, isDisplay }: Formula, source: string): HTMLElement {
  const element = el('span', { class: isDisplay ? 'formula display' : 'formula' }, source);
  const render = () => {
    try {
      renderFormula?.(element, tex, isDisplay);
    } catch {
      element.classList.add('unparsed');
    }
  };
  if (renderFormula) render();
  else void loadKatex().then(render);
  return element;
}

/**
 * Appends a text to an element, with words of the query in `<mark>` and words of similar meaning underlined.
 *
 * @param offset position of `text` within the longer text that the ranges of `highlights` refer to; ranges that are not
 *   entirely within `text` are ignored
 */
export function appendHighlightedText(parent: Node, text: string, highlights?: HighlightRanges, offset = 0): void {
  appendPieces(parent, splitIntoPieces(text, highlights, offset));
}

/** Like `appendHighlightedText`, with web addresses as links that open in a new tab. */
function appendLinked(parent: Node, text: string, highlights?: HighlightRanges, offset = 0): void {
  for (const { href, pieces } of splitIntoLinkedPieces(text, highlights, offset)) {
    if (href === null) {
      appendPieces(parent, pieces);
      continue;
    }
    const link = el('a', { href, target: '_blank', rel: 'noopener noreferrer', title: new URL(href).hostname });
    appendPieces(link, pieces);
    append(parent, link);
  }
}

function appendPieces(parent: Node, pieces: readonly TextPiece[]): void {
  for (const { formula, text, shown, highlight } of pieces) {
    const content = formula ? formulaElement(formula, text) : shown;
    if (highlight === 'match') append(parent, el('mark', {}, content));
    else if (highlight === 'semantic') {
      append(parent, el('span', { class: 'semantic-match', title: 'Similar in meaning' }, content));
    } else append(parent, content);
  }
}

/**
 * Creates a note that lists the words of similar meaning, for screen readers, which do not announce underlines. null if
 * there are none.
 */
export function createSemanticMatchesNote(
  texts: readonly { text: string; semanticHighlights: HighlightRanges['semanticHighlights'] }[],
): HTMLElement | null {
  const words = texts.flatMap(({ text, semanticHighlights }) =>
    semanticHighlights.map(([start, end]) => text.slice(start, end)),
  );
  if (words.length === 0) return null;
  return el('p', { class: 'visually-hidden' }, `Similar in meaning: ${[...new Set(words)].join(', ')}.`);
}

/**
 * Appends a part of an abstract. Within it, the sentence that matches the query is set off.
 *
 * @param highlight the matching sentence and its highlights; may be in another part
 * @param offset position of the part within the abstract
 */
export function appendAbstractPart(
  parent: Node,
  text: string,
  highlight: PaperResponse['highlight'],
  offset: number,
): void {
  const clamp = (position: number) => Math.min(Math.max(position - offset, 0), text.length);
  const [start, end] = highlight ? highlight.sentence.map(clamp) : [0, 0];
  if (!highlight || start >= end) {
    appendLinked(parent, text);
    return;
  }
  const sentence = el('span', { class: 'matched-sentence' });
  appendLinked(sentence, text.slice(start, end), highlight, offset + start);
  appendLinked(parent, text.slice(0, start));
  append(parent, sentence);
  appendLinked(parent, text.slice(end));
}
