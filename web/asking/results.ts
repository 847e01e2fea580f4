/** The answer to a query as a list, page by page. Answers that come too late are dropped. */
import type { Hit, SearchAnswer, SearchMode, SearchRequest } from '../../server/contract.ts';
import { isAborted, isRefused, messageOf, search } from '../api.ts';
import { announce, append, el, onPress } from '../dom.ts';
import { bones, createHitList, type HitListInput, trouble } from '../papers/hit-list.ts';
import { shortened } from '../wording.ts';
import { createNarrowing } from './narrow.ts';
import { createOrderChoice } from './order.ts';
import { spokenVerdict, verdictOf } from './verdict.ts';

const PAGE = 30;

export interface Results {
  hits(): readonly Hit[];
  /** A full answer stands in the list, be it an empty one. */
  answered(): boolean;
  /** Looks up a query; an empty one empties the list. */
  run(q: string, mode: SearchMode): void;
  /** The query is asked for good: what was said of it while it grew is said anew. */
  typed(): void;
  light(id: string | null): void;
  focus(id: string): boolean;
}

export interface ResultsInput extends Omit<HitListInput, 'numbered'> {
  /** The address of another query. */
  hrefOf(query: string): string;
  find(query: string): void;
  /** null for an unknown topic. */
  topicName(topic: number): string | null;
  /** The server cannot read the query, and says why; null: it can. */
  refused(message: string | null): void;
  /** The query still grows letter by letter. */
  isTyping(): boolean;
  /** There are other papers, or none any more. */
  changed(papers: readonly Hit[]): void;
}

/** What is asked for when a query comes to be shown. */
export function firstPage(q: string, mode: SearchMode): SearchRequest {
  return { q, mode, limit: PAGE, offset: 0 };
}

const none = { q: '', mode: 'hybrid' as SearchMode };

export function createResults(host: HTMLElement, input: ResultsInput): Results {
  const list = createHitList({ ...input, numbered: true });
  const apart = createHitList({ ...input, numbered: false });
  const heading = el('h2', { class: 'results-count' });
  const about = el('div', { class: 'results-about' });
  const more = el('button', { type: 'button', class: 'button more' });
  const below = el('div', { class: 'results-below' });
  const order = createOrderChoice(input.find);
  const narrowing = createNarrowing(input);
  const head = el('div', { class: 'results-head' }, heading, narrowing.button, order.element);
  host.append(head, narrowing.element, about, list.element, below);

  let hits: Hit[] = [];
  let asked = none;
  // What the list answers: not what was asked last, where that was refused.
  let shown: typeof none | null = null;
  let underway: AbortController | null = null;
  let first: SearchAnswer | null = null;

  const settle = (answer: SearchAnswer, from: number) => {
    shown = { q: answer.query, mode: answer.mode };
    hits = from === 0 ? answer.hits : [...hits, ...answer.hits];
    list.put(answer.hits, from);
    host.removeAttribute('aria-busy');
    const rest = answer.total - hits.length;
    more.textContent = `Show ${Math.min(rest, PAGE)} more`;
    below.replaceChildren(...(rest > 0 && answer.hits.length > 0 ? [more] : []));
    if (from === 0) {
      first = answer;
      showVerdict(answer);
    }
    announce(spokenVerdict(answer, hits.length, input.isTyping()));
    input.refused(null);
    input.changed([...hits, ...answer.apart]);
  };

  const showVerdict = (answer: SearchAnswer) => {
    const verdict = verdictOf(answer, input.isTyping());
    heading.textContent = verdict.heading;
    for (const part of [order, narrowing]) part.show(answer.verdict === 'found' ? answer : null);
    heading.classList.toggle('results-nothing', answer.hits.length === 0);
    about.replaceChildren();
    append(about, verdict.words && el('p', { class: 'quiet' }, verdict.words), meant(answer.didYouMean, input));
    apart.put(answer.apart, 0);
    if (verdict.apart) below.replaceChildren(el('p', { class: 'apart-words quiet' }, verdict.apart), apart.element);
  };

  const fetchPage = async (query: typeof none, offset: number) => {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    host.setAttribute('aria-busy', 'true');
    if (offset === 0 && shown === null) below.replaceChildren(bones(6));
    try {
      const answer = await search({ ...firstPage(query.q, query.mode), offset }, mine.signal);
      if (mine === underway) settle(answer, offset);
    } catch (error) {
      if (isAborted(error) || mine !== underway) return;
      host.removeAttribute('aria-busy');
      if (isRefused(error)) return refuse(messageOf(error));
      input.refused(null);
      if (offset === 0) empty('The search did not work');
      below.replaceChildren(trouble(error, () => void fetchPage(query, offset)));
    }
  };

  const refuse = (message: string) => {
    for (const part of [order, narrowing]) part.show(null);
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
    shown = null;
    first = null;
    list.put([], 0);
    apart.put([], 0);
    about.replaceChildren();
    below.replaceChildren();
    heading.textContent = words;
    for (const part of [order, narrowing]) part.show(null);
    heading.classList.remove('results-nothing');
    input.changed(hits);
  };

  more.addEventListener('click', async () => {
    const last = hits.length;
    await fetchPage(shown ?? asked, last);
    if (hits[last]) list.focus(hits[last].id);
  });

  return {
    hits: () => hits,
    answered: () => shown !== null,
    run(q, mode) {
      if (q === asked.q && (mode === asked.mode || !q)) return;
      asked = { q, mode };
      if (q) return void fetchPage(asked, 0);
      underway?.abort();
      underway = null;
      host.removeAttribute('aria-busy');
      announce('');
      input.refused(null);
      empty('');
    },
    typed() {
      if (first === null || first.verdict === 'found') return;
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

/** The query as it may have been meant, one press away. */
function meant(query: string | null, { hrefOf, find }: ResultsInput): HTMLElement | null {
  if (query === null) return null;
  const link = el('a', { href: hrefOf(query), dir: 'auto' }, query);
  onPress(link, () => find(query));
  return el('p', { class: 'meant' }, 'Did you mean ', link, '?');
}
