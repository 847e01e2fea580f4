/** The view of search results: hits page by page, or the closest papers if nothing matches. */
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import type { Hit } from '../../server/schemas/papers.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { errorMessage, isClientError, searchMask } from '../app/api.ts';
import { isLimitedToSelection } from '../app/page-state.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { createHitList, type HitListInput, MAX_NUMBERED_PAPERS } from '../paper/hit-list.ts';
import { relevanceLevel } from '../paper/paper-facts.ts';
import { announce, append, el, runAfterPaint } from '../ui/dom.ts';
import { formatCount, toSentence, truncate } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { sortOf } from './edit-query.ts';
import { createMatchMask } from './match-mask.ts';
import { createLatestRequestRunner, type RequestOutcome } from './request-pacing.ts';
import { createResultTools } from './result-tools.ts';
import type { SearchBox } from './search-box.ts';
import {
  createDidYouMeanLine,
  createInterpretationLine,
  createLikeTargetLines,
  createRegionChip,
  type DisplayedAnswer,
  describeInterpretations,
  effectiveQuery,
  fetchAnswer,
  type LikeTargetLinesInput,
  PAGE_SIZE,
  type ResultsRequest,
  regionFilterOf,
} from './search-request.ts';

// The text above the hits of an answer: how many there are, or why there are none.

export interface AnswerDescription {
  heading: string;
  /** The text below the heading; null if there is nothing to add. */
  text: string | null;
  /** The heading of the closest papers, which are listed if there are no hits; null if none are listed. */
  nearMissesHeading: string | null;
}

/** A query is cut to this many characters in the heading. */
const MAX_QUOTED = 120;

const AUTHOR_HINT = 'To search for an author, put author: before the name.';

/** Two to four capitalized words: possibly the name of a person. */
function looksLikeName(query: string): boolean {
  return /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){1,3}$/u.test(query);
}

/** The query in quotation marks, unless it contains quotation marks itself. */
function quoted(query: string): string {
  const text = truncate(query, MAX_QUOTED);
  return /["“”„]/.test(text) ? text : `“${text}”`;
}

/** Whether a response has hits, however certain. */
const hasHits = ({ status }: SearchResponse) => status === 'answered' || status === 'uncertain';

/** Whether an answer that is ranked by relevance has no strong match. Hits of unknown relevance count as strong. */
function isUncertain({ query, hits, status }: SearchResponse): boolean {
  if (status === 'uncertain') return true;
  const isRanked = hits.some(({ score }) => score !== 0);
  const isStrong = (percentile: number | null) => percentile === null || relevanceLevel(percentile) === 'strong';
  return sortOf(query, isRanked) === 'relevance' && isRanked && !hits.some((hit) => isStrong(hit.percentile));
}

/**
 * The texts above the hits of an answer: how many there are, or why there are none.
 *
 * @param isTyping whether the query is still being typed, and may match with its next letters
 */
export function describeAnswer(answer: SearchResponse, isTyping = false): AnswerDescription {
  const { total, nearMisses, mode, query, status } = answer;
  if (hasHits(answer)) {
    if (total === 0) {
      return {
        heading: 'No papers match these filters',
        text: 'Try removing or widening some of them.',
        nearMissesHeading: null,
      };
    }
    const text = isUncertain(answer) ? 'No confident matches. Closest papers:' : null;
    if (status === 'answered') return { heading: formatCount(total, 'paper'), text, nearMissesHeading: null };
    if (isTyping) return { heading: 'No clear match yet', text: 'Closest so far:', nearMissesHeading: null };
    const hint = looksLikeName(query) && answer.didYouMean === null ? AUTHOR_HINT : null;
    return { heading: `Perhaps nothing about ${quoted(query)}`, text: hint ?? text, nearMissesHeading: null };
  }
  if (status === 'unknown_language') {
    if (isTyping) return { heading: 'No matches yet', text: null, nearMissesHeading: null };
    return {
      heading: 'We don’t know this language',
      text: `${quoted(query)} does not look like English, which the papers are searched in.`,
      nearMissesHeading: nearMisses.length > 0 ? 'Closest papers all the same:' : null,
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

/**
 * What screen readers announce about an answer, including the number of listed papers, what was searched for instead of
 * what was typed, and the suggested query.
 */
export function describeAnswerForScreenReader(answer: SearchResponse, listed: number, isTyping = false): string {
  const { heading, text, nearMissesHeading } = describeAnswer(answer, isTyping);
  const understood = describeInterpretations(answer.interpretations);
  const suggestion =
    (understood === '' ? '' : ` Searched for ${understood}.`) +
    (answer.didYouMean === null ? '' : ` Did you mean ${answer.didYouMean}?`);
  if (hasHits(answer) && answer.total > 0) {
    return `${formatCount(answer.total, 'paper')} found, ${listed} listed.${suggestion}`;
  }
  const closest =
    nearMissesHeading === null ? '' : ` The closest ${formatCount(answer.nearMisses.length, 'paper')} listed.`;
  return `${toSentence(heading)}${text ? ` ${text}` : ''}${closest}${suggestion}`;
}

/** If an answer takes longer than this many ms, gray placeholder lines (a skeleton) are shown until it arrives. */
const SKELETON_DELAY_MS = 150;
/**
 * A pause of this many ms between keystrokes means that the query is complete. Without it, 'no matches' would flicker.
 */
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
  /** The request whose hits are listed, and the number of all papers that match; null: nothing is listed. */
  current(): { request: ResultsRequest; total: number } | null;
  /**
   * Searches. An empty query without a region clears the list.
   *
   * @param region as in `ResultsRequest`
   * @returns a promise that resolves when there is something to show; null: it can be shown now
   */
  search(q: string, mode: SearchMode, region: string): Promise<void> | null;
  /** To be called when the user stopped typing the query. */
  queryCommitted(): void;
  highlight(id: string | null): void;
  focus(id: string): boolean;
}

/** The methods of the search box that the results use. */
type Typing = Pick<SearchBox, 'showQueryError' | 'isTyping' | 'idleMs' | 'recordLatency'>;

interface ResultsInput extends Omit<HitListInput, 'isRanked'>, LikeTargetLinesInput, Typing {
  searchHref(query: string): string;
  search(query: string): void;
  /** The name of a topic; null if the topic is unknown. */
  topicName(topic: number): string | null;
  /** Called when the list has painted different papers than before, be they hits or closest papers. */
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
  /**
   * The request whose hits are listed; null: nothing is listed. After a request with an error, this is an earlier one.
   */
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
  /** Runs an action when the user has stopped typing, because its effect would flicker at every keystroke. */
  const whenIdle = (act: () => void) => {
    cancelPending();
    const wait = IDLE_MS - input.idleMs();
    if (wait > 0) pending = { timer: setTimeout(() => whenIdle(act), wait), act };
    else act();
  };
  const reportChange = () => runAfterPaint(() => input.changed([...hits, ...nearMisses]));

  const showPage = (request: ResultsRequest, answer: DisplayedAnswer) => {
    arrived();
    const { offset } = request;
    const focused = offset === 0 ? list.focused() : null;
    shown = { ...request, q: answer.query, mode: answer.mode };
    hits = offset === 0 ? answer.hits : [...hits, ...answer.hits];
    if (offset === 0) nearMisses = answer.nearMisses;
    list.show(answer.hits, offset);
    const rest = answer.total - hits.length;
    more.textContent = `Show ${Math.min(rest, PAGE_SIZE)} more`;
    footer.replaceChildren(...(rest > 0 && answer.hits.length > 0 ? [more] : []));
    if (offset === 0) {
      firstPage = answer;
      showStatus(answer);
    } else tools.hitsAdded();
    input.showQueryError(null);
    // The focused hit was replaced. It keeps the focus if it is still listed; otherwise the first hit takes the focus.
    if (focused !== null && !list.focus(focused)) {
      host.querySelector<HTMLElement>('a.hit-title')?.focus({ preventScroll: true });
    }
    reportChange();
  };

  const showStatus = (answer: DisplayedAnswer) => {
    tools.show(hasHits(answer) ? answer : null);
    const status = describeAnswer(answer, input.isTyping());
    heading.textContent = status.heading;
    heading.classList.toggle('results-empty', answer.hits.length === 0);
    context.replaceChildren();
    append(
      context,
      createLikeTargetLines(answer.query, input),
      createInterpretationLine(answer, input),
      status.text && el('p', { class: 'muted' }, status.text),
      createDidYouMeanLine(answer.didYouMean, input),
    );
    nearMissList.show(answer.nearMisses, 0);
    if (status.nearMissesHeading) {
      footer.replaceChildren(
        el('p', { class: 'near-misses-heading muted' }, status.nearMissesHeading),
        nearMissList.element,
      );
    }
  };

  const finish = (request: ResultsRequest, { isLatest, startedAt, ...outcome }: RequestOutcome<DisplayedAnswer>) => {
    if (isLatest) host.removeAttribute('aria-busy');
    if ('error' in outcome) {
      if (isLatest) fail(request, outcome.error);
      return;
    }
    const { answer } = outcome;
    const hasHits = answer.hits.length > 0;
    const isClear = hasHits && answer.status !== 'uncertain';
    if (isClear) showPage(request, answer);
    runAfterPaint(() => input.recordLatency(performance.now() - startedAt));
    if (!isLatest) return;
    if (request.offset > 0 && hasHits) list.focus(answer.hits[0].id);
    // Until the user stops typing, the previous list stays visible instead of a skeleton.
    clearTimeout(skeletonTimer);
    whenIdle(() => {
      if (!isClear) showPage(request, answer);
      announce(describeAnswerForScreenReader(answer, hits.length, input.isTyping()));
    });
  };
  const fail = (request: ResultsRequest, error: unknown) => {
    arrived();
    cancelPending();
    if (isClientError(error)) return reject(errorMessage(error));
    input.showQueryError(null);
    if (request.offset === 0) clear('Search failed');
    footer.replaceChildren(createErrorNotice(error, () => send(request)));
  };

  const requests = createLatestRequestRunner(fetchAnswer, finish);
  const send = (request: ResultsRequest) => {
    cancelPending();
    host.setAttribute('aria-busy', 'true');
    if (shown === null || host.hidden) {
      arrival ??= createDeferred();
      clearTimeout(skeletonTimer);
      skeletonTimer = setTimeout(() => {
        if (shown === null) footer.replaceChildren(createSkeleton(6));
        arrived();
      }, SKELETON_DELAY_MS);
    }
    requests.send(request);
  };

  /** Shows that the server cannot parse the query. The hits of the previous query stay visible. */
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
    // While a request is running, the list is about to be replaced, so it is not extended.
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
      announce(describeAnswerForScreenReader(firstPage, hits.length));
    },
    highlight(id) {
      list.highlight(id);
      nearMissList.highlight(id);
    },
    focus: (id) => list.focus(id) || nearMissList.focus(id),
  };
}

export function createResultsView(
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
  // The map redraws whenever it gets a new array of rows, so the same array is used as long as the hits are the same.
  let listed: { hits: readonly Hit[]; rows: number[]; numbered: number[] } = { hits: [], rows: [], numbered: [] };
  const listedRows = (hits: readonly Hit[]) => {
    if (hits !== listed.hits) {
      const rows = rowsOf(hits);
      listed = { hits, rows, numbered: rows.slice(0, MAX_NUMBERED_PAPERS) };
    }
    return listed;
  };
  let ready: Promise<void> | null = null;
  return {
    update(state) {
      chip.update(state);
      ready = results.search(state.q, state.mode, regionFilterOf(state));
    },
    ready: () => ready,
    pageKey: (state) => `${state.mode} ${effectiveQuery(state)}`,
    title: (state) =>
      `${isLimitedToSelection(state) ? `${state.q || 'Papers'} within the selection` : state.q} · paperfield`,
    isInner: false,
    mapHighlights() {
      const { rows, numbered } = listedRows(results.hits());
      return results.current() ? { highlighted: rows, matched: matches.mask(), numbered } : { numbered };
    },
    moveMap(map, state, before) {
      // A new search shows the whole map, except a search within a selection, which the user is looking at.
      if (before !== null && state.q !== before.q && state.view && !isLimitedToSelection(state))
        map.goToView(null, true);
    },
    highlight: results.highlight,
    focus: ({ paper }) => paper !== null && results.focus(paper),
    hits: results.hits,
  };
}
