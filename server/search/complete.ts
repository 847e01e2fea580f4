/** What a query that is being typed may become. */
import { findWord, wordAt } from '../../pipeline/core/lexicon.ts';
import { queryStopWords } from '../../pipeline/core/stop-words.ts';
import type { WordIndex } from '../../pipeline/core/word-index.ts';
import { wordsIn } from '../../pipeline/stages/words/analysis.ts';
import { wordsWithPrefix } from '../../pipeline/stages/words/prefix.ts';
import type { CompleteAnswer } from '../contract-complete.ts';
import { type Completable, type CompletionItem, counted, openValues } from './complete-values.ts';
import { type Completion, completionAt, unquotedNameAt } from './grammar/completion.ts';
import { operators } from './grammar/operators.ts';
import { keys } from './grammar/query.ts';
import { canBeExcluded } from './grammar/values.ts';

/** One letter begins a word of every kind. */
const SHORTEST_WORD = 2;
/** Of less letters hardly a word stands for itself. */
const SHORTEST_WHOLE = 4;

/**
 * A function that completes a query at a cursor (see `completionAt`): values by what the papers have, keys, and words.
 * What would change nothing, or stands there already, is left out. Never throws, whatever is typed.
 */
export function openCompleter(corpus: Completable): (q: string, cursor: number, limit: number) => CompleteAnswer {
  const values = openValues(corpus);
  const itemsOf = (q: string, typed: Completion, limit: number): CompletionItem[] => {
    if (typed.kind === 'word') return wordItems(corpus.words, typed.prefix, limit);
    if (typed.kind !== 'key') return values.items(typed.kind, typed.prefix, limit);
    const known = keyItems(typed.prefix, q[typed.from - 1] === '-');
    // Before a colon stands no word.
    return hasColon(q, typed) ? known : [...known, ...wordItems(corpus.words, typed.prefix, limit)];
  };
  return (q, cursor, limit) => {
    const answerTo = ({ from, to }: Pick<Completion, 'from' | 'to'>, items: readonly CompletionItem[]) => ({
      from,
      to,
      items: items
        .filter(({ text }, i) => text !== q.slice(from, to) && items.findIndex((one) => one.text === text) === i)
        .slice(0, limit),
    });
    const name = unquotedNameAt(q, cursor);
    if (name && !values.knows(name.kind, name.value)) {
      const items = values.items(name.kind, name.prefix, limit);
      if (items.length > 0) return answerTo(name, items);
    }
    const typed = completionAt(q, cursor);
    return answerTo(replaced(q, typed), itemsOf(q, typed, limit));
  };
}

/** Of `self-sup` only the last word is completed, and of `sinc:2025` the colon that is there is taken. */
function replaced(q: string, { kind, prefix, from, to }: Completion): { from: number; to: number } {
  if (kind === 'key') return { from, to: q[to - 1] !== ':' && q[to] === ':' ? to + 1 : to };
  return kind === 'word' ? { from: from + (begunWord(prefix)?.start ?? 0), to } : { from, to };
}

function hasColon(q: string, { to }: Completion): boolean {
  return q[to - 1] === ':' || q[to] === ':';
}

function begunWord(prefix: string) {
  const last = wordsIn(prefix).at(-1);
  return last?.end === prefix.length && last.surface.length >= SHORTEST_WORD ? last : undefined;
}

/**
 * Words that begin so, those in most papers first, without such as say nothing in a query. Who has typed a word that
 * papers have is offered only what more of them have: `robot` is no beginning, `auto` may be one; what is shorter, as `co`
 * of `co-training`, mostly is one.
 */
function wordItems(index: WordIndex, prefix: string, limit: number): CompletionItem[] {
  const begun = begunWord(prefix)?.surface;
  if (begun === undefined) return [];
  const typed = findWord(index.words, begun);
  const least = typed < 0 || begun.length < SHORTEST_WHOLE ? 0 : index.wordPapers[typed];
  const found = wordsWithPrefix(index, begun, 2 * limit + 10)
    .filter((word) => index.wordPapers[word] > least)
    .map((word) => ({ text: wordAt(index.words, word), papers: index.wordPapers[word] }))
    // One more letter is typed sooner than it is chosen.
    .filter(({ text }) => text.length > begun.length + 1 && !queryStopWords.has(text));
  const texts = new Set(found.map(({ text }) => text));
  // Robotics is no plural.
  const isPlural = (text: string) => /[^ci]s$|[^i]cs$/.test(text) && texts.has(text.slice(0, -1));
  return found
    .filter(({ text }) => !isPlural(text))
    .slice(0, limit)
    .map(({ text, papers }) => ({ text, label: text, detail: counted(papers), kind: 'word' }));
}

function keyItems(prefix: string, isNegated: boolean): CompletionItem[] {
  if (prefix.length < SHORTEST_WORD) return [];
  return (
    keys
      .filter((key) => key.startsWith(prefix.toLowerCase()) && (!isNegated || canBeExcluded(key)))
      // A shape is drawn, not typed, and many words begin as its key does.
      .filter((key) => key !== 'within')
      .map((key) => ({ text: `${key}:`, label: `${key}:`, detail: operators[key], kind: 'operator' }))
  );
}
