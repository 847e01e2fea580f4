/** How phrases are written: number (singular or plural) and capitals. */
import { type CooperativeTask, inChunks } from '../../core/cooperative.ts';
import { type ExtractedPhrases, forEachPhraseAt } from './extract-phrases.ts';
import { CONNECTOR, type TokenizedTexts } from './tokenized-texts.ts';

/** A word is lower case if this share of its occurrences is; the capitals of the others come from sentence starts. */
const MIN_LOWER_CASE_SHARE = 0.25;
/** An occurrence that no word follows outweighs any number that one follows: 'agent systems' says nothing about 'agent'. */
const UNFOLLOWED_WEIGHT = 1000;

/**
 * The most frequent form of each wanted phrase. Its number is taken from occurrences that are not part of a longer
 * phrase, the capitals of each word from all of its occurrences in abstracts.
 *
 * @returns text by phrase
 */
export function* surfaceForms(
  texts: TokenizedTexts,
  { table }: ExtractedPhrases,
  wanted: ReadonlySet<number>,
): CooperativeTask<Map<number, string>> {
  const usualSpelling = wordSpeller(texts);
  const isWanted = new Uint8Array(table.count());
  for (const phrase of wanted) isWanted[phrase] = 1;
  // A form is the numbers of its surfaces, joined by spaces.
  const formsOf = new Map<number, Map<string, number>>();
  const countForms = (text: number) => {
    const end = texts.offsets[text + 1];
    for (let at = texts.offsets[text]; at < end; at++) {
      forEachPhraseAt(texts, table, at, end, (phrase, length) => {
        if (!isWanted[phrase]) return;
        let form = '';
        for (let i = at; i < at + length; i++) form += `${i > at ? ' ' : ''}${texts.tokens[i]}`;
        const counts = formsOf.get(phrase) ?? new Map<string, number>();
        counts.set(form, (counts.get(form) ?? 0) + (isWordAt(texts, at + length, end) ? 1 : UNFOLLOWED_WEIGHT));
        formsOf.set(phrase, counts);
      });
    }
  };
  yield* inChunks(texts.count, (from, to) => {
    for (let text = from; text < to; text++) countForms(text);
  });
  const textOf = new Map<number, string>();
  for (const [phrase, forms] of formsOf) {
    const counts = new Map<string, number>();
    for (const [form, count] of forms) {
      const text = joinWords(form.split(' ').map((surface) => usualSpelling(Number(surface))));
      counts.set(text, (counts.get(text) ?? 0) + count);
    }
    textOf.set(phrase, [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]);
  }
  return textOf;
}

/** How a word is usually written. Uncertain if it is only in titles, which often capitalize every word. */
interface Spelling {
  readonly text: string;
  readonly isCertain: boolean;
}

/** Joins words, and writes uncertain ones in lower case beside a certain lower-case one: 'task Completion' is wrong. */
function joinWords(words: readonly Spelling[]): string {
  const isLowerCase = words.some(({ text, isCertain }) => isCertain && text === text.toLowerCase());
  const isCapitalized = (text: string) => /^\p{Lu}?\p{Ll}+(?:-\p{Lu}?\p{Ll}+)*$/u.test(text);
  return words
    .map(({ text, isCertain }) => (isLowerCase && !isCertain && isCapitalized(text) ? text.toLowerCase() : text))
    .join(' ');
}

function isWordAt(texts: TokenizedTexts, at: number, end: number): boolean {
  return at < end && texts.tokens[at] >= 0 && texts.kinds[texts.lemmaOfSurface[texts.tokens[at]]] !== CONNECTOR;
}

/** Gives the usual spelling of a surface: 'diffusion' for 'Diffusion', but 'Gaussian' and 'GRPO' as they are. */
function wordSpeller(texts: TokenizedTexts): (surface: number) => Spelling {
  const counts = new Int32Array(texts.surfaces.length);
  for (let text = 0; text < texts.count; text++) {
    for (let at = texts.abstractStarts[text]; at < texts.offsets[text + 1]; at++) {
      if (texts.tokens[at] >= 0) counts[texts.tokens[at]]++;
    }
  }
  const variantsOf = new Map<string, number[]>();
  texts.surfaces.forEach((surface, number) => {
    const lower = surface.toLowerCase();
    const variants = variantsOf.get(lower);
    if (variants) variants.push(number);
    else variantsOf.set(lower, [number]);
  });
  return (surface) => {
    const lower = texts.surfaces[surface].toLowerCase();
    const variants = variantsOf.get(lower) ?? [surface];
    const total = variants.reduce((sum, variant) => sum + counts[variant], 0);
    const lowerCase = variants.find((variant) => texts.surfaces[variant] === lower);
    if (lowerCase !== undefined && counts[lowerCase] >= MIN_LOWER_CASE_SHARE * total)
      return { text: lower, isCertain: total > 0 };
    const mostFrequent = variants.reduce((best, variant) => (counts[variant] > counts[best] ? variant : best));
    return { text: texts.surfaces[mostFrequent], isCertain: total > 0 };
  };
}
