/** Finds the paper that a query names: by an identifier, an address, or a pasted citation. */
import { runToCompletion } from '../core/cooperative.ts';
import type { SearchContext } from './context.ts';
import { stemsIn } from './lexical/analyzer.ts';
import { findWord, phrasePostings } from './lexical/inverted-index.ts';

type NamingContext = Pick<SearchContext, 'paper' | 'rowNamedBy'> & {
  readonly index: Pick<SearchContext['index'], 'invertedIndex'>;
};

/** The id of the paper that an identifier or an address names; undefined if the corpus has none. */
export function paperAtAddress({ rowNamedBy, paper }: NamingContext, text: string): string | undefined {
  const compact = text.replace(/\s+/g, '');
  const row = rowNamedBy(text) ?? rowNamedBy(compact) ?? rowNamedBy(decodedLastPart(compact));
  return row === undefined ? undefined : paper(row).id;
}

/** The last part of the path of an address, without percent encoding. */
function decodedLastPart(address: string): string {
  const last =
    address
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The shortest title that is recognized within a citation, in words. */
const MIN_TITLE_WORDS = 3;

/** What the parts of a citation are separated by: full stops, quotation marks, braces, semicolons, years in brackets. */
const SEPARATOR = /[.?!,]["'”’]*\s+|[\]“”"{};]|\s[-–—]\s|\(\d{4}[a-z]?\)[.,:]?/u;

function partsOf(text: string): string[] {
  return text
    .split(SEPARATOR)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * The id of the paper whose title is in a citation, the longest title if there are several; undefined if there is none.
 * A title may itself have commas and full stops, so a part needs to be only its beginning.
 */
export function citedPaper({ index, paper }: NamingContext, text: string): string | undefined {
  const words = lettersOf(text);
  const parts = partsOf(text)
    .map((part) => ({ stems: stemsIn(part), words: part.split(/\s+/).length }))
    .filter((part) => part.words >= MIN_TITLE_WORDS && part.stems.length > 0)
    .sort((a, b) => b.words - a.words)
    .slice(0, 4);
  let best: { readonly id: string; readonly length: number } | undefined;
  for (const { stems } of parts) {
    const found = stems.map((stem) => findWord(index.invertedIndex.stems, stem));
    if (found.includes(-1)) continue;
    for (const row of runToCompletion(phrasePostings(index.invertedIndex, found)).rows.slice(0, 100)) {
      const { id, title } = paper(row);
      const key = lettersOf(title);
      const isWhole = title.split(/\s+/).length >= MIN_TITLE_WORDS && ` ${words} `.includes(` ${key} `);
      if (isWhole && key.length > (best?.length ?? 0)) best = { id, length: key.length };
    }
  }
  return best?.id;
}

/** The words of a text in lower case, without accents and punctuation, with one space between them. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
