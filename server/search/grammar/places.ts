/** Where in a query something stands, as errors tell it. */
import { excerptOf } from '../../../pipeline/core/paper.ts';
import { type KeyToken, tokenize } from './tokens.ts';
import { type Meaning, meaningOf } from './values.ts';

/** `character 11: 'since:20x5'`: characters from 1, counted as a person counts them (an emoji is one). */
export function placeOf(source: string, { from, to }: Pick<KeyToken, 'from' | 'to'>): string {
  const place = [...source.slice(0, from)].length + 1;
  return `character ${place}: '${excerptOf(source.slice(from, to))}'`;
}

/**
 * The place of the first `key:value` that says something, for what is found wrong only when it is looked up; the query
 * itself where none says it.
 */
export function placeOfMeaning(source: string, isMeant: (meaning: Meaning) => boolean): string {
  const token = tokenize(source).find(
    (one): one is KeyToken =>
      one.kind === 'key' && one.fault === null && isMeant(meaningOf(one.key, one.value, one.isNegated)),
  );
  return token ? placeOf(source, token) : `'${excerptOf(source)}'`;
}
