import type { TopicDetailAnswer } from '../../server/schemas/topics.ts';
import { el } from '../ui/dom.ts';
import { count, grouped, wordDate } from '../ui/format.ts';

/** What figures about a topic mean, in words: pure. */

type Month = TopicDetailAnswer['months'][number];

/** So many months stand side by side at most: more would be too thin to point at. */
const MOST_MONTHS = 48;

/** `growthWords(1.5)`: how its share of the newest papers compares with that before; null where that is not known. */
export function growthWords(growth: number | null): string | null {
  if (growth === null) return null;
  if (growth >= 1.05) return `Growing: its share of new papers is ${growth.toFixed(1)} times what it was`;
  if (growth <= 0.95) return `Shrinking: its share of new papers is ${percent(growth)} of what it was`;
  return 'Steady: its share of new papers is what it was';
}

/** `percent(0.4234)` → `42 %`, `percent(0.0042)` → `0.4 %`. */
export function percent(share: number): string {
  const of = share * 100;
  return `${of > 0 && of < 9.5 ? of.toFixed(1) : Math.round(of)} %`;
}

/**
 * Months in a row, those in which the topic has no paper too.
 *
 * @param months the earliest first, gaps left out
 * @param last the last month of all papers, `YYYY-MM` and on; null where it is not known
 */
export function everyMonth(months: readonly Month[], last: string | null): Month[] {
  const [first] = months;
  if (!first) return [];
  const known = new Map(months.map((one) => [one.month, one]));
  const newest = months.at(-1)!.month;
  const end = last !== null && last.slice(0, 7) > newest ? last.slice(0, 7) : newest;
  const row: Month[] = [];
  for (let month = first.month; month <= end; month = monthAfter(month)) {
    row.push(known.get(month) ?? { month, papers: 0, share: 0 });
  }
  return row.slice(-MOST_MONTHS);
}

function monthAfter(month: string): string {
  const [year, of] = month.split('-').map(Number) as [number, number];
  return of === 12 ? `${year + 1}-01` : `${year}-${String(of + 1).padStart(2, '0')}`;
}

/** What a reader who does not see the bars is told of them. */
export function monthsWords(months: readonly Month[]): string {
  const [first, last] = [months[0]!, months.at(-1)!];
  const most = months.reduce((best, one) => (one.share > best.share ? one : best));
  const at = ({ month, share }: Month) => `${percent(share)} in ${wordDate(month)}`;
  return `Share of all papers by month: ${at(first)}, ${at(last)}, at most ${at(most)}.`;
}

const NEARNESS = [
  [0.75, 'very near'],
  [0.55, 'near'],
  [0.35, 'some way off'],
] as const;

/** How near two topics are, by the cosine of their mean vectors. */
export function nearnessWords(similarity: number): string {
  return NEARNESS.find(([least]) => similarity >= least)?.[1] ?? 'far off';
}

/** How much is written about a topic, month by month: bars, and the same as a table. */

/** @param last the date of the newest of all papers; null where none has one */
export function monthBars(topic: Pick<TopicDetailAnswer, 'months'>, last: string | null): HTMLElement | null {
  const months = everyMonth(topic.months, last);
  const most = Math.max(0, ...months.map(({ share }) => share));
  // Of papers older than the bars go back nothing would be seen.
  if (months.length < 2 || most === 0) return null;
  const said = el('span', { class: 'months-said' });
  const rest = () => {
    said.textContent = `highest ${percent(most)}`;
  };
  const bars = months.map((one) => {
    const bar = el('span', { class: 'month' }, el('i', {}));
    bar.style.setProperty('--share', String(one.share / most));
    bar.addEventListener('pointerenter', () => {
      said.textContent = `${wordDate(one.month)}: ${count(one.papers, 'paper')}, ${percent(one.share)}`;
    });
    return bar;
  });
  rest();
  const chart = el('div', { class: 'months', role: 'img', 'aria-label': monthsWords(months) }, ...bars);
  chart.addEventListener('pointerleave', rest);
  const ends = [months[0]!, months.at(-1)!].map(({ month }) => el('span', {}, wordDate(month)));
  return el(
    'div',
    { class: 'months-figure' },
    el('div', { class: 'section-title with-steps' }, el('h3', {}, 'Share of all papers by month'), said),
    chart,
    el('div', { class: 'months-ends', 'aria-hidden': 'true' }, ...ends),
    el('details', { class: 'months-table' }, el('summary', {}, 'As a table'), tableOf(months)),
  );
}

function tableOf(months: TopicDetailAnswer['months']): HTMLElement {
  const head = ['Month', 'Papers', 'Share'].map((word) => el('th', { scope: 'col' }, word));
  const rows = months.map(({ month, papers, share }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, wordDate(month)),
      el('td', {}, grouped(papers)),
      el('td', {}, percent(share)),
    ),
  );
  return el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
}
