/** Names of authors as they are read aloud: 'Ada B. Lovelace' for 'Lovelace, Ada B.'. Pure functions. */
import { normalizeWhitespace } from '../../parsed-paper.ts';

/** The parts of a name, each as it is written; any may be missing. */
export interface NameParts {
  readonly given?: string | undefined;
  /** 'van der', 'de la'. */
  readonly particle?: string | undefined;
  readonly family?: string | undefined;
  /** 'Jr.', 'III'. */
  readonly suffix?: string | undefined;
}

/** The parts of a name in the order in which they are read; '' if all are missing. */
export function nameOfParts({ given, particle, family, suffix }: NameParts): string {
  return normalizeWhitespace([given, particle, family, suffix].filter(Boolean).join(' '));
}

/**
 * A name that is written 'Family, Given, Suffix' or 'Family, Suffix, Given', or that is written as it is read aloud
 * already. A comma at the end, by which EndNote marks the name of an organization, is dropped.
 */
export function nameReadAloud(name: string): string {
  return nameOfCommaParts(name.split(','));
}

/** As `nameReadAloud`, of a name that is already split at its commas. */
export function nameOfCommaParts(parts: readonly string[]): string {
  const [family, second = '', ...rest] = parts.map((part) => part.trim());
  const others = rest.filter(Boolean);
  if (isSuffix(second) && others.length > 0) return nameOfParts({ given: others.join(' '), family, suffix: second });
  return nameOfParts({ given: second, family, suffix: others.join(' ') });
}

function isSuffix(part: string): boolean {
  return /^(?:jr|sr|jnr|snr|junior|senior|[ivx]{1,4}|[2-5](?:nd|rd|th))\.?$/i.test(part);
}

/**
 * A name as PubMed and Web of Science abbreviate it, 'Lovelace AB': 'AB Lovelace'. Any other name stays as it is: the
 * initials are the last word and in capitals.
 */
export function nameOfInitials(name: string): string {
  const [, family, initials, suffix] =
    /^(\p{L}.*?) (\p{Lu}{1,4})(?: (Jr|Sr|\d(?:st|nd|rd|th)|I{2,3}))?$/u.exec(name) ?? [];
  return family === undefined ? name : nameOfParts({ given: initials, family, suffix });
}
