import type { Hit, SearchMode } from '../../server/schemas/search.ts';
import { isRefused, messageOf } from '../app/api.ts';
import { bones, createHitList, type HitListInput, trouble } from '../paper/hit-list.ts';
import { appendMarked } from '../text/highlighted-text.ts';
import { afterFrame, announce, append, el, onPress } from '../ui/dom.ts';
import { shortened } from '../ui/format.ts';
import { spokenVerdict, verdictOf } from './answer-status.ts';
import { likenedIn } from './query-text.ts';
import { type Outcome, oneAtATime } from './request-pacing.ts';
import { createAnswerTools } from './result-tools.ts';
import { answerFor, PAGE, type Question, type ToldAnswer } from './search-request.ts';

/** Something that is awaited, and comes when that is told. */
export interface Arrival {
  promise: Promise<void>;
  come(): void;
}

export function createArrival(): Arrival {
  let come = () => {};
  const promise = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { promise, come: () => come() };
}

/** The query as it may have been meant, one press away; nothing where it was meant as it was written. */
export function meant(
  query: string | null,
  { hrefOf, find }: { hrefOf(query: string): string; find(query: string): void },
): HTMLElement | null {
  if (query === null) return null;
  const link = el('a', { href: hrefOf(query), dir: 'auto' }, query);
  onPress(link, () => find(query));
  return el('p', { class: 'meant' }, 'Did you mean ', link, '?');
}

/** Whom `like:` and `not:` mean: a query names papers by their ids, a person knows them by their titles. */

export interface LikenedInput {
  href(id: string): string;
  open(id: string): void;
  /** null where there is no such paper, or it cannot be had. */
  titleOf(id: string): Promise<string | null>;
}

/** The papers that a query names, by title; null where it names none. */
export function likenedLine(query: string, { href, open, titleOf }: LikenedInput): HTMLElement | null {
  const named = likenedIn(query);
  if (named.length === 0) return null;
  const lines = named.map(({ id, isLike }) => {
    const link = el('a', { href: href(id), dir: 'auto' }, id);
    onPress(link, () => open(id));
    void titleOf(id).then((title) => {
      if (title === null) return;
      link.replaceChildren();
      appendMarked(link, title);
    });
    const line = el('p', { class: 'likened' });
    append(line, isLike ? 'Like ' : 'Not like ', link);
    return line;
  });
  return el('div', {}, ...lines);
}

/** The answer to a query as a list, page by page. Answers that come too late are dropped. */

/** An answer that comes sooner is not preceded by gray bars. */
const SOON_MS = 150;
/** Who rests so long has written what is to be searched: what words that are half written found is not told before. */
const REST_MS = 400;

export interface Results {
  hits(): readonly Hit[];
  /** What the list answers, be it by no paper, and how many papers were found; null: it stands empty. */
  standing(): { question: Question; total: number } | null;
  /**
   * Looks up a query; nothing at all empties the list.
   *
   * @param within as in a `Question`
   * @returns when there is something to look at; null: now
   */
  run(q: string, mode: SearchMode, within: string): Promise<void> | null;
  /** The query is asked for good: what was said of it while it grew is said anew. */
  typed(): void;
  light(id: string | null): void;
  focus(id: string): boolean;
}

export interface ResultsInput extends Omit<HitListInput, 'numbered'>, LikenedInput {
  /** The address of another query. */
  hrefOf(query: string): string;
  find(query: string): void;
  /** null for an unknown topic. */
  topicName(topic: number): string | null;
  /** The server cannot read the query, and says why; null: it can. */
  refused(message: string | null): void;
  /** The query still grows letter by letter. */
  isTyping(): boolean;
  /** Milliseconds since a letter of a query that grows; Infinity where none does. */
  rested(): number;
  /** An answer stands on the screen, so many milliseconds after it was asked for. */
  took(ms: number): void;
  /** There are other papers, or none any more; told when the list has been painted. */
  changed(papers: readonly Hit[]): void;
}

const none: Question = { q: '', mode: 'hybrid', within: '', offset: 0 };

export function createResults(host: HTMLElement, input: ResultsInput): Results {
  const list = createHitList({ ...input, numbered: true });
  const apart = createHitList({ ...input, numbered: false });
  const heading = el('h2', { class: 'results-count' });
  const about = el('div', { class: 'results-about' });
  const more = el('button', { type: 'button', class: 'button more' });
  const below = el('div', { class: 'results-below' });
  const tools = createAnswerTools(input, () => hits);
  const head = el('div', { class: 'results-head' }, heading, ...tools.inLine);
  host.append(head, ...tools.panels, about, list.element, below);

  let hits: Hit[] = [];
  let beside: readonly Hit[] = [];
  let asked = none;
  // What the list answers: not what was asked last, where that was refused.
  let shown: Question | null = null;
  let first: ToldAnswer | null = null;
  let boned: ReturnType<typeof setTimeout> | undefined;
  let resting: { timer: ReturnType<typeof setTimeout>; say(): void } | null = null;
  let arrival: Arrival | null = null;

  const arrived = () => {
    clearTimeout(boned);
    arrival?.come();
    arrival = null;
  };
  const forget = () => {
    clearTimeout(resting?.timer);
    resting = null;
  };
  /** Says what would come and go with every letter when nobody types any more. */
  const atRest = (say: () => void) => {
    forget();
    const wait = REST_MS - input.rested();
    if (wait > 0) resting = { timer: setTimeout(() => atRest(say), wait), say };
    else say();
  };
  const tellMap = () => afterFrame(() => input.changed([...hits, ...beside]));

  const settle = (question: Question, answer: ToldAnswer) => {
    arrived();
    const from = question.offset;
    const isRead = from === 0 && list.element.contains(document.activeElement);
    shown = { ...question, q: answer.query, mode: answer.mode };
    hits = from === 0 ? answer.hits : [...hits, ...answer.hits];
    if (from === 0) beside = answer.nearMisses;
    list.put(answer.hits, from);
    const rest = answer.total - hits.length;
    more.textContent = `Show ${Math.min(rest, PAGE)} more`;
    below.replaceChildren(...(rest > 0 && answer.hits.length > 0 ? [more] : []));
    if (from === 0) {
      first = answer;
      showVerdict(answer);
    } else tools.grown();
    input.refused(null);
    // Who has gone on to a paper that is no longer listed stands at the first one.
    if (isRead) host.querySelector<HTMLElement>('a.hit-title')?.focus({ preventScroll: true });
    tellMap();
  };

  const showVerdict = (answer: ToldAnswer) => {
    tools.show(answer.status === 'answered' ? answer : null);
    const verdict = verdictOf(answer, input.isTyping());
    heading.textContent = verdict.heading;
    heading.classList.toggle('results-nothing', answer.hits.length === 0);
    about.replaceChildren();
    const words = verdict.words && el('p', { class: 'quiet' }, verdict.words);
    append(about, likenedLine(answer.query, input), words, meant(answer.didYouMean, input));
    apart.put(answer.nearMisses, 0);
    if (verdict.apart) below.replaceChildren(el('p', { class: 'apart-words quiet' }, verdict.apart), apart.element);
  };

  const finish = (question: Question, { isLast, startedAt, ...outcome }: Outcome<ToldAnswer>) => {
    if (isLast) host.removeAttribute('aria-busy');
    if ('answer' in outcome) {
      const { answer } = outcome;
      const found = answer.hits.length > 0;
      if (found) settle(question, answer);
      afterFrame(() => input.took(performance.now() - startedAt));
      if (!isLast) return;
      if (question.offset > 0 && found) list.focus(answer.hits[0]!.id);
      // What was there before stays for so long.
      clearTimeout(boned);
      atRest(() => {
        if (!found) settle(question, answer);
        announce(spokenVerdict(answer, hits.length, input.isTyping()));
      });
    } else if (isLast) fail(question, outcome.error);
  };
  const fail = (question: Question, error: unknown) => {
    arrived();
    forget();
    if (isRefused(error)) return refuse(messageOf(error));
    input.refused(null);
    if (question.offset === 0) empty('The search did not work');
    below.replaceChildren(trouble(error, () => ask(question)));
  };

  const questions = oneAtATime(answerFor, finish);
  const ask = (question: Question) => {
    forget();
    host.setAttribute('aria-busy', 'true');
    if (shown === null || host.hidden) {
      arrival ??= createArrival();
      clearTimeout(boned);
      boned = setTimeout(() => {
        if (shown === null) below.replaceChildren(bones(6));
        arrived();
      }, SOON_MS);
    }
    questions.ask(question);
  };

  const refuse = (message: string) => {
    tools.show(null);
    if (shown === null) {
      heading.textContent = '';
      below.replaceChildren(el('p', { class: 'quiet' }, 'The note under the search field says what to mend.'));
    } else {
      heading.textContent = `Still the answer to “${shortened(shown.q, 60)}”`;
      heading.classList.remove('results-nothing');
    }
    input.refused(message);
  };

  const empty = (words: string) => {
    hits = [];
    beside = [];
    shown = null;
    first = null;
    list.put([], 0);
    apart.put([], 0);
    about.replaceChildren();
    below.replaceChildren();
    heading.textContent = words;
    tools.show(null);
    heading.classList.remove('results-nothing');
    tellMap();
  };

  more.addEventListener('click', () => {
    // A newer question is on its way, and the list with it.
    if (questions.isBusy()) return;
    ask({ ...(shown ?? asked), offset: hits.length });
  });

  return {
    hits: () => hits,
    standing: () => (shown && first ? { question: shown, total: first.total } : null),
    run(q, mode, within) {
      const isAsked = q !== '' || within !== '';
      const isSame = q === asked.q && within === asked.within && (mode === asked.mode || !isAsked);
      if (isSame) return arrival?.promise ?? null;
      asked = { q, mode, within, offset: 0 };
      if (isAsked) {
        ask(asked);
        return arrival?.promise ?? null;
      }
      questions.drop();
      arrived();
      forget();
      host.removeAttribute('aria-busy');
      announce('');
      input.refused(null);
      empty('');
      return null;
    },
    typed() {
      if (resting) return atRest(resting.say);
      if (first === null || first.status === 'answered') return;
      showVerdict(first);
      announce(spokenVerdict(first, hits.length));
    },
    light(id) {
      list.light(id);
      apart.light(id);
    },
    focus: (id) => list.focus(id) || apart.focus(id),
  };
}
