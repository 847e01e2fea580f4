import { vagueWords } from '../../core/stop-words.ts';
import { type PhraseTable, wordsOfPhrase } from './phrase-table.ts';
import { JOINING, TELLING, type WordTexts } from './word-texts.ts';

/** The joining words of names: 'chain of thought', 'sim to real'; 'grasping with sensors' is half a sentence. */
const namingJoints = new Set(['of', 'to', 'in', 'and']);

/**
 * A phrase may name something where it neither begins nor ends with a joining word and holds a telling one; around a
 * joining word both must tell something: 'chain of thought', but not 'chain of models'.
 */
export function namingPhrases(texts: WordTexts, table: PhraseTable, isFrequent: Uint8Array): Uint8Array {
  const { keys, kinds } = texts;
  const naming = new Uint8Array(table.count());
  for (let key = 0; key < table.words; key++)
    naming[key] = isFrequent[key] && kinds[key] === TELLING && !vagueWords.has(keys[key]) ? 1 : 0;
  for (let phrase = table.words; phrase < naming.length; phrase++) {
    const words = wordsOfPhrase(table, phrase);
    const [first, second, last] = [words[0], words[1], words[words.length - 1]];
    if (kinds[last] === JOINING) continue;
    const tells = (word: number) => kinds[word] === TELLING;
    const isJoined = words.length === 3 && kinds[second] === JOINING;
    const isJoinedWell = isJoined && tells(first) && tells(last) && namingJoints.has(keys[second]);
    naming[phrase] = isJoinedWell || (!isJoined && words.some(tells)) ? 1 : 0;
  }
  return naming;
}

/** 1 for a key that is written with a digit or a second capital. */
export function acronymKeys({ keys, surfaces, keyOfSurface }: WordTexts): Uint8Array {
  const found = new Uint8Array(keys.length);
  surfaces.forEach((surface, number) => {
    if (/^(?:\p{N}+\p{Lu}+|\p{Lu}[\p{Lu}\p{N}]+s?)$/u.test(surface) && surface.length < 8)
      found[keyOfSurface[number]] = 1;
  });
  return found;
}
