/** Accents and letters of TeX in running text, as arXiv's titles, abstracts and names have them. */

/** The combining character of Unicode for each accent command. */
const COMBINING: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '"': '\u0308',
  '=': '\u0304',
  '.': '\u0307',
  u: '\u0306',
  v: '\u030C',
  H: '\u030B',
  c: '\u0327',
  k: '\u0328',
  r: '\u030A',
  b: '\u0331',
  d: '\u0323',
};

const LETTERS: Readonly<Record<string, string>> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  aa: 'å',
  AA: 'Å',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  j: 'ȷ',
  dh: 'ð',
  th: 'þ',
};

/** `\'e`, `\'{e}`, `{\'e}`, `\'\i`, `\c{c}`, `\v s`: an accent that is a letter needs a brace or a space after it. */
const ACCENT =
  /\{?\\(?:([`'^~"=.])\s?|([uvHckrbd])(?=[\s{\\])\s?)(?:\{\\?(\p{L})\}|\\([ij])(?![a-zA-Z])\s?|(\p{L}))(\})?/gu;
const LETTER = /\{?\\(ss|ae|AE|oe|OE|aa|AA|dh|th|o|O|l|L|i|j)(?![a-zA-Z])(?:\{\}|\s)?(\})?/g;
/** `\emph{text}`, `\textit{text}`, `{\it text}`: only the text. */
const FORMATTING =
  /\\(?:emph|textit|textbf|textsc|textrm|texttt|textsf|mbox|text)\s?\{([^{}$]{0,500})\}|\{\\(?:it|bf|em|sc|rm|tt|sl)\s+([^{}$]{0,500})\}/g;

/**
 * A text with the accents, special letters and formatting of TeX as plain Unicode. Mathematics between dollar signs
 * stays TeX.
 */
export function withoutTexAccents(text: string): string {
  if (!text.includes('\\')) return text;
  return text
    .split(/(\$[^$]{1,5000}\$)/)
    .map((part, i) => (i % 2 === 1 ? part : plainPart(part)))
    .join('');
}

function plainPart(text: string): string {
  return text
    .replace(FORMATTING, (_, first?: string, second?: string) => first ?? second ?? '')
    .replace(
      ACCENT,
      (whole, sign?: string, letter?: string, braced?: string, dotless?: string, bare?: string, closed?: string) => {
        const base = braced ?? dotless ?? bare ?? '';
        const accented = `${base}${COMBINING[sign ?? letter ?? ''] ?? ''}`.normalize('NFC');
        return withBraces(whole, accented, closed);
      },
    )
    .replace(LETTER, (whole: string, name: string, closed?: string) => withBraces(whole, LETTERS[name], closed))
    .replace(/\\([%&#_])/g, '$1');
}

/** A brace before the command is removed only together with the one behind it. */
function withBraces(whole: string, letter: string, closed: string | undefined): string {
  const opened = whole.startsWith('{');
  return `${opened && closed === undefined ? '{' : ''}${letter}${!opened && closed !== undefined ? '}' : ''}`;
}
