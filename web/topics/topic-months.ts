/** How much is written about a topic, month by month: bars, and the same as a table. */
import type { OneTopicAnswer } from '../../server/contract-topics.ts';
import { el } from '../dom.ts';
import { count, grouped, wordDate } from '../wording.ts';
import { everyMonth, monthsWords, percent } from './topic-words.ts';

/** @param last the date of the newest of all papers; null where none has one */
export function monthBars(topic: Pick<OneTopicAnswer, 'months'>, last: string | null): HTMLElement | null {
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

function tableOf(months: OneTopicAnswer['months']): HTMLElement {
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
