/** What TeX says outside mathematics, where authors paste it into abstracts: as a reader would see it. Pure. */

/** A stretch of a text that is shown as something else; mostly as nothing. */
export interface Shown {
  /** Half-open range of UTF-16 code units. */
  from: number;
  to: number;
  as: string;
}

/** Commands whose one argument is running text. */
const STYLES = new Set([
  'emph',
  'textbf',
  'textit',
  'textsl',
  'texttt',
  'textsc',
  'textsf',
  'textrm',
  'textmd',
  'underline',
]);
/** Commands whose arguments nobody reads here. */
const UNREAD = new Set(['cite', 'citep', 'citet', 'label', 'footnote']);
/** An argument that ends later than this was never closed. */
const LONGEST = 600;

/**
 * Stretches in order and apart: the commands of styles without their braces, links by their words or their address, nothing
 * of citations and footnotes, escaped signs without the backslash. What is not closed, or not known, stays as it is.
 *
 * @param isFormula whether a place lies in a formula, where none of this is read
 */
export function textCommands(text: string, isFormula: (place: number) => boolean): Shown[] {
  if (!text.includes('\\')) return [];
  const found: Shown[] = [];
  for (const match of text.matchAll(/\\([A-Za-z]+)\*?\s?(?=\{)|\\([%&_#])/g)) {
    const { index: from } = match;
    const after = from + match[0].length;
    if (isFormula(from) || found.some(({ from: start, to }) => from >= start && from < to)) continue;
    if (match[2]) found.push({ from, to: after, as: match[2] });
    else found.push(...commandAt(text, from, after, match[1]!));
  }
  return found.sort((a, b) => a.from - b.from);
}

/** @param brace where its first argument opens */
function commandAt(text: string, from: number, brace: number, name: string): Shown[] {
  const close = closing(text, brace);
  if (close < 0) return [];
  const rest = { from: close, to: close + 1, as: '' };
  if (STYLES.has(name) || name === 'url') return [{ from, to: brace + 1, as: '' }, rest];
  if (UNREAD.has(name)) return [{ from, to: close + 1, as: '' }];
  if (name !== 'href' || text[close + 1] !== '{') return [];
  const end = closing(text, close + 1);
  // The words of the link are shown, and its address is not.
  return end < 0
    ? []
    : [
        { from, to: close + 2, as: '' },
        { from: end, to: end + 1, as: '' },
      ];
}

/** Where the brace that opens at a place is closed; −1 for one that is not. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length && at - open <= LONGEST; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
