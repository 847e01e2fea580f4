/** The view of search results: hits page by page, or the closest papers if nothing matches. */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import type { Hit } from '../../server/schemas/papers.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { errorMessage, isClientError, searchMask } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { isWithin } from '../app/state.ts';
import { createHitList, type HitListInput, MAX_NUMBERED } from '../paper/hit-list.ts';
import { relevanceLevel } from '../paper/paper-facts.ts';
import { afterPaint, announce, append, el } from '../ui/dom.ts';
import { formatCount, toSentence, truncate } from '../ui/format.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';
import { sortOf } from './edit-query.ts';
import { createMatchMask } from './match-mask.ts';
import { createLatestRequest, type Outcome } from './request-pacing.ts';
import { createResultTools } from './result-tools.ts';
import type { SearchBox } from './search-box.ts';
import {
  createRegionChip,
  type DisplayedAnswer,
  didYouMeanLine,
  effectiveQuery,
  fetchAnswer,
  type LikeLinesInput,
  likeLines,
  PAGE,
  type ResultsRequest,
  regionKey,
} from './search-request.ts';

// The text above the hits of an answer: how many there are, or why there are none.

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
      nearMissesHeading: 'Closest papers:',
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

/** Answers that come sooner are not preceded by a skeleton. */
const SKELETON_DELAY_MS = 150;
/** A longer pause between keystrokes means that the query is complete. Before, 'no matches' would flicker. */
const IDLE_MS = 400;

interface Deferred {
  promise: Promise<void>;
  resolve(): void;
}

function createDeferred(): Deferred {
  let resolve = () => {};
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve: () => resolve() };
}

interface Results {
  hits(): readonly Hit[];
  /** The request that the list answers, and its number of matches; null: nothing is listed. */
  current(): { request: ResultsRequest; total: number } | null;
  /**
   * Searches; an empty query in no region clears the list.
   *
   * @param region as in `ResultsRequest`
   * @returns resolves when there is something to show; null: now
   */
  search(q: string, mode: SearchMode, region: string): Promise<void> | null;
  /** To be called when the user stopped typing the query. */
  queryCommitted(): void;
  highlight(id: string | null): void;
  focus(id: string): boolean;
}

/** What the results need of the search box. */
type Typing = Pick<SearchBox, 'showQueryError' | 'isTyping' | 'idleMs' | 'recordLatency'>;

interface ResultsInput extends Omit<HitListInput, 'isRanked'>, LikeLinesInput, Typing {
  searchHref(query: string): string;
  search(query: string): void;
  /** null for an unknown topic. */
  topicName(topic: number): string | null;
  /** Called after other papers, hits or closest papers, have been painted. */
  changed(papers: readonly Hit[]): void;
}

const NO_REQUEST: ResultsRequest = { q: '', mode: 'hybrid', region: '', offset: 0 };

function createResults(host: HTMLElement, input: ResultsInput): Results {
  const list = createHitList({ ...input, isRanked: true });
  const nearMissList = createHitList({ ...input, isRanked: false });
  const heading = el('h2', { class: 'results-count' });
  const context = el('div', { class: 'results-context' });
  const more = el('button', { type: 'button', class: 'button more' });
  const footer = el('div', {});
  const tools = createResultTools(input, () => hits);
  host.append(
    el('div', { class: 'results-head' }, heading, ...tools.buttons),
    ...tools.panels,
    context,
    list.element,
    footer,
  );

  let hits: Hit[] = [];
  let nearMisses: readonly Hit[] = [];
  let requested = NO_REQUEST;
  /** The request that the list answers: not the last one if that had an error. */
  let shown: ResultsRequest | null = null;
  let firstPage: DisplayedAnswer | null = null;
  let skeletonTimer: ReturnType<typeof setTimeout> | undefined;
  let pending: { timer: ReturnType<typeof setTimeout>; act(): void } | null = null;
  let arrival: Deferred | null = null;

  const arrived = () => {
    clearTimeout(skeletonTimer);
    arrival?.resolve();
    arrival = null;
  };
  const cancelPending = () => {
    clearTimeout(pending?.timer);
    pending = null;
  };
  /** Delays what would flicker at every keystroke until the user stops typing. */
  const whenIdle = (act: () => void) => {
    cancelPending();
    const wait = IDLE_MS - input.idleMs();
    if (wait > 0) pending = { timer: setTimeout(() => whenIdle(act), wait), act };
    else act();
  };
  const reportChange = () => afterPaint(() => input.changed([...hits, ...nearMisses]));

  const showPage = (request: ResultsRequest, answer: DisplayedAnswer) => {
    arrived();
    const { offset } = request;
    const focused = offset === 0 ? list.focused() : null;
    shown = { ...request, q: answer.query, mode: answer.mode };
    hits = offset === 0 ? answer.hits : [...hits, ...answer.hits];
    if (offset === 0) nearMisses = answer.nearMisses;
    list.show(answer.hits, offset);
    const rest = answer.total - hits.length;
    more.textContent = `Show ${Math.min(rest, PAGE)} more`;
    footer.replaceChildren(...(rest > 0 && answer.hits.length > 0 ? [more] : []));
    if (offset === 0) {
      firstPage = answer;
      showStatus(answer);
    } else tools.hitsAdded();
    input.showQueryError(null);
    // The focused hit was replaced: it keeps the focus if it is still listed, or else the first one takes it.
    if (focused !== null && !list.focus(focused)) {
      host.querySelector<HTMLElement>('a.hit-title')?.focus({ preventScroll: true });
    }
    reportChange();
  };

  const showStatus = (answer: DisplayedAnswer) => {
    tools.show(answer.status === 'answered' ? answer : null);
    const status = answerStatus(answer, input.isTyping());
    heading.textContent = status.heading;
    heading.classList.toggle('results-empty', answer.hits.length === 0);
    context.replaceChildren();
    append(
      context,
      likeLines(answer.query, input),
      status.text && el('p', { class: 'muted' }, status.text),
      didYouMeanLine(answer.didYouMean, input),
    );
    nearMissList.show(answer.nearMisses, 0);
    if (status.nearMissesHeading) {
      footer.replaceChildren(
        el('p', { class: 'near-misses-heading muted' }, status.nearMissesHeading),
        nearMissList.element,
      );
    }
  };

  const finish = (request: ResultsRequest, { isLatest, startedAt, ...outcome }: Outcome<DisplayedAnswer>) => {
    if (isLatest) host.removeAttribute('aria-busy');
    if ('error' in outcome) {
      if (isLatest) fail(request, outcome.error);
      return;
    }
    const { answer } = outcome;
    const hasHits = answer.hits.length > 0;
    if (hasHits) showPage(request, answer);
    afterPaint(() => input.recordLatency(performance.now() - startedAt));
    if (!isLatest) return;
    if (request.offset > 0 && hasHits) list.focus(answer.hits[0].id);
    // The previous list stays meanwhile, not a skeleton.
    clearTimeout(skeletonTimer);
    whenIdle(() => {
      if (!hasHits) showPage(request, answer);
      announce(spokenStatus(answer, hits.length, input.isTyping()));
    });
  };
  const fail = (request: ResultsRequest, error: unknown) => {
    arrived();
    cancelPending();
    if (isClientError(error)) return reject(errorMessage(error));
    input.showQueryError(null);
    if (request.offset === 0) clear('Search failed');
    footer.replaceChildren(errorNotice(error, () => send(request)));
  };

  const requests = createLatestRequest(fetchAnswer, finish);
  const send = (request: ResultsRequest) => {
    cancelPending();
    host.setAttribute('aria-busy', 'true');
    if (shown === null || host.hidden) {
      arrival ??= createDeferred();
      clearTimeout(skeletonTimer);
      skeletonTimer = setTimeout(() => {
        if (shown === null) footer.replaceChildren(skeleton(6));
        arrived();
      }, SKELETON_DELAY_MS);
    }
    requests.send(request);
  };

  /** The server cannot read the query: the hits of the previous one stay. */
  const reject = (message: string) => {
    tools.show(null);
    if (shown === null) {
      heading.textContent = '';
      footer.replaceChildren(el('p', { class: 'muted' }, 'Fix the highlighted search above.'));
    } else {
      heading.textContent = `Still showing results for “${truncate(shown.q, 60)}”`;
      heading.classList.remove('results-empty');
    }
    input.showQueryError(message);
  };

  const clear = (title: string) => {
    hits = [];
    nearMisses = [];
    shown = null;
    firstPage = null;
    list.show([], 0);
    nearMissList.show([], 0);
    context.replaceChildren();
    footer.replaceChildren();
    heading.textContent = title;
    tools.show(null);
    heading.classList.remove('results-empty');
    reportChange();
  };

  more.addEventListener('click', () => {
    // The list is about to be replaced.
    if (requests.isBusy()) return;
    send({ ...(shown ?? requested), offset: hits.length });
  });

  return {
    hits: () => hits,
    current: () => (shown && firstPage ? { request: shown, total: firstPage.total } : null),
    search(q, mode, region) {
      const isEmpty = q === '' && region === '';
      const isSame = q === requested.q && region === requested.region && (mode === requested.mode || isEmpty);
      if (isSame) return arrival?.promise ?? null;
      requested = { q, mode, region, offset: 0 };
      if (!isEmpty) {
        send(requested);
        return arrival?.promise ?? null;
      }
      requests.cancel();
      arrived();
      cancelPending();
      host.removeAttribute('aria-busy');
      announce('');
      input.showQueryError(null);
      clear('');
      return null;
    },
    queryCommitted() {
      if (pending) return whenIdle(pending.act);
      if (firstPage === null || firstPage.status === 'answered') return;
      showStatus(firstPage);
      announce(spokenStatus(firstPage, hits.length));
    },
    highlight(id) {
      list.highlight(id);
      nearMissList.highlight(id);
    },
    focus: (id) => list.focus(id) || nearMissList.focus(id),
  };
}

export function resultsView(
  input: ViewInput,
  { onCommit, ...typing }: Typing & Pick<SearchBox, 'onCommit'>,
): PanelView & Pick<Results, 'hits'> {
  const { host, mapData, paperCache, rowsOf, store } = input;
  const chip = createRegionChip(store);
  host.appendChild(chip.element);
  const results = createResults(host, {
    ...input,
    ...typing,
    hasSnippets: true,
    paperTitle: async (id) => (await paperCache.summary(id).catch(() => null))?.title ?? null,
    topicName: (topic) => mapData.tree.topic(topic)?.name ?? null,
    changed(papers) {
      paperCache.add(papers);
      const current = results.current();
      matches.update(current && { ...current, listed: results.hits().length });
      input.changed();
    },
  });
  const matches = createMatchMask({
    paperCount: mapData.papers.world.n,
    snapshot: mapData.snapshot,
    fetchMask: searchMask,
    idleMs: typing.idleMs,
    changed: input.changed,
  });
  onCommit(results.queryCommitted);
  // The map redraws for new arrays, so the same hits must give the same ones.
  let listed: { hits: readonly Hit[]; rows: number[]; numbered: number[] } = { hits: [], rows: [], numbered: [] };
  const listedRows = (hits: readonly Hit[]) => {
    if (hits !== listed.hits) {
      const rows = rowsOf(hits);
      listed = { hits, rows, numbered: rows.slice(0, MAX_NUMBERED) };
    }
    return listed;
  };
  let ready: Promise<void> | null = null;
  return {
    update(state) {
      chip.update(state);
      ready = results.search(state.q, state.mode, regionKey(state));
    },
    ready: () => ready,
    pageKey: (state) => `${state.mode} ${effectiveQuery(state)}`,
    title: (state) => `${isWithin(state) ? `${state.q || 'Papers'} within the selection` : state.q} · paperfield`,
    isInner: false,
    mapHighlights() {
      const { rows, numbered } = listedRows(results.hits());
      return results.current() ? { highlighted: rows, matched: matches.mask(), numbered } : { numbered };
    },
    moveMap(map, state, before) {
      // A new search shows the whole map, except a search within a selection, which the user is looking at.
      if (before !== null && state.q !== before.q && state.view && !isWithin(state)) map.goToView(null, true);
    },
    highlight: results.highlight,
    focus: ({ paper }) => paper !== null && results.focus(paper),
    hits: results.hits,
  };
}
