/**
 * `count` distinct words in ascending order of their code points, as one block of UTF-8: word i stands at
 * `starts[i]` … `starts[i + 1]`. Half a million words take six megabytes so, and are no objects of the heap.
 */
export interface Lexicon {
  readonly count: number;
  /** count + 1 places in `bytes`. */
  readonly starts: Int32Array;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A lexicon of words that are distinct and in the order of `compareWords`. */
export function lexiconOf(words: readonly string[]): Lexicon {
  const starts = new Int32Array(words.length + 1);
  // Three bytes a UTF-16 unit is the most that UTF-8 takes.
  let bytes = new Uint8Array(1024);
  let used = 0;
  for (const [i, word] of words.entries()) {
    if (used + word.length * 3 > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length + word.length * 3);
      larger.set(bytes);
      bytes = larger;
    }
    used += encoder.encodeInto(word, bytes.subarray(used)).written;
    starts[i + 1] = used;
  }
  return { count: words.length, starts, bytes: bytes.slice(0, used) };
}

/** The order of code points, which is that of UTF-8 bytes. `<` compares UTF-16 units: there 𝛼 stands before ﬁ. */
export function compareWords(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = rankOfUnit(a.charCodeAt(i)) - rankOfUnit(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Halves of pairs stand above all that one unit can hold. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

export function wordAt({ starts, bytes }: Lexicon, at: number): string {
  return decoder.decode(bytes.subarray(starts[at], starts[at + 1]));
}

/** The place of a word, or −1. */
export function findWord(lexicon: Lexicon, word: string): number {
  const wanted = encoder.encode(word);
  const at = firstPlace(lexicon, (place) => compareWith(lexicon, place, wanted, false) >= 0);
  return at < lexicon.count && compareWith(lexicon, at, wanted, false) === 0 ? at : -1;
}

/** The places of the words that begin with a prefix: `from` the first, `to` behind the last. */
export function prefixRange(lexicon: Lexicon, prefix: string): { from: number; to: number } {
  const wanted = encoder.encode(prefix);
  return {
    from: firstPlace(lexicon, (place) => compareWith(lexicon, place, wanted, true) >= 0),
    to: firstPlace(lexicon, (place) => compareWith(lexicon, place, wanted, true) > 0),
  };
}

/** What is wrong with a lexicon, or undefined: places that rise, to the end of the bytes; words that rise. */
export function lexiconFault({ count, starts, bytes }: Lexicon): string | undefined {
  if (starts.length !== count + 1 || starts[0] !== 0 || starts[count] !== bytes.length)
    return 'its words do not fill their bytes';
  for (let at = 0; at < count; at++) if (starts[at] >= starts[at + 1]) return `word ${at} is empty`;
  for (let at = 1; at < count; at++) {
    const wanted = bytes.subarray(starts[at], starts[at + 1]);
    if (compareWith({ count, starts, bytes }, at - 1, wanted, false) >= 0) return `word ${at} is out of order`;
  }
  return undefined;
}

/** The first place at which a condition holds that holds from there on. */
function firstPlace({ count }: Lexicon, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Below 0 where the word stands before `wanted`, 0 where it is it, or begins with it where `asPrefix`. */
function compareWith({ starts, bytes }: Lexicon, place: number, wanted: Uint8Array, asPrefix: boolean): number {
  const from = starts[place];
  const length = starts[place + 1] - from;
  const shorter = Math.min(length, wanted.length);
  for (let i = 0; i < shorter; i++) {
    const difference = bytes[from + i] - wanted[i];
    if (difference !== 0) return difference;
  }
  return asPrefix && length >= wanted.length ? 0 : length - wanted.length;
}
