/** Whether two rows are the same paper by title and authors, and what they give together. Pure functions. */
import type { Paper } from '../core/paper.ts';
import type { ParsedPaper } from './parsed-paper.ts';
import { titleKey } from './title-id.ts';

/** Shorter titles, in letters, are compared as they are: a letter makes another title of 'GPT-3'. */
const MIN_FUZZY_LENGTH = 40;
/** Largest number of letters in which near-identical titles differ: one typing error, a plural, a dash. */
const MAX_DISTANCE = 2;

/** Whether two titles are the same but for case, punctuation, and a typing error or two. Numbers must be equal. */
export function areTitlesNearlyEqual(a: string, b: string): boolean {
  const [keyA, keyB] = [titleKey(a), titleKey(b)];
  if (keyA === '' || keyB === '') return false;
  if (keyA === keyB) return true;
  if (Math.min(keyA.length, keyB.length) < MIN_FUZZY_LENGTH || Math.abs(keyA.length - keyB.length) > MAX_DISTANCE)
    return false;
  return !differInNumbers(a, b) && editDistance(keyA, keyB, MAX_DISTANCE) <= MAX_DISTANCE;
}

/** Whether a word that only one of the titles has is a number, also a Roman one, or a letter: 'Part I' and 'Part II'. */
function differInNumbers(a: string, b: string): boolean {
  const words = (title: string): readonly string[] => title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const [wordsA, wordsB] = [words(a), words(b)];
  const different = [
    ...wordsA.filter((word) => !wordsB.includes(word)),
    ...wordsB.filter((word) => !wordsA.includes(word)),
  ];
  return different.some((word) => /\p{N}|^[ivx]+$|^.$/u.test(word));
}

/** Levenshtein distance of two texts, or more than `limit` if it exceeds that. */
function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, previous[j] + 1, current[j - 1] + 1));
    }
    if (Math.min(...current) > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length];
}

/**
 * Whether two titles may be those of one paper that was renamed: they have a fifth of their words in common. Words of
 * fewer than four letters do not count.
 */
export function haveCommonWords(a: string, b: string): boolean {
  return commonShare(a, b) >= 0.2;
}

/** The share of the words of the text with fewer of them that the other one has, too. */
function commonShare(a: string, b: string): number {
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []);
  const [wordsA, wordsB] = [words(a), words(b)];
  const common = [...wordsA].filter((word) => wordsB.has(word)).length;
  return common / Math.max(1, Math.min(wordsA.size, wordsB.size));
}

/** Abstracts of one paper in two versions have at least so much of their words in common; of two papers, a third. */
const MIN_COMMON_IN_VERSIONS = 0.5;

/** Whether two rows with one id are two papers all the same: neither the titles nor the abstracts have much in common. */
export function areOtherPapers(a: ParsedPaper, b: ParsedPaper): boolean {
  if (haveCommonWords(a.title, b.title) || a.abstract === '' || b.abstract === '') return false;
  return commonShare(a.abstract, b.abstract) < MIN_COMMON_IN_VERSIONS;
}

/** The family name of an author whose name is written as it is read aloud: its last part, without accents. */
export function familyName(author: string): string {
  const parts = author
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}'’-]+/u)
    .filter((part) => part !== '' && !/^(?:jr|sr|ii|iii|iv)$/.test(part));
  return parts.at(-1) ?? '';
}

/**
 * Whether the authors of two rows may be the same people: the first author of one is among those of the other. True if
 * the authors of one are unknown.
 */
export function mayHaveSameAuthors(a: Pick<Paper, 'authors'>, b: Pick<Paper, 'authors'>): boolean {
  if (!a.authors || !b.authors) return true;
  const [namesA, namesB] = [a.authors.map(familyName), b.authors.map(familyName)];
  return namesB.includes(namesA[0]) || namesA.includes(namesB[0]);
}

/** Whether two rows have different identifiers of one kind, and are therefore two papers whatever their titles. */
export function haveConflictingIdentifiers(a: Pick<Paper, 'identifiers'>, b: Pick<Paper, 'identifiers'>): boolean {
  const [one, other] = [a.identifiers, b.identifiers];
  if (!one || !other) return false;
  // Preprint and publication have different DOIs, and so do versions in repositories: they are told apart by the prefix.
  const isPublished = (doi: string | undefined) => doi !== undefined && !PREPRINT_DOI.test(doi);
  if (isPublished(one.doi) && isPublished(other.doi) && one.doi !== other.doi) return true;
  return (['arxivId', 'pmid', 'openAlexId'] as const).some(
    (kind) => one[kind] !== undefined && other[kind] !== undefined && one[kind] !== other[kind],
  );
}

/** DOIs of arXiv, bioRxiv and medRxiv, SSRN, Research Square, Zenodo, OSF, ChemRxiv, Preprints.org. */
const PREPRINT_DOI = /^10\.(?:48550|1101|64898|2139|21203|5281|31234|31219|26434|20944)\//;

const REPOSITORY = /^(?:arxiv|corr|biorxiv|medrxiv|ssrn|preprint)/i;
const isCutOff = (text: string) => /(?:…|\.\.\.)$/.test(text);

/**
 * Two rows of one paper as one. Of two values the richer one is kept: the abstract that is not cut off, more authors and
 * full names, the more precise date, the journal rather than the repository. Of equals the later one is kept, because it
 * was read more recently. Categories, identifiers and other fields are joined.
 */
export function mergeRows(earlier: ParsedPaper, later: ParsedPaper): ParsedPaper {
  const authors = richer(earlier.authors, later.authors, (one, other) => {
    const letters = (names: readonly string[]) => names.join('').length;
    return one.length > other.length || (one.length === other.length && letters(one) > letters(other));
  });
  const date = richer(earlier.date, later.date, (one, other) => one.length > other.length);
  const venue = richer(earlier.venue, later.venue, (one, other) => REPOSITORY.test(other) && !REPOSITORY.test(one));
  return {
    ...earlier,
    ...later,
    abstract: richerAbstract(earlier.abstract, later.abstract),
    ...(authors && { authors }),
    ...(date !== undefined && { date }),
    ...(venue !== undefined && { venue }),
    ...(earlier.categories &&
      later.categories && { categories: [...new Set([...earlier.categories, ...later.categories])] }),
    ...(earlier.identifiers && later.identifiers && { identifiers: { ...earlier.identifiers, ...later.identifiers } }),
    ...(earlier.fields && later.fields && { fields: mergeFields(earlier.fields, later.fields) }),
    ...(earlier.id !== undefined && { id: earlier.id }),
  };
}

/** The earlier value, if there is no later one or it is the richer of the two. */
function richer<T>(
  earlier: T | undefined,
  later: T | undefined,
  isRicher: (one: T, other: T) => boolean,
): T | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return isRicher(earlier, later) ? earlier : later;
}

function richerAbstract(earlier: string, later: string): string {
  const isPoorer = later.length < earlier.length / 2 || (isCutOff(later) && later.length < earlier.length);
  return later === '' || isPoorer ? earlier : later;
}

type Fields = NonNullable<Paper['fields']>;

/** All fields of two rows of a paper in the order of their names, the later value of a field winning. */
function mergeFields(earlier: Fields, later: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...earlier, ...later }).sort(([a], [b]) => (a < b ? -1 : 1)));
}
