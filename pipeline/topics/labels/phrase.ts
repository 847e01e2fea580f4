import { companionWords } from '../../core/stop-words.ts';
import type { Candidate } from './keyphrases.ts';
import { foldWord, initials, lookAlike } from './words.ts';

/** A name of two phrases is not longer than this many characters. */
const NAME_LENGTH = 44;
export const JOINT = ' · ';

/** A candidate that a topic's keywords and name are chosen from. */
export interface Choice extends Candidate {
  /** As it is shown. */
  readonly text: string;
  /** Its acronym, or itself, for where there is little room. */
  readonly short: string;
  /** Its words, folded, hyphenated ones apart. */
  readonly words: readonly string[];
  /** How evenly it stands in the topic's parts, in [0, 1]: what one part has alone names that part. */
  readonly spread: number;
}

/** Whether all words of a phrase were said already: 'agents' below 'GUI agents'. */
export function repeats(choice: Choice, said: Choice): boolean {
  return choice.words.every((word) => said.words.some((other) => lookAlike(word, other)));
}

export function sayTheSame(a: Choice, b: Choice): boolean {
  return repeats(a, b) && repeats(b, a);
}

/**
 * Whether a phrase says something that the chosen ones do not: it is not the initials of one (or the other way round),
 * and fewer than half of its words look like a word of any of them; words as 'models' and 'generation' are nobody's own.
 */
export function isApart(choice: Choice, chosen: readonly Choice[]): boolean {
  return chosen.every((other) => {
    if (holdsShortFor(choice, other) || holdsShortFor(other, choice)) return false;
    const [words, others] = [choice, other].map(({ words }) => words.filter((word) => !companionWords.has(word)));
    const shared = words.filter((word) => others.some((another) => lookAlike(word, another))).length;
    return shared === 0 || shared * 2 < Math.min(words.length, others.length);
  });
}

/** Whether a word of one stands for the other: 'LLM reasoning' says 'large language models' too. */
function holdsShortFor(one: Choice, long: Choice): boolean {
  return one.words.some((word) => isShortFor({ ...one, words: [word] }, long));
}

export function isShortFor(short: Choice, long: Choice): boolean {
  if (short.words.length !== 1 || long.words.length < 2) return false;
  const letters = initials(long.words.join(' '));
  // 'VLA' stands for 'vision-language-action', and says nothing beside 'vision-language-action models'.
  return foldWord(letters) === short.words[0] || (letters.length > 3 && letters.slice(0, -1) === short.words[0]);
}

/** Whether a name is short enough to be shown. */
export function fits(name: readonly Choice[]): boolean {
  return nameOf(name).length <= NAME_LENGTH;
}

/** The phrases of a name, joined, with a capital; where they are too long together, acronyms for them. */
export function nameOf(choices: readonly Choice[]): string {
  const texts = choices.map(({ text }) => text);
  for (let at = choices.length - 1; at >= 0 && texts.join(JOINT).length > NAME_LENGTH; at--) {
    texts[at] = choices[at].short;
  }
  const name = texts.join(JOINT);
  return /^\p{Ll}+(?=[ -]|$)/u.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}
