/**
 * From text to words, exactly as the `normalizer` and `pre_tokenizer` of our tokenizer.json do it (`recipe.ts`), but
 * fast: the general library takes the regular-expression road for every text, this file only for texts that need it.
 * A test holds the two together.
 */

/** One step that rewrites a text: every match of the expression becomes `content`. */
export interface Rewrite {
  pattern: string;
  content: string;
}

/** LaTeX accent signs that stand before the letter: \'e \`a \^o \"u \~n \=a. */
const SIGN = '\\\\["\'`^~=]';
/** Accents written as a command with a braced letter: \c{c} \v{s} \H{o} \u{g} \k{a}. */
const COMMAND = '\\\\[cvHuk]\\{';

/**
 * LaTeX, on purpose: accented letters become one letter again (`Schr\"{o}dinger` → `Schrodinger`; Unicode accents are
 * stripped too, so both spellings meet), and commands that only dress the text go. What a command *says* (`\alpha`,
 * `\log`) stays as a word. Lookarounds instead of captured groups: other implementations of tokenizer.json do not
 * substitute `$1`. The closing brace goes first, while the sign that explains it is still there.
 */
export const LATEX_REWRITES: readonly Rewrite[] = [
  {
    pattern: `(?<=${SIGN}[a-zA-Z]|${SIGN}\\{[a-zA-Z]|${SIGN}\\\\[ij]|${SIGN}\\{\\\\[ij]|${COMMAND}[a-zA-Z])\\}{1,2}`,
    content: '',
  },
  { pattern: `\\{?${SIGN}\\{?\\\\?(?=[a-zA-Z])|\\{?${COMMAND}(?=[a-zA-Z])`, content: '' },
  {
    pattern:
      '\\\\(?:math(?:cal|bb|rm|bf|sf|it|frak|scr|tt)|text(?:bf|it|rm|tt|sf|sc|sl)?|emph|boldsymbol|operatorname|rm|bf|it|em|sf|tt|cal|left|right|footnote|cite|url|href)(?![a-zA-Z])',
    content: ' ',
  },
];

/**
 * What counts as a word: a run of letters and digits; one Han character (Chinese is written without spaces); and the
 * three language names that would otherwise shrink to a letter. Punctuation and symbols are left out: a sum of token
 * vectors cannot use them, and they are a fifth of all tokens. A hyphen therefore parts a word in two.
 */
export const WORD_PATTERN = 'c\\+\\+|[cf]#|\\p{Script=Han}|(?:(?!\\p{Script=Han})[\\p{L}\\p{N}])+';

const rewrites = LATEX_REWRITES.map(({ pattern, content }) => ({ pattern: new RegExp(pattern, 'gu'), content }));
const wordExpression = new RegExp(WORD_PATTERN, 'gu');
const marks = /\p{M}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII, meant as such.
const onlyAscii = /^[\u0000-\u007f]*$/;

/** LaTeX cleaned, compatibility forms unfolded (ﬁ → fi, ² → 2, 𝒪 → O), accents stripped, lower case. */
function normalizeText(text: string): string {
  let clean = text;
  if (clean.includes('\\')) {
    for (const { pattern, content } of rewrites) clean = clean.replaceAll(pattern, content);
  }
  if (!onlyAscii.test(clean)) clean = clean.normalize('NFKD').replaceAll(marks, '');
  return clean.toLowerCase();
}

/** 1 for the ASCII characters that a word is made of. */
const wordCharacter = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') wordCharacter[character.charCodeAt(0)] = 1;

/**
 * The words of a text in reading order.
 *
 * @param text raw text; it is normalised here.
 * @returns lower-case words, each to be cut into vocabulary pieces on its own.
 */
export function splitWords(text: string): string[] {
  const clean = normalizeText(text);
  if (!onlyAscii.test(clean)) return clean.match(wordExpression) ?? [];
  const words: string[] = [];
  const length = clean.length;
  let at = 0;
  while (at < length) {
    if (wordCharacter[clean.charCodeAt(at)] === 0) {
      at++;
      continue;
    }
    const start = at;
    const named = languageName(clean, at);
    if (named > 0) at += named;
    else while (at < length && wordCharacter[clean.charCodeAt(at)] === 1) at++;
    words.push(clean.slice(start, at));
  }
  return words;
}

/** Length of `c++`, `c#` or `f#` standing at this place, else 0. The place must be the start of a word. */
function languageName(text: string, at: number): number {
  const letter = text.charCodeAt(at);
  const isC = letter === 99;
  if (!isC && letter !== 102) return 0;
  const following = text.charCodeAt(at + 1);
  if (following === 35) return 2;
  return isC && following === 43 && text.charCodeAt(at + 2) === 43 ? 3 : 0;
}
