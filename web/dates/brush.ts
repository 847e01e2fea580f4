/** Papers by date under the map: a span of time is kept, the rest is dimmed; it can play, and go into the query. */

import type { Store } from '../app/store.ts';
import type { PaperMap } from '../map/map.ts';
import { withDates } from '../search/query-text.ts';
import { announce, append, el, prefersReducedMotion } from '../ui/dom.ts';
import { count, grouped, wordDate } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import { createBars, isAll, nextWindow, type Window, windowOf } from './bars.ts';
import { type Days, printSpan, spanDays, type Unit } from './days.ts';
import { binned, binOf, datesOfBins, histogramOf, outsideOf } from './histogram.ts';
import type { FoundDates } from './matches.ts';

export interface BrushInput {
  /** Holds the map. */
  host: HTMLElement;
  /** The map's tools: on a phone the dates are unfolded from there. */
  tools: HTMLElement;
  /** Of each paper, days since 1970-01-01. */
  date: Int32Array;
  map: PaperMap;
  store: Store;
  find(query: string): void;
}

/** A play through time takes about so long, and a step of it no less and no more than these. */
const PLAY_MS = 12_000;
const STEP_MS = [140, 800] as const;

const units: Readonly<Record<Unit, string>> = { day: 'day', month: 'month', year: 'year' };

function slider(label: string, bins: number, value: number): HTMLInputElement {
  return el('input', { type: 'range', min: 0, max: bins - 1, step: 1, value, 'aria-label': label });
}

export interface DateBrush {
  /** Bars of what was found; null: nothing is looked for. */
  showFound(found: FoundDates | null): void;
}

/** null where fewer than two papers have a date, or all have the same. */
export function createDateBrush({ host, tools, date, map, store, find }: BrushInput): DateBrush | null {
  const histogram = histogramOf(date);
  const { unit, counts, starts } = histogram;
  const bins = counts.length;
  if (histogram.dated < 2 || bins < 2) return null;
  const all: Window = { from: 0, to: bins - 1 };
  let kept = all;
  let found: { bins: Uint32Array; undated: number } | null = null;
  let timer = 0;

  const words = el('span', { class: 'date-words' });
  const play = el('button', { type: 'button', class: 'ghost' });
  const search = el('button', { type: 'button', class: 'date-search' }, 'List only these');
  search.title = 'Put these dates into the search';
  const clear = el('button', { type: 'button', class: 'ghost', 'aria-label': 'All dates', title: 'All dates' });
  clear.appendChild(icon('close'));
  const first = slider(`First ${units[unit]}`, bins, 0);
  const last = slider(`Last ${units[unit]}`, bins, bins - 1);
  const bars = createBars(counts, { kept: () => kept, keep: (next, ended) => (ended ? commit(next) : keep(next)) });
  const box = el('fieldset', { class: 'dates', id: 'dates' }, el('legend', { class: 'unseen' }, 'Dates'));
  box.style.setProperty('--bins', String(bins));
  append(
    box,
    el('div', { class: 'date-head' }, play, words, search, clear),
    el('div', { class: 'date-span' }, bars.element, first, last),
  );
  host.appendChild(box);

  const unfold = el('button', {
    type: 'button',
    class: 'on-phone',
    'aria-expanded': 'false',
    'aria-controls': 'dates',
  });
  unfold.setAttribute('aria-label', 'Dates');
  unfold.appendChild(icon('dates'));
  unfold.addEventListener('click', () => {
    unfold.setAttribute('aria-expanded', String(box.toggleAttribute('data-unfolded')));
  });
  tools.appendChild(unfold);

  const text = ({ from, to }: Window) => {
    if (isAll(kept, bins)) return '';
    const dates = datesOfBins(histogram, from, to);
    return printSpan(dates.from, dates.to);
  };
  const inWords = ({ from, to }: Window) => {
    const dates = datesOfBins(histogram, from, to);
    const [a, b] = [wordDate(dates.from), wordDate(dates.to)];
    return a === b ? a : `${a} to ${b}`;
  };
  const sumIn = (of: Uint32Array, { from, to }: Window) => of.subarray(from, to + 1).reduce((sum, one) => sum + one, 0);
  const papersIn = (window: Window) => {
    const papers = found ? `${grouped(sumIn(found.bins, window))} found` : count(sumIn(counts, window), 'paper');
    const undated = found ? found.undated : date.length - histogram.dated;
    // Else the sum is not the one that stands above the list, or below it, and nobody knows why.
    return isAll(window, bins) && undated > 0 ? `${papers}, ${grouped(undated)} undated` : papers;
  };
  const tell = () => {
    words.textContent = `${inWords(kept)} · ${papersIn(kept)}`;
  };

  /** Shows a window: its papers on the map, its bars, its words. */
  const paint = (days: Days | null) => {
    map.show({ outside: days === null ? null : outsideOf(date, days) });
    bars.show(kept);
    first.value = String(kept.from);
    last.value = String(kept.to);
    first.setAttribute('aria-valuetext', wordDate(datesOfBins(histogram, kept.from, kept.from).from));
    last.setAttribute('aria-valuetext', wordDate(datesOfBins(histogram, kept.to, kept.to).from));
    tell();
    clear.hidden = isAll(kept, bins);
    search.hidden = isAll(kept, bins) || store.get().q === '';
  };
  const keep = (next: Window) => {
    kept = next;
    paint(isAll(kept, bins) ? null : { first: starts[kept.from]!, last: starts[kept.to + 1]! - 1 });
  };
  const commit = (next: Window) => {
    stop();
    keep(next);
    // One step to go back from, however often the span is moved.
    store.set({ dates: text(kept) }, store.get().dates === '' ? 'push' : 'replace');
    announce(`${inWords(kept)}: ${papersIn(kept)}.`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    showPlay();
  };
  const showPlay = () => {
    const label = prefersReducedMotion() ? 'Step through time' : timer ? 'Stop' : 'Play through time';
    play.setAttribute('aria-label', label);
    play.title = label;
    play.replaceChildren(icon(timer ? 'pause' : 'play'));
  };

  play.addEventListener('click', () => {
    if (timer) return commit(kept);
    if (prefersReducedMotion()) return commit(nextWindow(kept, bins));
    keep(nextWindow(kept, bins));
    const pace = Math.min(STEP_MS[1], Math.max(STEP_MS[0], PLAY_MS / bins));
    timer = setInterval(() => {
      if (kept.to === bins - 1) commit(kept);
      else keep(nextWindow(kept, bins));
    }, pace) as unknown as number;
    showPlay();
  });
  clear.addEventListener('click', () => {
    commit(all);
    play.focus();
  });
  search.addEventListener('click', () => {
    const dates = datesOfBins(histogram, kept.from, kept.to);
    find(withDates(store.get().q, dates.from, dates.to));
  });
  for (const [input, window] of [
    [first, () => windowOf(Math.min(Number(first.value), kept.to), kept.to, bins)],
    [last, () => windowOf(kept.from, Math.max(Number(last.value), kept.from), bins)],
  ] as const) {
    input.addEventListener('input', () => keep(window()));
    input.addEventListener('change', () => commit(window()));
  }

  const show = (dates: string) => {
    const days = spanDays(dates);
    kept = days ? { from: binOf(starts, days.first), to: binOf(starts, days.last) } : all;
    paint(days);
  };
  store.subscribe((state, before) => {
    if (state.dates !== before.dates && state.dates !== text(kept)) {
      stop();
      show(state.dates);
    }
    search.hidden = isAll(kept, bins) || state.q === '';
  });
  showPlay();
  show(store.get().dates);
  return {
    showFound(answer) {
      const papers = answer && binned(histogram, answer.dates);
      found = papers && { bins: papers, undated: answer.total - sumIn(papers, all) };
      bars.showFound(papers);
      tell();
    },
  };
}
