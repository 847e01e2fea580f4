/** The history of a topic: how its share of all papers changed, in words, as a bar chart and as a table. */
import type { TopicResponse } from '../../server/schemas/topics.ts';
import { el } from '../ui/dom.ts';
import { formatCount, formatDate, formatNumber } from '../ui/format.ts';

type Month = TopicResponse['months'][number];

/** The most bars in a chart. More bars would be too thin to point at. */
const MAX_MONTHS = 48;

/** Growth is called steady if it differs from 1 by less than this: such a change is noise. */
const STEADY = 0.05;

/**
 * Says in words how the topic's share of papers changed; null if not known.
 *
 * @param growth the topic's share of recent papers divided by its share of earlier papers; null if not known
 * @example growthText(0.86) // 'Share of recent papers down 14%'
 */
export function growthText(growth: number | null): string | null {
  if (growth === null) return null;
  const change = Math.round(100 * Math.abs(growth - 1));
  if (growth >= 1 + STEADY) return `Share of recent papers up ${formatNumber(change)}%`;
  if (growth <= 1 - STEADY) return `Share of recent papers down ${change}%`;
  return 'Steady share of recent papers';
}

/**
 * Formats a fraction as a percentage, with one decimal place below 9.5% because monthly shares are small:
 * `formatShare(0.0042)` → `0.4%`.
 */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 9.5 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/**
 * Adds the missing months, with 0 papers, and keeps the latest MAX_MONTHS.
 *
 * @param months the months with papers, earliest first
 * @param last the month with which the result ends, as `YYYY-MM` or a longer date; null: the last of `months`
 */
export function fillMissingMonths(months: readonly Month[], last: string | null): Month[] {
  const [first] = months;
  const newest = months.at(-1)?.month;
  if (!first || newest === undefined) return [];
  const known = new Map(months.map((month) => [month.month, month]));
  const end = last !== null && last.slice(0, 7) > newest ? last.slice(0, 7) : newest;
  const filled: Month[] = [];
  for (let month = first.month; month <= end; month = monthAfter(month)) {
    filled.push(known.get(month) ?? { month, papers: 0, share: 0 });
  }
  return filled.slice(-MAX_MONTHS);
}

function monthAfter(date: string): string {
  const [year, month] = date.split('-').map(Number);
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

/**
 * Describes the bar chart in a sentence, for screen readers.
 *
 * @param months at least one
 */
export function monthChartText(months: readonly Month[]): string {
  const first = months[0];
  const last = months[months.length - 1];
  const peak = months.reduce((best, month) => (month.share > best.share ? month : best));
  const point = ({ month, share }: Month) => `${formatShare(share)} in ${formatDate(month)}`;
  return `Share of all papers by month: from ${point(first)} to ${point(last)}, peaking at ${point(peak)}.`;
}

/** The smallest cosine of two topics' centroids for each description. */
const SIMILARITY_LEVELS = [
  [0.75, 'closely related'],
  [0.55, 'related'],
  [0.35, 'moderately related'],
] as const;

/**
 * Says in words how similar two topics are.
 *
 * @param similarity the cosine of their centroids
 */
export function similarityText(similarity: number): string {
  return SIMILARITY_LEVELS.find(([min]) => similarity >= min)?.[1] ?? 'distantly related';
}

/**
 * Creates a bar chart of a topic's share of all papers by month, with a table of the same numbers. null if there are
 * fewer than two months to show, or if none of them has papers of the topic.
 *
 * @param last the date of the newest of all papers; null if no paper has a date
 */
export function createMonthShareChart(topic: Pick<TopicResponse, 'months'>, last: string | null): HTMLElement | null {
  const months = fillMissingMonths(topic.months, last);
  const peak = Math.max(0, ...months.map(({ share }) => share));
  // The latest months may have no paper of the topic, if all its papers are older.
  if (months.length < 2 || peak === 0) return null;
  const caption = el('span', { class: 'months-caption' });
  const showPeak = () => {
    caption.textContent = `highest ${formatShare(peak)}`;
  };
  const bars = months.map(({ month, papers, share }) => {
    const bar = el('span', { class: 'month' }, el('i', {}));
    bar.style.setProperty('--share', String(share / peak));
    bar.addEventListener('pointerenter', () => {
      caption.textContent = `${formatDate(month)}: ${formatCount(papers, 'paper')}, ${formatShare(share)}`;
    });
    return bar;
  });
  showPeak();
  const chart = el('div', { class: 'months', role: 'img', 'aria-label': monthChartText(months) }, ...bars);
  chart.addEventListener('pointerleave', showPeak);
  const ends = [months[0], months[months.length - 1]].map(({ month }) => el('span', {}, formatDate(month)));
  return el(
    'div',
    { class: 'months-figure' },
    el('div', { class: 'section-title with-actions' }, el('h3', {}, 'Share of all papers by month'), caption),
    chart,
    el('div', { class: 'months-axis', 'aria-hidden': 'true' }, ...ends),
    el('details', { class: 'months-table' }, el('summary', {}, 'Show as table'), monthTable(months)),
  );
}

function monthTable(months: readonly Month[]): HTMLElement {
  const head = ['Month', 'Papers', 'Share'].map((label) => el('th', { scope: 'col' }, label));
  const rows = months.map(({ month, papers, share }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, formatDate(month)),
      el('td', {}, formatNumber(papers)),
      el('td', {}, formatShare(share)),
    ),
  );
  return el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
}
