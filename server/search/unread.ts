import type { MeaningReader } from './explain-meaning.ts';

/** A text of whose letters the model reads less than this share says nothing to it. Of 25,526 abstracts none has under 99 %. */
const LEAST_READ = 0.5;
/** Of a longer run of letters so many count: an address or a key without a space is not most of a text. */
const LONGEST = 24;
/** The letters of a word; marks belong to them. */
const WORD = /[\p{L}\p{M}]+/gu;

/**
 * Whether most of a text is in words that the model does not know: another script, for one that was trained on English.
 * What such a text is about cannot be judged, and neither can what is near it.
 *
 * @param reader absent where a model's words cannot be looked at: then nothing is said
 */
export function isUnread(text: string, reader: MeaningReader | undefined): boolean {
  if (!reader) return false;
  let [letters, read] = [0, 0];
  for (const [word] of text.matchAll(WORD)) {
    const length = Math.min(word.length, LONGEST);
    letters += length;
    if (reader.reads(word)) read += length;
  }
  return letters > 0 && read < LEAST_READ * letters;
}
