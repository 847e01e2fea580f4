/** A hash table that numbers phrases, so that their counts can be kept in arrays. */

/** Stands for a phrase that is not in a table. */
export const NO_PHRASE = -1;

/**
 * Numbers phrases. The number of a single word is that of its lemma. A longer phrase is a pair: its prefix (the phrase
 * without the last word) and its last word. Longer phrases have the numbers after all words, in the order in which they
 * were added.
 */
export interface PhraseNumbers {
  /** Number of lemmas; longer phrases have numbers from this one on. */
  readonly wordCount: number;
  /** Number of all phrases: words and longer phrases together. */
  count(): number;
  /** The number of the phrase with this prefix and last word; NO_PHRASE if it is not in the table. */
  find(prefix: number, lastWord: number): number;
  /** Adds the phrase with this prefix and last word if it is new, and returns its number. */
  add(prefix: number, lastWord: number): number;
  /** The number of the prefix of a phrase of several words. */
  prefixOf(phrase: number): number;
  /** The number of the last word of a phrase of several words. */
  lastWordOf(phrase: number): number;
}

/**
 * Makes a table that contains only single words. It is an integer hash table with linear probing, at most half full.
 */
export function createPhraseNumbers(wordCount: number): PhraseNumbers {
  let prefixes = new Int32Array(1024);
  let lastWords = new Int32Array(1024);
  let size = 0;
  let slots = new Int32Array(4096).fill(NO_PHRASE);

  const slotOf = (prefix: number, lastWord: number): number => {
    const mask = slots.length - 1;
    let slot = (Math.imul(prefix, 0x9e3779b1) ^ Math.imul(lastWord + 1, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const at = slots[slot];
      if (at === NO_PHRASE || (prefixes[at] === prefix && lastWords[at] === lastWord)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const rehash = () => {
    slots = new Int32Array(slots.length * 2).fill(NO_PHRASE);
    for (let at = 0; at < size; at++) slots[slotOf(prefixes[at], lastWords[at])] = at;
  };
  return {
    wordCount,
    count: () => wordCount + size,
    find(prefix, lastWord) {
      const at = slots[slotOf(prefix, lastWord)];
      return at === NO_PHRASE ? NO_PHRASE : wordCount + at;
    },
    add(prefix, lastWord) {
      const slot = slotOf(prefix, lastWord);
      if (slots[slot] !== NO_PHRASE) return wordCount + slots[slot];
      if (size === prefixes.length) {
        prefixes = doubled(prefixes);
        lastWords = doubled(lastWords);
      }
      prefixes[size] = prefix;
      lastWords[size] = lastWord;
      slots[slot] = size;
      size++;
      if (size * 2 > slots.length) rehash();
      return wordCount + size - 1;
    },
    prefixOf: (phrase) => prefixes[phrase - wordCount],
    lastWordOf: (phrase) => lastWords[phrase - wordCount],
  };
}

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** The numbers of the lemmas of a phrase, in order. */
export function wordsOfPhrase(table: PhraseNumbers, phrase: number): number[] {
  if (phrase < table.wordCount) return [phrase];
  return [...wordsOfPhrase(table, table.prefixOf(phrase)), table.lastWordOf(phrase)];
}
