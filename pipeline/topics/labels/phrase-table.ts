/** The number of a phrase that a table does not hold. */
export const NO_PHRASE = -1;

/**
 * Phrases by number: a single word has its key's number, a longer one is the phrase without its last word, and that word.
 * Numbers of longer phrases follow those of words, in the order in which they were added.
 */
export interface PhraseTable {
  readonly words: number;
  /** Words and longer phrases together. */
  count(): number;
  /** The phrase that `prefix` and the word `last` make, or NO_PHRASE. */
  find(prefix: number, last: number): number;
  /** As `find`; adds it where it is not held. */
  add(prefix: number, last: number): number;
  /** What a longer phrase was made of. */
  prefixOf(phrase: number): number;
  lastOf(phrase: number): number;
}

/** An empty table over so many words: a hash table of integers with linear probing, at most half full. */
export function makePhraseTable(words: number): PhraseTable {
  let prefixes = new Int32Array(1024);
  let lasts = new Int32Array(1024);
  let held = 0;
  let slots = new Int32Array(4096).fill(NO_PHRASE);

  const slotOf = (prefix: number, last: number): number => {
    const mask = slots.length - 1;
    let slot = (Math.imul(prefix, 0x9e3779b1) ^ Math.imul(last + 1, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const at = slots[slot];
      if (at === NO_PHRASE || (prefixes[at] === prefix && lasts[at] === last)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const widen = () => {
    slots = new Int32Array(slots.length * 2).fill(NO_PHRASE);
    for (let at = 0; at < held; at++) slots[slotOf(prefixes[at], lasts[at])] = at;
  };
  return {
    words,
    count: () => words + held,
    find(prefix, last) {
      const at = slots[slotOf(prefix, last)];
      return at === NO_PHRASE ? NO_PHRASE : words + at;
    },
    add(prefix, last) {
      const slot = slotOf(prefix, last);
      if (slots[slot] !== NO_PHRASE) return words + slots[slot];
      if (held === prefixes.length) {
        prefixes = widened(prefixes);
        lasts = widened(lasts);
      }
      prefixes[held] = prefix;
      lasts[held] = last;
      slots[slot] = held;
      held++;
      if (held * 2 > slots.length) widen();
      return words + held - 1;
    },
    prefixOf: (phrase) => prefixes[phrase - words],
    lastOf: (phrase) => lasts[phrase - words],
  };
}

function widened(column: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(column.length * 2);
  wider.set(column);
  return wider;
}

/** The keys of a phrase's words, in order. */
export function wordsOfPhrase(table: PhraseTable, phrase: number): number[] {
  if (phrase < table.words) return [phrase];
  return [...wordsOfPhrase(table, table.prefixOf(phrase)), table.lastOf(phrase)];
}
