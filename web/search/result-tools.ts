import type { SearchAnswer } from '../../server/schemas/search.ts';
import { createFold } from '../ui/disclosure.ts';
import { el } from '../ui/dom.ts';
import { exportButtons } from '../ui/export-buttons.ts';
import { count } from '../ui/format.ts';
import { createNarrowing, type NarrowingInput } from './facets.ts';
import { type Order, orderOf, withOrder } from './query-text.ts';
import type { ToldAnswer } from './search-request.ts';

/** The papers that an answer lists as a file, from the line above them. */

export interface SaveListed {
  /** Opens and closes the formats. */
  button: HTMLElement;
  element: HTMLElement;
  /** Other papers are listed; null: none are. */
  show(query: string | null): void;
}

/** @param listed the papers as they are listed when a file is asked for, in their order */
export function createSaveListed(listed: () => readonly { id: string }[]): SaveListed {
  const { button, element, isOpen, offer } = createFold('save-listed', 'Save', () => tell());
  let asked: string | null = null;

  const tell = () => {
    if (asked === null || !isOpen()) return;
    const papers = listed();
    element.replaceChildren(
      el('p', { class: 'narrow-title' }, `${count(papers.length, 'listed paper')} as a file`),
      exportButtons(Uint32Array.from(papers.keys()), (at) => papers[at]!.id, asked),
    );
  };
  return {
    button,
    element,
    show(query) {
      asked = query;
      offer(asked !== null);
      tell();
    },
  };
}

/** In which order the papers of an answer stand, and the choice of another. It writes `sort:` into the query itself. */

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

/** What is done with an answer from the line above its papers: narrowed, saved, put into another order. */

export interface AnswerTools {
  /** In the line. */
  inLine: readonly HTMLElement[];
  /** Under it, where they are opened. */
  panels: readonly HTMLElement[];
  /** null: there is no answer to do anything with. */
  show(answer: ToldAnswer | null): void;
  /** More of the same answer is listed. */
  grown(): void;
}

/** @param listed the papers that are listed now, in their order */
export function createAnswerTools(input: NarrowingInput, listed: () => readonly { id: string }[]): AnswerTools {
  const narrowing = createNarrowing(input);
  const saving = createSaveListed(listed);
  const order = createOrderChoice(input.find);
  let query: string | null = null;
  return {
    inLine: [narrowing.button, saving.button, order.element],
    panels: [narrowing.element, saving.element],
    show(answer) {
      query = answer && answer.hits.length > 0 ? answer.query : null;
      for (const part of [narrowing, order]) part.show(answer);
      saving.show(query);
    },
    grown: () => saving.show(query),
  };
}
