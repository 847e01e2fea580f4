import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Tokenizer, Tokens } from './tokenizer.ts';

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
 * @param text raw text; it is normalized here.
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

/** Mark of a piece that continues a word. */
export const CONTINUATION = '##';
/** Padding: its vector is zero, so it never counts. Always row 0. */
export const PAD_TOKEN = '[PAD]';
/** A word with a character that the vocabulary lacks: its vector is zero too. Always row 1. */
export const UNKNOWN_TOKEN = '[UNK]';
export const UNKNOWN_ID = 1;
/** Longer words (broken text, encoded data) are unknown at once: the search below is quadratic. */
export const MAX_WORD_CHARACTERS = 100;

/**
 * WordPiece: cuts one word into the longest pieces of the vocabulary, left to right (Schuster & Nakajima 2012, as in
 * BERT). All or nothing: one character without a piece makes the whole word unknown.
 *
 * @param word one word of `splitWords`.
 * @param ids token → row of the vocabulary.
 * @returns rows of the pieces, `[UNKNOWN_ID]` when the word cannot be cut.
 */
export function wordPieces(word: string, ids: ReadonlyMap<string, number>): number[] {
  // Nearly every word. One of no more UTF-16 units than the limit has no more characters either.
  const whole = word.length <= MAX_WORD_CHARACTERS ? ids.get(word) : undefined;
  if (whole !== undefined) return [whole];
  const characters = [...word];
  if (characters.length > MAX_WORD_CHARACTERS) return [UNKNOWN_ID];
  const pieces: number[] = [];
  let start = 0;
  while (start < characters.length) {
    let end = characters.length;
    let found: number | undefined;
    while (end > start) {
      const piece = characters.slice(start, end).join('');
      found = ids.get(start > 0 ? CONTINUATION + piece : piece);
      if (found !== undefined) break;
      end--;
    }
    if (found === undefined) return [UNKNOWN_ID];
    pieces.push(found);
    start = end;
  }
  return pieces;
}

/**
 * What this folder does to a text, in the terms of Hugging Face `tokenizer.json`: training writes it, so that every
 * library cuts texts as we do, and the embedder recognizes by it the models whose texts it can cut itself.
 * No added tokens on purpose: a paper that writes `[PAD]` means the letters. No BertNormalizer either: its character
 * loop is the slowest part of the library, while these steps are native string operations.
 *
 * @param vocab token → row of the vocabulary
 */
export function tokenizerRecipe(vocab: Readonly<Record<string, number>>) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...LATEX_REWRITES.map(({ pattern, content }) => ({ type: 'Replace', pattern: { Regex: pattern }, content })),
        { type: 'NFKD' },
        { type: 'StripAccents' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: WORD_PATTERN }, behavior: 'Removed', invert: true },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: CONTINUATION, cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: UNKNOWN_TOKEN,
      continuing_subword_prefix: CONTINUATION,
      max_input_chars_per_word: MAX_WORD_CHARACTERS,
      vocab,
    },
  };
}

/** The vocabulary is looked at entry by entry; the rest must be the recipe, whatever it is. */
const tokenizerSchema = z.looseObject({
  model: z.looseObject({ vocab: z.record(z.string(), z.int32().nonnegative()) }),
});

/** Settings that change no token but for the length. Others (`do_lowercase_and_remove_accent` …) are not known here. */
const settingsSchema = z.strictObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.int().positive().optional(),
  pad_token: z.string().optional(),
  unk_token: z.string().optional(),
  clean_up_tokenization_spaces: z.boolean().optional(),
});

/**
 * The tokenizer of a model that cuts texts exactly by our recipe, as the embedded one and every model that `train` makes
 * do: token for token what the transformers library gives, many times faster. There is no cache of words: 986 of 1,000
 * stand in the vocabulary whole.
 *
 * @param tokenizer what `tokenizer.json` holds
 * @param settings what `tokenizer_config.json` holds, `{}` where there is none
 * @returns undefined for any other tokenizer, however slightly other: that one is the library's
 */
export function plainTokenizer(tokenizer: unknown, settings: unknown): Tokenizer | undefined {
  const { data } = tokenizerSchema.safeParse(tokenizer);
  const known = settingsSchema.safeParse(settings);
  if (!data || !known.success) return undefined;
  const { vocab } = data.model;
  if (vocab[UNKNOWN_TOKEN] !== UNKNOWN_ID || !isDeepStrictEqual(data, tokenizerRecipe(vocab))) return undefined;
  const rows = new Map(Object.entries(vocab));
  const mostOfModel = known.data.model_max_length ?? Number.POSITIVE_INFINITY;
  return (texts, maxTokens) => cut(texts, rows, Math.min(maxTokens, mostOfModel));
}

function cut(texts: readonly string[], rows: ReadonlyMap<string, number>, most: number): Tokens {
  const offsets = new Int32Array(texts.length + 1);
  const tokens: number[] = [];
  texts.forEach((text, i) => {
    const end = offsets[i] + most;
    for (const word of splitWords(text)) {
      if (tokens.length >= end) break;
      tokens.push(...wordPieces(word, rows));
    }
    if (tokens.length > end) tokens.length = end;
    offsets[i + 1] = tokens.length;
  });
  const columns = { input_ids: new Int32Array(tokens), attention_mask: new Int32Array(tokens.length).fill(1) };
  return { offsets, columns };
}
