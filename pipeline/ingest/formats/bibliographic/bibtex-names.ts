/** The lists of names in BibTeX and BibLaTeX. */
import { normalizeWhitespace } from '../../parsed-paper.ts';
import { nameOfCommaParts, nameOfParts } from './person-names.ts';

/**
 * The names of an author list as they are read aloud: `Family, Jr., Given and {The ATLAS Collaboration} and others` gives
 * 'Given Family Jr.' and 'The ATLAS Collaboration'.
 *
 * @param toUnicode converts the LaTeX of a part of a name
 */
export function bibtexNames(list: string, toUnicode: (latex: string) => string): string[] {
  // In one line: patterns that begin or end with white space take quadratic time for long runs of it.
  const line = normalizeWhitespace(list);
  let written = splitOutsideBraces(line, AND);
  // Some databases write 'Family, Given; Family, Given'.
  if (written.length === 1) written = splitOutsideBraces(line, SEMICOLON);
  return written
    .filter((name) => !/^\s*(?:\{?others\}?|and)\s*$/i.test(name))
    .flatMap((name) => nameOf(name, toUnicode))
    .filter((name) => name !== '');
}

const AND = / and(?= )|^and(?= )| and$/gi;
const SEMICOLON = /;/g;
const COMMA = /,/g;
/** A part of a name as BibLaTeX's data annotation writes it: `family=Hugo, given=Victor, prefix=de`. */
const NAMED_PART = /^\s*([a-z-]+)\s*=\s*([\s\S]*)$/i;

function nameOf(name: string, toUnicode: (latex: string) => string): string[] {
  const parts = splitOutsideBraces(name, COMMA).map((part) => part.trim());
  const named = parts.map((part) => NAMED_PART.exec(part));
  if (named.every((match) => match !== null)) {
    const values = new Map(named.map(([, key, value]) => [key.toLowerCase(), toUnicode(value.replace(/^"|"$/g, ''))]));
    return [
      nameOfParts({
        given: values.get('given'),
        particle: values.get('prefix'),
        family: values.get('family'),
        suffix: values.get('suffix'),
      }),
    ];
  }
  const texts = parts.map(toUnicode);
  // 'Ada Lovelace, Charles Babbage, …': the list has commas where ' and ' should be.
  if (texts.length > 3 && texts.every((text) => text.includes(' '))) return texts;
  return [nameOfCommaParts(texts)];
}

/** Splits a text where a pattern matches outside of braces. */
export function splitOutsideBraces(text: string, separator: RegExp): string[] {
  if (!text.includes('{')) return text.split(separator);
  const matches = new RegExp(`\\\\[\\s\\S]|[{}]|${separator.source}`, separator.flags);
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let match = matches.exec(text); match; match = matches.exec(text)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}') depth = Math.max(0, depth - 1);
    else if (depth === 0 && match[0][0] !== '\\') {
      parts.push(text.slice(start, match.index));
      start = matches.lastIndex;
    }
  }
  return [...parts, text.slice(start)];
}

/** A list without the braces around all of it, which Mendeley and Web of Science write around values that have braces. */
export function withoutOuterBraces(list: string): string {
  const [, inner] = /^\s*\{([^{}]*)\}\s*$/.exec(list) ?? [];
  return inner ?? list;
}
