import fc from 'fast-check';
import { finished } from '../../../pipeline/core/cooperative.ts';
import type { Passage } from '../../../pipeline/core/paper.ts';
import { indexWords } from '../../../pipeline/search/lexical/build-inverted-index.ts';
import type { WordIndex } from '../../../pipeline/search/lexical/inverted-index.ts';

/** Words that are their own stems, several with a common beginning. */
const fewWords = ['bax', 'baxdul', 'dul', 'fom', 'gik', 'ba', 'b', '7'] as const;

export const fewWord = fc.constantFrom(...fewWords);

/** Papers made of few words, so that they share many; titles and abstracts may be empty, papers may be none. */
export const fewWordsPapers: fc.Arbitrary<Passage[]> = fc.array(
  fc.record({
    title: fc.array(fewWord, { maxLength: 5 }).map((words) => words.join(' ')),
    abstract: fc.array(fewWord, { maxLength: 24 }).map((words) => words.join(' ')),
  }),
  { maxLength: 14 },
);

export const indexOf = (papers: readonly Passage[]): WordIndex => finished(indexWords(papers));

/** What the oracles read: the words of each paper, split at blanks. */
export const split = (text: string): string[] => text.split(' ').filter((word) => word !== '');
