/** Names of authors, as read aloud, out of the many ways in which lists of them are written. */
import { nameReadAloud } from '../bibliographic/person-names.ts';
import { parseLiteral } from './lists.ts';
import { isNoValue, plainText } from './text.ts';

/**
 * The names of a paper's authors as read aloud: `Ada B. Lovelace`. Understood are arrays of names or of objects with a
 * name, lists as JSON or Python print them, and texts with semicolons, bars, line ends, ` and ` or commas between the
 * names, each of which may be `Lovelace, Ada B.`. Undefined if there is none.
 */
export function authorsOf(value: unknown): string[] | undefined {
  const names = namesOf(value)
    .map(cleanName)
    .filter((name) => name !== '');
  return names.length > 0 ? withInitialsFirst(names) : undefined;
}

function namesOf(value: unknown): string[] {
  if (typeof value === 'string') {
    if (isNoValue(value)) return [];
    const literal = parseLiteral(value);
    return literal === undefined ? splitNames(value) : namesOf(literal);
  }
  if (!Array.isArray(value)) return nameOfAuthor(value);
  // A list of one text is often a text with all names.
  if (value.length === 1 && typeof value[0] === 'string') return splitNames(value[0]);
  return value.flatMap((one: unknown) => (typeof one === 'string' ? [familyLast(one)] : nameOfAuthor(one)));
}

/** The name of an author that is an object, or a list of family name, given name and suffix. */
function nameOfAuthor(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const [family, given, suffix] = value.map((part: unknown) => (typeof part === 'string' ? part : ''));
    return [joined(given, family, suffix)];
  }
  const texts = new Map<string, unknown>(
    Object.entries(value).map(([key, one]) => [key.toLowerCase().replace(/[^a-z]/g, ''), one]),
  );
  const textAt = (...keys: readonly string[]) => {
    const found = keys.map((key) => texts.get(key)).find((one) => typeof one === 'string' && one.trim() !== '');
    return typeof found === 'string' ? found : undefined;
  };
  const whole = textAt('name', 'displayname', 'fullname', 'literal', 'authorname', 'rawauthorname');
  if (whole !== undefined) return [familyLast(whole)];
  const family = textAt('family', 'familyname', 'last', 'lastname', 'surname');
  if (family !== undefined)
    return [joined(textAt('given', 'givenname', 'first', 'firstname', 'forename'), family, textAt('suffix'))];
  return texts.has('author') ? nameOfAuthor(texts.get('author')) : [];
}

/** `, and `, ` and ` and ` & ` between names. */
const AND = /,?\s+(?:and|&)\s+/i;

function splitNames(text: string): string[] {
  const separator = [/;/, /\|/, /\r?\n|\r/].find((one) => one.test(text));
  if (separator) return text.split(separator).map((name) => familyLast(name.replace(/^\s*(?:and|&)\s+/i, '')));
  const parts = text.split(AND);
  if (parts.length === 1) return splitAtCommas(text);
  // `Lovelace, Ada and Babbage, Charles` as BibTeX writes it, or `Ada Lovelace, Charles Babbage and Mary Somerville`?
  const isFamilyFirst = parts.every((part) => commaParts(part).length === 2 || isOthers(part));
  return isFamilyFirst ? parts.map(familyLast) : parts.flatMap(splitAtCommas);
}

/** Names with nothing but commas between them, and perhaps within them. */
function splitAtCommas(text: string): string[] {
  const parts = commaParts(text);
  if (parts.length === 2) return parts.every((part) => /\S\s+\S/.test(part)) ? parts : [familyLast(text)];
  const isPairs = parts.length % 2 === 0 && parts.every((part, i) => i % 2 === 0 || INITIALS.test(part));
  if (!isPairs) return parts;
  return parts.flatMap((part, i) => (i % 2 === 0 ? [joined(parts[i + 1], part)] : []));
}

/** The parts between commas; a suffix such as `Jr.` stays with the name before it. */
function commaParts(text: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(/[,，]/).map((one) => one.trim())) {
    if (SUFFIX.test(part) && parts.length > 0) parts.push(`${parts.pop()} ${part}`);
    else if (part !== '') parts.push(part);
  }
  return parts;
}

const SUFFIX = /^(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d)\.?$/i;
/** `A.`, `A. B.`, `AB`, `J.-P.`. */
const INITIALS = /^(?:\p{Lu}\.?[\s-]?){1,4}$/u;

/** Without the number that Scopus puts behind full names: `Lovelace, Ada (57200000001)`. */
function familyLast(name: string): string {
  return nameReadAloud(name.replace(/\s*\(\d{5,20}\)\s*$/, '').replaceAll('，', ','));
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part.trim() !== '').join(' ');
}

/**
 * Names as `Lovelace A.B.` (Scopus) or `Lovelace AB` (PubMed) with the initials first. Only if most names of the list are
 * written so, because `Malcolm X` is a name too; a single name needs a period.
 */
function withInitialsFirst(names: string[]): string[] {
  const family = /^(\p{L}[\p{L}'’-]*\p{Ll}[\p{L}'’-]*(?:\s\p{L}[\p{L}'’-]*){0,3})\s((?:\p{Lu}\.?-?){1,4})$/u;
  const matches = names.filter((name) => family.test(name)).length;
  const isFamilyFirst = names.length === 1 ? names[0].endsWith('.') : matches >= 0.8 * names.length;
  return isFamilyFirst ? names.map((name) => name.replace(family, '$2 $1')) : names;
}

function isOthers(name: string): boolean {
  return /^(?:others|et\s+al\.?|\.{3}|…)$/i.test(name.trim());
}

/** A name without markup and without `et al.`. */
function cleanName(name: string): string {
  const clean = plainText(name).replace(/[\s,]+et\s+al\.?$/i, '');
  return isOthers(clean) || isNoValue(clean) ? '' : clean;
}
