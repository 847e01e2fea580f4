/** Titles and abstracts as elements: query matches highlighted, formulas typeset, web addresses as links. */
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { append, el } from '../ui/dom.ts';
import { type Highlights, linkedPieces, type Piece, splitText } from './pieces.ts';
import type { Formula } from './tex.ts';

type Typeset = typeof import('./katex.ts').typeset;

let loading: Promise<Typeset> | null = null;
let typeset: Typeset | null = null;

/** Loads KaTeX, once. Never rejects: if loading fails, the next formula tries again. */
export async function loadTypesetting(): Promise<void> {
  loading ??= import('./katex.ts').then((katex) => katex.typeset);
  try {
    typeset = await loading;
  } catch {
    loading = null;
  }
}

/** A formula: its source until KaTeX is loaded, and for good if KaTeX cannot parse it. */
function formulaElement({ tex, isDisplay }: Formula, source: string): HTMLElement {
  const element = el('span', { class: isDisplay ? 'formula display' : 'formula' }, source);
  const render = () => {
    try {
      typeset?.(element, tex, isDisplay);
    } catch {
      element.classList.add('unparsed');
    }
  };
  if (typeset) render();
  else void loadTypesetting().then(render);
  return element;
}

/**
 * Appends a text with its query matches in `<mark>` and its semantic matches underlined.
 *
 * @param offset position of the text within the text that the ranges refer to; ranges not wholly within it are ignored
 */
export function appendHighlighted(parent: Node, text: string, highlights?: Highlights, offset = 0): void {
  appendPieces(parent, splitText(text, highlights, offset));
}

/** As `appendHighlighted`, with web addresses as links that open in a new tab. */
function appendLinked(parent: Node, text: string, highlights?: Highlights, offset = 0): void {
  for (const { href, pieces } of linkedPieces(text, highlights, offset)) {
    if (href === null) {
      appendPieces(parent, pieces);
      continue;
    }
    const link = el('a', { href, target: '_blank', rel: 'noopener noreferrer', title: new URL(href).hostname });
    appendPieces(link, pieces);
    append(parent, link);
  }
}

function appendPieces(parent: Node, pieces: readonly Piece[]): void {
  for (const { formula, text, shown, highlight } of pieces) {
    const content = formula ? formulaElement(formula, text) : shown;
    if (highlight === 'match') append(parent, el('mark', {}, content));
    else if (highlight === 'semantic') {
      append(parent, el('span', { class: 'semantic-match', title: 'Similar in meaning' }, content));
    } else append(parent, content);
  }
}

/** For screen readers, which do not announce underlines: the semantic matches of some texts. null if there are none. */
export function semanticMatches(
  texts: readonly { text: string; semanticHighlights: Highlights['semanticHighlights'] }[],
): HTMLElement | null {
  const words = texts.flatMap(({ text, semanticHighlights }) =>
    semanticHighlights.map(([start, end]) => text.slice(start, end)),
  );
  if (words.length === 0) return null;
  return el('p', { class: 'visually-hidden' }, `Similar in meaning: ${[...new Set(words)].join(', ')}.`);
}

/**
 * Appends a part of an abstract, with the sentence that matches the query set off if it is in this part.
 *
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
