/** What an answer says before its papers: how many there are, or that none is about the question. */
import type { SearchAnswer } from '../../server/schemas/search.ts';
import { relevanceWord } from '../paper/relevance.ts';
import { count, sentence, shortened } from '../ui/format.ts';
import { orderOf } from './query-text.ts';

export interface Verdict {
  heading: string;
  /** Under the heading; null: the papers speak for themselves. */
  words: string | null;
  /** Before the papers that are about something else; null where there are none of them. */
  apart: string | null;
}

/** A longer query is cut where it is named. */
const NAMED = 120;

const NOT_AUTHORS = 'Titles and abstracts are searched; to look for an author, write author: before the name.';

/** Two to four words with a capital each: who asks for nothing else may mean a person. */
function looksLikeName(query: string): boolean {
  return /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){1,3}$/u.test(query);
}

const UNSURE = 'None is surely about that: these come nearest.';

/** Of what was found, nothing is a strong match. Where relevance is not known, or does not order, that is not said. */
function isUnsure({ query, hits }: SearchAnswer): boolean {
  const isRanked = hits.some(({ score }) => score !== 0);
  const isStrong = (relevance: number | null) => relevance === null || relevanceWord(relevance) === 'strong';
  return orderOf(query, isRanked) === 'relevance' && isRanked && !hits.some((hit) => isStrong(hit.percentile));
}

/** @param isTyping the query still grows: what is not found yet may be with its next letters */
export function verdictOf(answer: SearchAnswer, isTyping = false): Verdict {
  const { total, nearMisses: apart, mode } = answer;
  if (answer.status === 'answered') {
    if (total === 0)
      return { heading: 'No paper fits these filters.', words: 'Fewer or wider ones may help.', apart: null };
    return { heading: count(total, 'paper'), words: isUnsure(answer) ? UNSURE : null, apart: null };
  }
  if (answer.status === 'unknown_language' && isTyping)
    return { heading: 'Nothing about that yet', words: null, apart: null };
  const asked = `You asked for “${shortened(answer.query, NAMED)}”.`;
  if (answer.status === 'unknown_language') {
    const words = `${asked} Whether a paper here is about that cannot be said. Try it in English.`;
    return { heading: 'The model does not know these words.', words, apart: null };
  }
  if (apart.length > 0 && isTyping)
    return { heading: 'Nothing about that yet', words: null, apart: 'The nearest so far:' };
  if (apart.length > 0) {
    const words = looksLikeName(answer.query) && answer.didYouMean === null ? `${asked} ${NOT_AUTHORS}` : asked;
    const which = apart.length === 1 ? 'paper, though it is' : 'papers, though they are';
    return {
      heading: 'Nothing here is about that.',
      words,
      apart: `The nearest ${which} about something else:`,
    };
  }
  const advice =
    mode === 'keyword'
      ? 'No paper here holds these words. Search by Meaning finds papers that say it differently.'
      : 'No paper is left by its filters and quoted words. Fewer of them may help.';
  return { heading: 'Nothing found.', words: `${asked} ${advice}`, apart: null };
}

/** The same for those who hear the page: where the list is, and what is offered instead. */
export function spokenVerdict(answer: SearchAnswer, listed: number, isTyping = false): string {
  const { heading, words, apart } = verdictOf(answer, isTyping);
  const meant = answer.didYouMean === null ? '' : ` Did you mean ${answer.didYouMean}?`;
  if (answer.status === 'answered' && answer.total > 0)
    return `${count(answer.total, 'paper')} found, ${listed} listed.${meant}`;
  const nearest = apart === null ? '' : ` ${count(answer.nearMisses.length, 'paper')} about something else listed.`;
  return `${sentence(heading)} ${words ?? ''}${nearest}${meant}`;
}
