/** In which order the papers of an answer stand, and the choice of another. It writes `sort:` into the query itself. */
import type { SearchAnswer } from '../../server/contract.ts';
import { el } from '../dom.ts';
import { type Order, orderOf, withOrder } from './query-text.ts';

const words: Readonly<Record<Order, string>> = {
  relevance: 'Nearest first',
  date: 'Newest first',
  comments: 'Most discussed first',
};

export interface OrderChoice {
  element: HTMLElement;
  /** Offers what makes a difference to these papers; null: nothing. */
  show(answer: Pick<SearchAnswer, 'query' | 'total' | 'hits'> | null): void;
}

/** @param find is called with the query in the chosen order */
export function createOrderChoice(find: (query: string) => void): OrderChoice {
  const choice = el('select', { class: 'order', 'aria-label': 'Order of the papers', hidden: true });
  let query = '';
  let usual: Order = 'relevance';
  choice.addEventListener('change', () => find(withOrder(query, choice.value as Order, usual)));
  return {
    element: choice,
    show(answer) {
      choice.hidden = answer === null || answer.total < 2;
      if (answer === null) return;
      query = answer.query;
      const isRanked = answer.hits.some(({ score }) => score !== 0);
      usual = isRanked ? 'relevance' : 'date';
      const current = orderOf(query, isRanked);
      const isDiscussed = current === 'comments' || answer.hits.some(({ comments }) => comments !== null);
      const offered: Order[] = [
        ...(isRanked ? ['relevance' as const] : []),
        'date',
        ...(isDiscussed ? ['comments' as const] : []),
      ];
      choice.replaceChildren(
        ...offered.map((order) => el('option', { value: order, selected: order === current }, words[order])),
      );
      choice.value = current;
    },
  };
}
