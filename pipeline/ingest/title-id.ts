/** Compares titles, and makes ids of them. Pure functions. */

/**
 * The letters and digits of a title in lower case and without accents, for comparing titles: equal for titles that
 * differ only in case, accents or punctuation. Empty only if the title has no letter or digit of any script.
 */
export function titleKey(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '');
}

/** The longest slug of an id, in characters, including the hyphen before the hash. */
const MAX_SLUG_LENGTH = 60;

/**
 * An id for a paper that has none: a readable slug of its title and a 32-bit hash of its `titleKey`. The hash keeps
 * titles apart that begin alike, or whose script a slug cannot contain.
 *
 * @example idFromTitle('Attention Is All You Need') // 'attention-is-all-you-need-4b4bbf8f'
 */
export function idFromTitle(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    if (slug.length + word.length + 1 > MAX_SLUG_LENGTH) break;
    slug += `${word}-`;
  }
  // A title of symbols alone has an empty key; then the title itself is hashed.
  return `${slug}${fnv1a(titleKey(title) || title)}`;
}

/** FNV-1a over UTF-16 code units, 32 bits, as eight hexadecimal digits (Fowler, Noll & Vo; public domain). */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
