/** The text above the hits of an answer: how many there are, or why there are none. */
import type { SearchResponse } from '../../server/schemas/search.ts';
import { relevanceLevel } from '../paper/paper-facts.ts';
import { formatCount, toSentence, truncate } from '../ui/format.ts';
import { sortOf } from './edit-query.ts';

export interface AnswerStatus {
  heading: string;
  /** Below the heading; null if there is nothing to add. */
  text: string | null;
  /** Above the closest papers, which are listed if there are no hits; null if there are none. */
  nearMissesHeading: string | null;
}

/** A longer query is truncated in the heading, in characters. */
const MAX_QUOTED = 120;

const AUTHOR_HINT = 'To search for an author, put author: before the name.';

/** Two to four capitalized words: possibly the name of a person. */
function looksLikeName(query: string): boolean {
  return /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){1,3}$/u.test(query);
}

/** The query in quotation marks, unless it has some itself. */
function quoted(query: string): string {
  const text = truncate(query, MAX_QUOTED);
  return /["“”„]/.test(text) ? text : `“${text}”`;
}

/** Whether no hit is a strong match, in an answer that is ranked by relevance and whose relevance is known. */
function isUncertain({ query, hits }: SearchResponse): boolean {
  const isRanked = hits.some(({ score }) => score !== 0);
  const isStrong = (percentile: number | null) => percentile === null || relevanceLevel(percentile) === 'strong';
  return sortOf(query, isRanked) === 'relevance' && isRanked && !hits.some((hit) => isStrong(hit.percentile));
}

/** @param isTyping the query is still being typed, and may match with its next letters */
export function answerStatus(answer: SearchResponse, isTyping = false): AnswerStatus {
  const { total, nearMisses, mode, query, status } = answer;
  if (status === 'answered') {
    if (total === 0) {
      return {
        heading: 'No papers match these filters',
        text: 'Try removing or widening some of them.',
        nearMissesHeading: null,
      };
    }
    const text = isUncertain(answer) ? 'No confident matches. Closest papers:' : null;
    return { heading: formatCount(total, 'paper'), text, nearMissesHeading: null };
  }
  if (status === 'unknown_language') {
    if (isTyping) return { heading: 'No matches yet', text: null, nearMissesHeading: null };
    return {
      heading: 'We can’t search these words',
      text: `The model doesn’t know the language of ${quoted(query)}. Try English.`,
      nearMissesHeading: null,
    };
  }
  if (nearMisses.length > 0) {
    if (isTyping) return { heading: 'No matches yet', text: null, nearMissesHeading: 'Closest so far:' };
    return {
      heading: `No papers about ${quoted(query)}`,
      text: looksLikeName(query) && answer.didYouMean === null ? AUTHOR_HINT : null,
      nearMissesHeading: 'Closest anyway:',
    };
  }
  const text =
    mode === 'keyword'
      ? 'No paper contains these words. Semantic search finds papers that say it differently.'
      : 'No paper is left after the filters and quoted phrases. Try fewer of them.';
  return { heading: `No results for ${quoted(query)}`, text, nearMissesHeading: null };
}

/** The status for screen readers, with the number of listed papers and the suggested query. */
export function spokenStatus(answer: SearchResponse, listed: number, isTyping = false): string {
  const { heading, text, nearMissesHeading } = answerStatus(answer, isTyping);
  const suggestion = answer.didYouMean === null ? '' : ` Did you mean ${answer.didYouMean}?`;
  if (answer.status === 'answered' && answer.total > 0) {
    return `${formatCount(answer.total, 'paper')} found, ${listed} listed.${suggestion}`;
  }
  const closest =
    nearMissesHeading === null ? '' : ` The closest ${formatCount(answer.nearMisses.length, 'paper')} listed.`;
  return `${toSentence(heading)}${text ? ` ${text}` : ''}${closest}${suggestion}`;
}
