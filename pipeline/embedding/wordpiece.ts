/**
 * The tokenizer of our own models: normalization of LaTeX and Unicode, splitting into words, and WordPiece. These steps
 * are defined twice: as a `tokenizer.json` that every library can run, and as code that is many times faster, because
 * it splits plain ASCII texts without regular expressions. Tests compare the two.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { RaggedTokens, Tokenizer } from './tokenizer-types.ts';

/** A step of text normalization: every match of the regular expression `pattern` is replaced by `content`. */
interface Replacement {
  readonly pattern: string;
  readonly content: string;
}

/** LaTeX accents before a letter: \'e \`a \^o \"u \~n \=a. */
const SIGN = '\\\\["\'`^~=]';
/** LaTeX accents as a command with a letter in braces: \c{c} \v{s} \H{o} \u{g} \k{a}. */
const COMMAND = '\\\\[cvHuk]\\{';

/**
 * Accented letters in LaTeX become plain letters (`Schr\"{o}dinger` → `Schrodinger`; Unicode accents are stripped too,
 * so both spellings match), and formatting commands are removed. Commands with a meaning (`\alpha`, `\log`) stay as
 * words.
 *
 * The expressions use lookarounds instead of groups, because other implementations of tokenizer.json do not substitute
 * `$1`. The closing brace of an accent is removed before the accent, because the accent is what tells it from other
 * braces.
 */
const LATEX_REPLACEMENTS: readonly Replacement[] = [
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
 * Matches words: a run of letters and digits, one Han character (Chinese has no spaces between words), or C++, C# or
 * F#, which would otherwise shrink to one letter. A hyphen separates words. Punctuation and symbols are left out: they
 * would be a fifth of all tokens, and say nothing in a sum of token vectors.
 */
const WORD_PATTERN = 'c\\+\\+|[cf]#|\\p{Script=Han}|(?:(?!\\p{Script=Han})[\\p{L}\\p{N}])+';

const latexReplacements = LATEX_REPLACEMENTS.map(({ pattern, content }) => ({
  pattern: new RegExp(pattern, 'gu'),
  content,
}));
const wordExpression = new RegExp(WORD_PATTERN, 'gu');
const marks = /\p{M}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII.
const onlyAscii = /^[\u0000-\u007f]*$/;

/** Removes LaTeX formatting, compatibility forms (ﬁ → fi, ² → 2, 𝒪 → O), accents and upper case. */
function normalizeText(text: string): string {
  let clean = text;
  if (clean.includes('\\')) {
    for (const { pattern, content } of latexReplacements) clean = clean.replaceAll(pattern, content);
  }
  if (!onlyAscii.test(clean)) clean = clean.normalize('NFKD').replaceAll(marks, '');
  return clean.toLowerCase();
}

/** A table by ASCII code: 1 for the characters that words consist of. */
const isWordCharacter = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789') isWordCharacter[character.charCodeAt(0)] = 1;

/**
 * The words of a text in order and normalized, as they are before WordPiece splits them.
 *
 * @example splitWords('Schr\\"{o}dinger, GPT-4') // ['schrodinger', 'gpt', '4']
 */
export function splitWords(text: string): string[] {
  const clean = normalizeText(text);
  if (!onlyAscii.test(clean)) return clean.match(wordExpression) ?? [];
  const words: string[] = [];
  const length = clean.length;
  let at = 0;
  while (at < length) {
    if (isWordCharacter[clean.charCodeAt(at)] === 0) {
      at++;
      continue;
    }
    const start = at;
    const nameLength = languageNameLength(clean, at);
    if (nameLength > 0) at += nameLength;
    else while (at < length && isWordCharacter[clean.charCodeAt(at)] === 1) at++;
    words.push(clean.slice(start, at));
  }
  return words;
}

/** The length of `c++`, `c#` or `f#` if one of them is at this position, the beginning of a word; else 0. */
function languageNameLength(text: string, at: number): number {
  const letter = text.charCodeAt(at);
  const isC = letter === 99;
  if (!isC && letter !== 102) return 0;
  const following = text.charCodeAt(at + 1);
  if (following === 35) return 2;
  return isC && following === 43 && text.charCodeAt(at + 2) === 43 ? 3 : 0;
}

/** Prefix of a word piece that is not the first of its word. */
export const CONTINUATION_PREFIX = '##';
/** The token for padding, row 0 of every vocabulary. Its vector is zero. */
export const PAD_TOKEN = '[PAD]';
/**
 * The token for a word that cannot be split into pieces of the vocabulary, row 1 of every vocabulary. Its vector is
 * zero.
 */
export const UNKNOWN_TOKEN = '[UNK]';
export const UNKNOWN_TOKEN_ID = 1;
/**
 * The tokens before and after each text, for a vocabulary that has them: a transformer was trained with them. No text
 * contains them, because brackets are not parts of words.
 */
const FIRST_TOKEN = '[CLS]';
const LAST_TOKEN = '[SEP]';
/**
 * Maximum length of a word in characters. A longer word (damaged text, encoded data) is unknown: splitting it would
 * take quadratic time.
 */
export const MAX_WORD_CHARACTERS = 100;

/**
 * WordPiece: splits a word into pieces of the vocabulary, each the longest possible, from left to right (Schuster &
 * Nakajima 2012, as in BERT). If one character has no piece, the whole word is unknown.
 *
 * @param word one word of `splitWords`
 * @param ids row of each token of the vocabulary
 * @returns rows of the pieces; `[UNKNOWN_TOKEN_ID]` if the word cannot be split
 */
export function splitIntoWordPieces(word: string, ids: ReadonlyMap<string, number>): number[] {
  // The usual case: the whole word is in the vocabulary. `word.length` counts UTF-16 code units, of which there are at
  // least as many as characters.
  const whole = word.length <= MAX_WORD_CHARACTERS ? ids.get(word) : undefined;
  if (whole !== undefined) return [whole];
  const characters = [...word];
  if (characters.length > MAX_WORD_CHARACTERS) return [UNKNOWN_TOKEN_ID];
  const pieces: number[] = [];
  let start = 0;
  while (start < characters.length) {
    let end = characters.length;
    let found: number | undefined;
    while (end > start) {
      const piece = characters.slice(start, end).join('');
      found = ids.get(start > 0 ? CONTINUATION_PREFIX + piece : piece);
      if (found !== undefined) break;
      end--;
    }
    if (found === undefined) return [UNKNOWN_TOKEN_ID];
    pieces.push(found);
    start = end;
  }
  return pieces;
}

/**
 * The content of `tokenizer.json` that describes this file's tokenizer to other libraries. Training writes it. A model
 * with exactly this content is tokenized by the fast code of this file. A text is between `[CLS]` and `[SEP]` if the
 * vocabulary has these two tokens.
 *
 * It has no added tokens, because `[PAD]` in a paper means these letters. It does not use BertNormalizer, which loops
 * over characters and is the slowest part of the library, but normalizers that are native string operations.
 *
 * @param vocab row of each token
 */
export function wordPieceTokenizerJson(vocab: Readonly<Record<string, number>>) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...LATEX_REPLACEMENTS.map(({ pattern, content }) => ({
          type: 'Replace',
          pattern: { Regex: pattern },
          content,
        })),
        { type: 'NFKD' },
        { type: 'StripAccents' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: WORD_PATTERN }, behavior: 'Removed', invert: true },
    post_processor: framingJson(vocab),
    decoder: { type: 'WordPiece', prefix: CONTINUATION_PREFIX, cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: UNKNOWN_TOKEN,
      continuing_subword_prefix: CONTINUATION_PREFIX,
      max_input_chars_per_word: MAX_WORD_CHARACTERS,
      vocab,
    },
  };
}

function framingJson(vocab: Readonly<Record<string, number>>) {
  const first = vocab[FIRST_TOKEN];
  const last = vocab[LAST_TOKEN];
  if (first === undefined || last === undefined) return null;
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const text = (id: string) => ({ Sequence: { id, type_id: 0 } });
  const ids = (token: string, row: number) => ({ id: token, ids: [row], tokens: [token] });
  return {
    type: 'TemplateProcessing',
    single: [special(FIRST_TOKEN), text('A'), special(LAST_TOKEN)],
    pair: [special(FIRST_TOKEN), text('A'), special(LAST_TOKEN), text('B'), special(LAST_TOKEN)],
    special_tokens: { [FIRST_TOKEN]: ids(FIRST_TOKEN, first), [LAST_TOKEN]: ids(LAST_TOKEN, last) },
  };
}

/**
 * The part of `tokenizer.json` that has the vocabulary. `idsOf` validates the vocabulary; everything else must be equal
 * to `wordPieceTokenizerJson`.
 */
const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    vocab: z.custom<Readonly<Record<string, number>>>((value) => typeof value === 'object' && value !== null),
  }),
});

/**
 * The row of each token of a vocabulary; undefined if a row is not a 32-bit integer of 0 or more. A plain loop, because
 * validating every entry with zod took a third of the time in which a model is opened.
 */
function idsOf(vocab: Readonly<Record<string, number>>): Map<string, number> | undefined {
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if ((id | 0) !== id || id < 0) return undefined;
    ids.set(token, id);
  }
  return ids;
}

/**
 * The settings of `tokenizer_config.json` that change no token except by truncation. With any other setting, such as
 * `do_lowercase_and_remove_accent`, the fast tokenizer is not used, because its tokens might differ.
 */
const configSchema = z.strictObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.int().positive().optional(),
  pad_token: z.string().optional(),
  unk_token: z.string().optional(),
  clean_up_tokenization_spaces: z.boolean().optional(),
});

/**
 * Creates the fast tokenizer, for models with exactly the content of `wordPieceTokenizerJson`: the included ones and
 * all that `paperfield train` makes. It gives the same tokens as the transformers library, many times faster. A cache of
 * words would not help: 986 of 1,000 words are tokens themselves.
 *
 * @param tokenizer content of `tokenizer.json`
 * @param config content of `tokenizer_config.json`, `{}` if there is none
 * @returns undefined for any other tokenizer, however small the difference
 */
export function createFastTokenizer(tokenizer: unknown, config: unknown): Tokenizer | undefined {
  const { data } = tokenizerSchema.safeParse(tokenizer);
  const settings = configSchema.safeParse(config);
  if (!data || !settings.success) return undefined;
  const { vocab } = data.model;
  const ids = idsOf(vocab);
  if (ids?.get(UNKNOWN_TOKEN) !== UNKNOWN_TOKEN_ID || !isDeepStrictEqual(data, wordPieceTokenizerJson(vocab)))
    return undefined;
  const modelMaxTokens = settings.data.model_max_length ?? Number.POSITIVE_INFINITY;
  return (texts, maxTokens) => tokenize(texts, ids, Math.min(maxTokens, modelMaxTokens));
}

function tokenize(texts: readonly string[], ids: ReadonlyMap<string, number>, maxTokens: number): RaggedTokens {
  const first = ids.get(FIRST_TOKEN);
  const last = ids.get(LAST_TOKEN);
  const isFramed = first !== undefined && last !== undefined;
  const offsets = new Int32Array(texts.length + 1);
  const tokens: number[] = [];
  texts.forEach((text, i) => {
    // The last token stays when the text is truncated.
    const end = offsets[i] + (isFramed ? maxTokens - 1 : maxTokens);
    if (isFramed) tokens.push(first);
    for (const word of splitWords(text)) {
      if (tokens.length >= end) break;
      tokens.push(...splitIntoWordPieces(word, ids));
    }
    if (tokens.length > end) tokens.length = end;
    if (isFramed) tokens.push(last);
    offsets[i + 1] = tokens.length;
  });
  const columns = { input_ids: new Int32Array(tokens), attention_mask: new Int32Array(tokens.length).fill(1) };
  return { offsets, columns };
}
